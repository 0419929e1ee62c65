TITLE calcium current that activates at high potentials (HVA)

COMMENT
Reuveni, Friedman, Amitai & Gutnick, J. Neurosci. 13:4609-4621 (1993), doi:10.1523/JNEUROSCI.13-11-04609.1993, with
the parameters of Hay, Hill, Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011),
doi:10.1371/journal.pcbi.1002107. The rates do not depend on the temperature. The default of gbar is that of the soma
in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_cahva
  USEION ca READ eca WRITE ica
  RANGE gbar, g, minf, mtau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.000992 (S/cm2) : maximal conductance
}

ASSIGNED {
  v (mV)
  eca (mV)
  ica (mA/cm2) : current
  g (S/cm2)    : conductance
  minf         : steady state of m
  mtau (ms)    : time constant of m
  hinf         : steady state of h
  htau (ms)    : time constant of h
}

STATE {
  m : activation
  h : inactivation
}

INITIAL {
  rates(v)
  m = minf
  h = hinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*m^2*h
  ica = g*(v - eca)
}

DERIVATIVE gates {
  rates(v)
  m' = (minf - m)/mtau
  h' = (hinf - h)/htau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL opening, closing
  opening = 0.055 (/ms/mV)*3.8 (mV)*linoid((v + 27 (mV))/3.8 (mV))
  closing = 0.94 (/ms)*exp(-(v + 75 (mV))/17 (mV))
  minf = opening/(opening + closing)
  mtau = 1/(opening + closing)
  opening = 0.000457 (/ms)*exp(-(v + 13 (mV))/50 (mV))
  closing = 0.0065 (/ms)/(1 + exp(-(v + 15 (mV))/28 (mV)))
  hinf = opening/(opening + closing)
  htau = 1/(opening + closing)
}

: x/(1 - exp(-x)), and near x = 0 the beginning of its series
FUNCTION linoid(x) {
  if (fabs(x) < 1e-6) {
    linoid = 1 + x/2
  } else {
    linoid = x/(1 - exp(-x))
  }
}
