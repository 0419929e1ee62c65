TITLE inward rectifier of cerebellar granule cells

COMMENT
D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 20 degC
and grow threefold with 10 degC (q10). The paper has ek -84.69 mV.
ENDCOMMENT

NEURON {
  SUFFIX granule_kir
  USEION k READ ek WRITE ik
  RANGE gbar, g, dinf, dtau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 9e-4 (S/cm2) : maximal conductance
  q10 = 3             : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  speed       : factor of the rates at the temperature of the simulation
  dinf        : steady state of d
  dtau (ms)   : time constant of d
}

STATE {
  d : activation
}

INITIAL {
  speed = q10^((celsius - 20 (degC))/10 (degC))
  rates(v)
  d = dinf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*d
  ik = g*(v - ek)
}

DERIVATIVE gate {
  rates(v)
  d' = (dinf - d)/dtau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL a, b
  a = 0.13289 (/ms)*exp(-(v + 83.94 (mV))/24.3902 (mV))
  b = 0.16994 (/ms)*exp((v + 83.94 (mV))/35.714 (mV))
  dinf = a/(a + b)
  dtau = 1/(speed*(a + b))
}
