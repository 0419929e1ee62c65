TITLE persistent sodium current

COMMENT
Magistretti & Alonso, J. Gen. Physiol. 114:491-509 (1999), doi:10.1085/jgp.114.4.491, with the parameters of Hay,
Hill, Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. Activation
is six times slower than that of the transient current. The rates are those of 21 degC; they grow 2.3-fold with 10
degC (q10). The default of gbar is that of the soma in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_nap
  USEION na READ ena WRITE ina
  RANGE gbar, g, minf, mtau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.00172 (S/cm2) : maximal conductance
  q10 = 2.3              : factor of the rates for 10 degC
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
  LOCAL opening, closing
  minf = 1/(1 + exp(-(v + 52.6 (mV))/4.6 (mV)))
  opening = 0.182 (/ms/mV)*6 (mV)*linoid((v + 38 (mV))/6 (mV))
  closing = 0.124 (/ms/mV)*6 (mV)*linoid(-(v + 38 (mV))/6 (mV))
  mtau = 6/(speed*(opening + closing))
  hinf = 1/(1 + exp((v + 48.8 (mV))/10 (mV)))
  opening = 2.88e-6 (/ms/mV)*4.63 (mV)*linoid(-(v + 17 (mV))/4.63 (mV))
  closing = 6.94e-6 (/ms/mV)*2.63 (mV)*linoid((v + 64.4 (mV))/2.63 (mV))
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
