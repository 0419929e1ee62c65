TITLE leaky integrator of a decaying current

NEURON {
  ARTIFICIAL_CELL IntFire2
  RANGE taus, taum, ib, i, m
}

PARAMETER {
  taus = 20 (ms)
  taum = 10 (ms)
  ib = 0
}

ASSIGNED {
  i
  m
  t0 (ms)
}

INITIAL {
  i = ib
  m = 0
  if (taus <= taum) { taus = taum + 0.1 }
  t0 = t
  net_send(time_to_fire(ib, 0, 0), 1)
}

NET_RECEIVE(w) {
  LOCAL f, excess, before
  f = taus/(taus - taum)
  before = i - ib
  excess = before*exp(-(t - t0)/taus)
  i = ib + excess
  if (flag == 1) {
    net_event(t)
    m = 0
    t0 = t
    net_send(time_to_fire(ib, (i - ib)*f, 0), 1)
  } else {
    m = ib + f*excess + (m - (ib + before*f))*exp(-(t - t0)/taum)
    t0 = t
    i = i + w
    if (m >= 1) {
      net_move(t)
    } else {
      net_move(t + time_to_fire(ib, (i - ib)*f, m))
    }
  }
}

: time until m, which is c now, reaches 1; a is its goal without the current that decays, b its share of that
FUNCTION time_to_fire(a, b, c) (ms) {
  LOCAL r, rest, slope, start, top, height
  time_to_fire = 1e9
  if (a > 1 || a + b > 1) {
    r = taum/taus
    rest = c - a - b
    slope = r*b + rest
    start = (1 - c + slope)/slope
    if (a > 1 && b <= 0) {
      if (slope >= 0 || start <= 0) {
        time_to_fire = -taus*log(newton(a, rest, b, 1/r, 0))
      } else {
        time_to_fire = -taum*log(newton(a, b, rest, r, start))
      }
    } else {
      top = (-rest/(r*b))^(1/(r - 1))
      height = a + b*top^r + rest*top
      if (top >= 1 || height <= 1) {
      } else {
        time_to_fire = -taum*log(newton(a, b, rest, r, start))
      }
    }
  }
}

: x of 1 = a + b x^r + c x
FUNCTION newton(a, b, c, r, x) {
  LOCAL f, slope, step, count
  count = 0
  while (count < 11) {
    f = a + b*x^r + c*x
    slope = r*b*x^(r - 1) + c
    step = (1 - f)/slope
    x = x + step
    if (x <= 0) {
      x = 1e-4
    } else if (x > 1) {
      x = 1
    }
    if (fabs(step) > 1e-6 || fabs(f - 1) > 1e-6) {
      count = count + 1
    } else {
      count = 11
    }
  }
  newton = x
}
