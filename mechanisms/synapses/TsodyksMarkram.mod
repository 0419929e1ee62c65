TITLE synapse with depression and facilitation

COMMENT
A spike uses a part of the connection's resources, and the part is larger soon after another spike: Tsodyks & Markram,
Proc. Natl. Acad. Sci. USA 94:719-723 (1997), doi:10.1073/pnas.94.2.719; Markram, Wang & Tsodyks, Proc. Natl. Acad. Sci.
USA 95:5323-5328 (1998), doi:10.1073/pnas.95.9.5323. Each connection has its own resources. The defaults are those of a
depressing synapse; use 0.05, tau_rec 130 ms and tau_facil 530 ms are of the size of a facilitating one.
ENDCOMMENT

NEURON {
  POINT_PROCESS TsodyksMarkram
  NONSPECIFIC_CURRENT i
  RANGE tau, e, use, tau_rec, tau_facil, i
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (nA) = (nanoamp)
  (uS) = (microsiemens)
}

PARAMETER {
  tau = 3 (ms)       : time constant of the decay of the conductance
  e = 0 (mV)         : reversal potential
  use = 0.5          : part of the resources that a first spike uses
  tau_rec = 800 (ms) : time constant of the recovery of resources
  tau_facil = 0 (ms) : time constant of facilitation, 0 for none
}

ASSIGNED {
  v (mV)
  i (nA) : current
}

STATE {
  g (uS) : conductance
}

INITIAL {
  g = 0
}

BREAKPOINT {
  SOLVE course METHOD cnexp
  i = g*(v - e)
}

DERIVATIVE course {
  g' = -g/tau
}

: w: conductance if all resources are used. The connection's own: part that a spike uses, available resources, and time
: of the last spike.
NET_RECEIVE (w (uS), part, available, last (ms)) {
  INITIAL {
    part = 0
    available = 1
    last = 0
  }
  if (tau_facil > 0) {
    part = part*exp(-(t - last)/tau_facil)
    part = part + use*(1 - part)
  } else {
    part = use
  }
  available = 1 - (1 - available)*exp(-(t - last)/tau_rec)
  last = t
  g = g + w*part*available
  available = available*(1 - part)
}
