TITLE synapse with spike-timing-dependent plasticity

COMMENT
Pairs of spikes change the strength of a connection by amounts that do not depend on the strength, which stays between 0
and wmax: Song, Miller & Abbott, Nat. Neurosci. 3:919-926 (2000), doi:10.1038/78829.

A connection with a positive weight is a presynaptic one; the weight is its strength at the start. A connection with a
negative weight of any size reports the spikes of the postsynaptic cell. A presynaptic spike acts with the strength that
the connection had before.
ENDCOMMENT

NEURON {
  POINT_PROCESS StdpSyn
  NONSPECIFIC_CURRENT i
  RANGE tau, e, wmax, potentiation, depression, tau_pre, tau_post, i
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (nA) = (nanoamp)
  (uS) = (microsiemens)
}

PARAMETER {
  tau = 5 (ms)         : time constant of the decay of the conductance
  e = 0 (mV)           : reversal potential
  wmax = 0.001 (uS)    : largest strength
  potentiation = 0.005 : largest increase by a pair, relative to wmax
  depression = 0.00525 : largest decrease by a pair, relative to wmax
  tau_pre = 20 (ms)    : time constant of the trace of presynaptic spikes
  tau_post = 20 (ms)   : time constant of the trace of postsynaptic spikes
}

ASSIGNED {
  v (mV)
  i (nA)     : current
  trace      : trace of the postsynaptic spikes at the last one
  tlast (ms) : time of the last postsynaptic spike
}

STATE {
  g (uS) : conductance
}

INITIAL {
  g = 0
  trace = 0
  tlast = 0
}

BREAKPOINT {
  SOLVE course METHOD cnexp
  i = g*(v - e)
}

DERIVATIVE course {
  g' = -g/tau
}

: w: strength at the start, or a negative number. The connection's own: strength, trace of its spikes at the last one, and
: time of the last one.
NET_RECEIVE (w (uS), strength (uS), pre, tpre (ms)) {
  INITIAL {
    strength = w
    pre = 0
    tpre = 0
  }
  if (w >= 0) {
    g = g + strength
    strength = strength - depression*wmax*trace*exp(-(t - tlast)/tau_post)
    if (strength < 0) { strength = 0 }
    pre = pre*exp(-(t - tpre)/tau_pre) + 1
    tpre = t
  } else {
    FOR_NETCONS (w1, strength1, pre1, tpre1) {
      if (w1 >= 0) {
        strength1 = strength1 + potentiation*wmax*pre1*exp(-(t - tpre1)/tau_pre)
        if (strength1 > wmax) { strength1 = wmax }
      }
    }
    trace = trace*exp(-(t - tlast)/tau_post) + 1
    tlast = t
  }
}
