TITLE integrate-and-fire cell with a fast excitatory and a slow inhibitory current

NEURON {
  ARTIFICIAL_CELL IntFire4
  RANGE taue, taui1, taui2, taum, eps, taueps, e, i1, i2, m
  RANGE nself, nexcite, ninhibit
}

PARAMETER {
  taue = 5 (ms) <0, 1e9>
  taui1 = 10 (ms) <0, 1e9>
  taui2 = 20 (ms) <0, 1e9>
  taum = 50 (ms) <0, 1e9>
  eps = 1e-6 <1e-9, 0.01>
  taueps = 0.01 (ms) <1e-9, 1e9>
}

ASSIGNED {
  e
  i1
  i2
  m
  t0 (ms)
  nself
  nexcite
  ninhibit
  ke (/ms)
  ki1 (/ms)
  ki2 (/ms)
  km (/ms)
  ae (/ms)
  ai2 (/ms)
  be
  bi1
  bi2
  a
  b
}

INITIAL {
  separate_time_constants()
  normalize()
  e = 0
  i1 = 0
  i2 = 0
  m = 0
  nself = 0
  nexcite = 0
  ninhibit = 0
  t0 = t
  net_send(earliest_spike(), 1)
}

NET_RECEIVE(w) {
  forward(t - t0)
  t0 = t
  if (m > 1 - eps) {
    net_event(t)
    m = 0
  }
  if (flag == 1) {
    nself = nself + 1
    net_send(earliest_spike(), 1)
  } else {
    if (w > 0) {
      nexcite = nexcite + 1
      e = e + w
    } else {
      ninhibit = ninhibit + 1
      i1 = i1 + w
    }
    net_move(earliest_spike() + t)
  }
}

: e, i1, i2 and m after d without events; m first, since it depends on the earlier values of the others
PROCEDURE forward(d (ms)) {
  LOCAL xe, xi1, xi2, xm
  xe = exp(-ke*d)
  xi1 = exp(-ki1*d)
  xi2 = exp(-ki2*d)
  xm = exp(-km*d)
  m = m*xm + be*e*(xm - xe) + (bi2*i2 + a*i1)*(xm - xi2) - b*i1*(xm - xi1)
  i2 = i2*xi2 + bi1*i1*(xi2 - xi1)
  i1 = i1*xi1
  e = e*xe
}

: time from now before which m does not reach 1, since dm/dt can only fall
FUNCTION earliest_spike() (ms) {
  LOCAL slope
  slope = -km*m + ae*e + ai2*i2
  if (slope <= 1e-9) {
    earliest_spike = 1e9
  } else {
    earliest_spike = (1 - m)/slope
  }
}

: changes the time constants until they are at least taueps apart, as the closed form of m requires
PROCEDURE separate_time_constants() {
  LOCAL swap
  if (taui2 < 4*taueps) { taui2 = 4*taueps }
  if (taui1 < 3*taueps) { taui1 = 3*taueps }
  if (taue < 2*taueps) { taue = 2*taueps }
  if (taue > taui2 || taui2 - taue < taueps) { taue = taui2 - taueps }
  if (taui1 > taui2) {
    swap = taui1
    taui1 = taui2
    taui2 = swap
  }
  if (taui2 - taui1 < taueps) { taui1 = taui2 - taueps }
  if (taum <= taui2) {
    if (taui2 - taum < taueps) { taum = taui2 - taueps }
    if (fabs(taui1 - taum) < taueps) { taum = taui1 - taueps }
    if (fabs(taui1 - taum) < taueps) {
      if (taui1 - taum < 0) {
        taum = taui1 - taueps
      } else {
        taui1 = taum - taueps
      }
    }
    if (fabs(taue - taum) < taueps) {
      if (taue - taum < 0) {
        taum = taue - taueps
      } else {
        taue = taum - taueps
      }
    }
    if (fabs(taui1 - taum) < taueps) { taum = taui1 - taueps }
  } else if (taum - taui2 < taueps) {
    taum = taui2 + taueps
  }
}

: rates, and the factors with which the largest effect of a weight on m equals the weight
PROCEDURE normalize() {
  LOCAL peak
  ke = 1/taue
  ki1 = 1/taui1
  ki2 = 1/taui2
  km = 1/taum
  peak = log(km/ke)/(km - ke)
  be = 1/(exp(-km*peak) - exp(-ke*peak))
  ae = be*(ke - km)
  peak = log(ki2/ki1)/(ki2 - ki1)
  bi1 = 1/(exp(-ki2*peak) - exp(-ki1*peak))
  e = 0
  i1 = 1
  i2 = 0
  m = 0
  scale_inhibition(1)
  forward(peak_of_inhibition())
  scale_inhibition(1/m)
}

PROCEDURE scale_inhibition(factor) {
  bi2 = factor
  ai2 = bi2*(ki2 - km)
  a = bi2*bi1
  b = a*(ki2 - km)/(ki1 - km)
}

: time at which m is farthest from 0 after an inhibitory event, by bisection in the decade that contains it
FUNCTION peak_of_inhibition() (ms) {
  LOCAL low, high, middle, found
  low = 1
  high = 1
  middle = 1
  found = 1
  if (rise(low) < 0) {
    while (rise(low) < 0 && low > 1e-9) {
      high = low
      low = low/10
    }
    if (rise(low) < 0) {
      middle = 1e-9
      found = 0
    }
  } else {
    while (rise(high) > 0 && high < 1e9) {
      low = high
      high = high*10
    }
    if (rise(high) > 0) {
      middle = 1e9
      found = 0
    }
  }
  if (found) {
    middle = low
    while (high - low > 1e-6) {
      middle = (low + high)/2
      if (rise(middle) > 0) {
        low = middle
      } else {
        high = middle
      }
    }
  }
  peak_of_inhibition = middle
}

: has the sign of dm/dt if i1 were depolarising
FUNCTION rise(d (ms)) {
  LOCAL leak
  leak = -km*exp(-d*km)
  rise = (leak + ki2*exp(-d*ki2))/(ki2 - km) - (leak + ki1*exp(-d*ki1))/(ki1 - km)
}
