TITLE delayed rectifier of cerebellar granule cells

COMMENT
D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 6.3 degC
and grow threefold with 10 degC (q10). The paper has ek -84.69 mV.
ENDCOMMENT

NEURON {
  SUFFIX granule_kv
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
  gbar = 0.003 (S/cm2) : maximal conductance
  q10 = 3              : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  speed       : factor of the rates at the temperature of the simulation
  ninf        : steady state of n
  ntau (ms)   : time constant of n
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
  LOCAL a, b
  a = 0.01 (/ms-mV)*ratio(v + 25 (mV), 10 (mV))
  b = 0.125 (/ms)*exp(-(v + 35 (mV))/80 (mV))
  ninf = a/(a + b)
  ntau = 1/(speed*(a + b))
}

: x/(1 - exp(-x/y)); near x = 0 its linear approximation
FUNCTION ratio(x (mV), y (mV)) (mV) {
  if (fabs(x/y) < 1e-6) {
    ratio = y + x/2
  } else {
    ratio = x/(1 - exp(-x/y))
  }
}
