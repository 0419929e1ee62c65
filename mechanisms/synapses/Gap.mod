TITLE one side of a gap junction

COMMENT
An ohmic conductance to another place, to whose voltage the pointer vother refers: Bennett & Zukin, Neuron 41:495-511
(2004), doi:10.1016/S0896-6273(04)00043-1. A junction consists of two of them, one at each place. The voltage is that of
the last step. Loligo's HalfGap is the same with a transferred voltage instead of a pointer, and lets the two cells be
computed by different threads and ranks.
ENDCOMMENT

NEURON {
  POINT_PROCESS Gap
  NONSPECIFIC_CURRENT i
  POINTER vother
  RANGE g, i
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (nA) = (nanoamp)
  (uS) = (microsiemens)
}

PARAMETER {
  g = 0.001 (uS) : conductance
}

ASSIGNED {
  v (mV)
  vother (mV) : voltage of the other place
  i (nA)      : current
}

BREAKPOINT {
  i = g*(v - vother)
}
