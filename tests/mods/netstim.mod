TITLE train of spikes, regular or random

NEURON {
  ARTIFICIAL_CELL NetStim
  RANGE interval, number, start, noise
  RANDOM stream
}

PARAMETER {
  interval = 10 (ms) <1e-9, 1e9>
  number = 10 <0, 1e9>
  start = 50 (ms)
  noise = 0 <0, 1>
}

ASSIGNED {
  event (ms)
  on
  ispike
}

INITIAL {
  random_setseq(stream, 0)
  on = 0
  ispike = 0
  if (noise < 0) { noise = 0 }
  if (noise > 1) { noise = 1 }
  if (start >= 0 && number > 0) {
    on = 1
    event = start + next(interval) - interval*(1 - noise)
    if (event < 0) { event = 0 }
    net_send(event, 3)
  }
}

NET_RECEIVE(w) {
  if (flag == 0) {
    if (w > 0 && on == 0) {
      begin()
      next_event()
      event = event - interval*(1 - noise)
      net_send(event, 1)
    } else if (w < 0) {
      on = 0
    }
  }
  if (flag == 3) {
    if (on == 1) {
      begin()
      net_send(0, 1)
    }
  }
  if (flag == 1 && on == 1) {
    ispike = ispike + 1
    net_event(t)
    next_event()
    if (on == 1) { net_send(event, 1) }
  }
}

PROCEDURE begin() {
  if (number > 0) {
    on = 1
    event = 0
    ispike = 0
  }
}

PROCEDURE next_event() {
  if (number > 0) { event = next(interval) }
  if (ispike >= number) { on = 0 }
}

FUNCTION next(mean (ms)) (ms) {
  if (mean <= 0) { mean = 0.01 }
  if (noise == 0) {
    next = mean
  } else {
    next = (1 - noise)*mean + noise*mean*random_negexp(stream, 1)
  }
}
