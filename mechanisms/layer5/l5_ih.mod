TITLE hyperpolarisation-activated cation current (Ih, HCN)

COMMENT
Kole, Hallermann & Stuart, J. Neurosci. 26:1677-1687 (2006), doi:10.1523/JNEUROSCI.3664-05.2006, measured at 34 to 37
degC. The rates do not depend on the temperature. The default of gbar is that of the soma in Hay, Hill, Schuermann,
Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107; in the apical dendrite it
grows with the distance from the soma.
ENDCOMMENT

NEURON {
  SUFFIX l5_ih
  NONSPECIFIC_CURRENT i
  RANGE gbar, e, g, minf, mtau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.0002 (S/cm2) : maximal conductance
  e = -45 (mV)          : reversal potential
}

ASSIGNED {
  v (mV)
  i (mA/cm2) : current
  g (S/cm2)  : conductance
  minf       : steady state of m
  mtau (ms)  : time constant of m
}

STATE {
  m : activation
}

INITIAL {
  rates(v)
  m = minf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*m
  i = g*(v - e)
}

DERIVATIVE gate {
  rates(v)
  m' = (minf - m)/mtau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL opening, closing
  opening = 0.00643 (/ms/mV)*11.9 (mV)*linoid(-(v + 154.9 (mV))/11.9 (mV))
  closing = 0.193 (/ms)*exp(v/33.1 (mV))
  minf = opening/(opening + closing)
  mtau = 1/(opening + closing)
}

: x/(1 - exp(-x)), and near x = 0 the beginning of its series
FUNCTION linoid(x) {
  if (fabs(x) < 1e-6) {
    linoid = 1 + x/2
  } else {
    linoid = x/(1 - exp(-x))
  }
}
