TITLE transient sodium current

COMMENT
Colbert & Pan, Nat. Neurosci. 5:533-538 (2002), doi:10.1038/nn0602-857, with the parameters of Hay, Hill, Schuermann,
Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. The rates are those of 21
degC; they grow 2.3-fold with 10 degC (q10). vshift moves all curves along the voltage, as channels at different
places of a cell need it. The default of gbar is that of the soma in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_nat
  USEION na READ ena WRITE ina
  RANGE gbar, vshift, g, minf, mtau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 2.04 (S/cm2) : maximal conductance
  vshift = 0 (mV)     : shift of all curves towards depolarised potentials
  q10 = 2.3           : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ena (mV)
  ina (mA/cm2) : current
  g (S/cm2)    : conductance
  minf         : steady state of m
  mtau (ms)    : time constant of m
  hinf         : steady state of h
  htau (ms)    : time constant of h
  speed        : factor of the rates at the temperature of the simulation
}

STATE {
  m : activation
  h : inactivation
}

INITIAL {
  speed = q10^((celsius - 21 (degC))/10 (degC))
  rates(v)
  m = minf
  h = hinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*m^3*h
  ina = g*(v - ena)
}

DERIVATIVE gates {
  rates(v)
  m' = (minf - m)/mtau
  h' = (hinf - h)/htau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL u, opening, closing
  u = v - vshift
  opening = 0.182 (/ms/mV)*6 (mV)*linoid((u + 38 (mV))/6 (mV))
  closing = 0.124 (/ms/mV)*6 (mV)*linoid(-(u + 38 (mV))/6 (mV))
  minf = opening/(opening + closing)
  mtau = 1/(speed*(opening + closing))
  opening = 0.015 (/ms/mV)*6 (mV)*linoid(-(u + 66 (mV))/6 (mV))
  closing = 0.015 (/ms/mV)*6 (mV)*linoid((u + 66 (mV))/6 (mV))
  hinf = opening/(opening + closing)
  htau = 1/(speed*(opening + closing))
}

: x/(1 - exp(-x)), and near x = 0 the beginning of its series
FUNCTION linoid(x) {
  if (fabs(x) < 1e-6) {
    linoid = 1 + x/2
  } else {
    linoid = x/(1 - exp(-x))
  }
}
