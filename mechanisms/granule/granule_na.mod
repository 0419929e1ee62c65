TITLE fast sodium channel of cerebellar granule cells

COMMENT
D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 20 degC
and grow threefold with 10 degC (q10). The paper has ena 87.39 mV.
ENDCOMMENT

NEURON {
  SUFFIX granule_na
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
  gbar = 0.013 (S/cm2) : maximal conductance
  q10 = 3              : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ena (mV)
  ina (mA/cm2) : current
  g (S/cm2)    : conductance
  speed        : factor of the rates at the temperature of the simulation
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
  speed = q10^((celsius - 20 (degC))/10 (degC))
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
  LOCAL a, b
  a = 0.3 (/ms-mV)*ratio(v + 19 (mV), 10 (mV))
  b = 12 (/ms)*exp(-(v + 44 (mV))/18.182 (mV))
  minf = a/(a + b)
  mtau = 1/(speed*(a + b))
  a = 0.105 (/ms)*exp(-(v + 44 (mV))/3.333 (mV))
  b = 1.5 (/ms)/(1 + exp(-(v + 11 (mV))/5 (mV)))
  hinf = a/(a + b)
  htau = 1/(speed*(a + b))
}

: x/(1 - exp(-x/y)); near x = 0 its linear approximation
FUNCTION ratio(x (mV), y (mV)) (mV) {
  if (fabs(x/y) < 1e-6) {
    ratio = y + x/2
  } else {
    ratio = x/(1 - exp(-x/y))
  }
}
