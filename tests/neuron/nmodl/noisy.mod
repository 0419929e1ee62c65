TITLE a current of random size, through a table, that events and a procedure set

NEURON {
  POINT_PROCESS Noisy
  RANDOM stream
  NONSPECIFIC_CURRENT i
  RANGE size, g, decay, count
  POINTER watched
}

PARAMETER {
  size = 0.1 (nA)
  decay = 2 (ms)
}

ASSIGNED {
  v (mV)
  i (nA)
  count
  watched (mV)
}

STATE { g }

INITIAL {
  g = 0
  count = 0
  net_send(0.5, 1)
}

BREAKPOINT {
  SOLVE states METHOD cnexp
  i = -size*g*shape(v) + watched*1e-5 (nA/mV)
}

DERIVATIVE states { g' = -g/rate(v) }

FUNCTION rate(u (mV)) (ms) {
  TABLE DEPEND decay FROM -100 TO 100 WITH 100
  rate = decay*(1 + 1/(1 + exp(-u/10)))
}

FUNCTION_TABLE shape(u (mV))

NET_RECEIVE(w, times) {
  INITIAL { times = 0 }
  if (flag == 1) {
    g = g + random_uniform(stream, 0, 1)
    net_send(1 + random_negexp(stream, 1), 1)
  } else {
    times = times + 1
    g = g + w*times
  }
  count = count + 1
}

PROCEDURE boost(x) { g = g + x }
