TITLE persistent sodium channel of cerebellar granule cells

COMMENT
D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 30 degC
and grow threefold with 10 degC (q10). The paper has ena 87.39 mV.
ENDCOMMENT

NEURON {
  SUFFIX granule_nap
  USEION na READ ena WRITE ina
  RANGE gbar, g, minf, mtau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 2e-5 (S/cm2) : maximal conductance
  q10 = 3             : factor of the rates for 10 degC
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
}

STATE {
  m : activation
}

INITIAL {
  speed = q10^((celsius - 30 (degC))/10 (degC))
  rates(v)
  m = minf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*m
  ina = g*(v - ena)
}

DERIVATIVE gate {
  rates(v)
  m' = (minf - m)/mtau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  minf = 1/(1 + exp(-(v + 42 (mV))/5 (mV)))
  mtau = (5/(0.091 (/ms-mV)*ratio(v + 42 (mV), 5 (mV)) + 0.062 (/ms-mV)*ratio(-(v + 42 (mV)), 5 (mV))))/speed
}

: x/(1 - exp(-x/y)); near x = 0 its linear approximation
FUNCTION ratio(x (mV), y (mV)) (mV) {
  if (fabs(x/y) < 1e-6) {
    ratio = y + x/2
  } else {
    ratio = x/(1 - exp(-x/y))
  }
}
