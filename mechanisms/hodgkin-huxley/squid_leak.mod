TITLE leak of the squid's giant axon

COMMENT
Hodgkin & Huxley, J. Physiol. 117:500-544 (1952), doi:10.1113/jphysiol.1952.sp004764. The reversal potential is that at
which an axon with all three currents rests at -65 mV.
ENDCOMMENT

NEURON {
  SUFFIX squid_leak
  NONSPECIFIC_CURRENT i
  RANGE g, e
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  g = 0.0003 (S/cm2) : conductance
  e = -54.387 (mV)   : reversal potential
}

ASSIGNED {
  v (mV)
  i (mA/cm2) : current
}

BREAKPOINT {
  i = g*(v - e)
}
