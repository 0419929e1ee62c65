TITLE potassium channel of the squid's giant axon

COMMENT
Hodgkin & Huxley, J. Physiol. 117:500-544 (1952), doi:10.1113/jphysiol.1952.sp004764: four particles n that open the
channel. Potentials are those of the inside, with rest at -65 mV. The rates are those of 6.3 degC, where the experiments
were made; they grow threefold with 10 degC (q10). ek is -77 mV in Loligo and NEURON, as in the paper.
ENDCOMMENT

NEURON {
  SUFFIX squid_k
  USEION k READ ek WRITE ik
  RANGE gbar, g, ninf, ntau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.036 (S/cm2) : maximal conductance
  q10 = 3              : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  ninf        : steady state of n
  ntau (ms)   : time constant of n
  speed       : factor of the rates at the temperature of the simulation
}

STATE {
  n : activation
}

INITIAL {
  speed = q10^((celsius - 6.3 (degC))/10 (degC))
  rates(v)
  n = ninf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*n^4
  ik = g*(v - ek)
}

DERIVATIVE gate {
  rates(v)
  n' = (ninf - n)/ntau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL opening, closing
  opening = 0.1 (/ms)*linoid((v + 55 (mV))/10 (mV))
  closing = 0.125 (/ms)*exp(-(v + 65 (mV))/80 (mV))
  ninf = opening/(opening + closing)
  ntau = 1/(speed*(opening + closing))
}

: x/(1 - exp(-x)), and near x = 0 the beginning of its series
FUNCTION linoid(x) {
  if (fabs(x) < 1e-6) {
    linoid = 1 + x/2
  } else {
    linoid = x/(1 - exp(-x))
  }
}
