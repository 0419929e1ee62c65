TITLE sodium channel of the squid's giant axon

COMMENT
Hodgkin & Huxley, J. Physiol. 117:500-544 (1952), doi:10.1113/jphysiol.1952.sp004764: three particles m that open the
channel and one, h, that closes it. Potentials are those of the inside, with rest at -65 mV. The rates are those of
6.3 degC, where the experiments were made; they grow threefold with 10 degC (q10). ena is 50 mV in Loligo and NEURON;
with rest at -65 mV the paper's value is the same.
ENDCOMMENT

NEURON {
  SUFFIX squid_na
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
  gbar = 0.12 (S/cm2) : maximal conductance
  q10 = 3             : factor of the rates for 10 degC
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
  speed = q10^((celsius - 6.3 (degC))/10 (degC))
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
  opening = 1 (/ms)*linoid((v + 40 (mV))/10 (mV))
  closing = 4 (/ms)*exp(-(v + 65 (mV))/18 (mV))
  minf = opening/(opening + closing)
  mtau = 1/(speed*(opening + closing))
  opening = 0.07 (/ms)*exp(-(v + 65 (mV))/20 (mV))
  closing = 1 (/ms)/(1 + exp(-(v + 35 (mV))/10 (mV)))
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
