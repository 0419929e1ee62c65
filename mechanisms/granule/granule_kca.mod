TITLE calcium-dependent potassium channel of cerebellar granule cells

COMMENT
D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 30 degC
and grow threefold with 10 degC (q10). The paper has ek -84.69 mV. It needs a mechanism that computes cai, such as
granule_ca.
ENDCOMMENT

NEURON {
  SUFFIX granule_kca
  USEION k READ ek WRITE ik
  USEION ca READ cai
  RANGE gbar, g, cinf, ctau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
  (molar) = (1/liter)
  (mM) = (millimolar)
}

PARAMETER {
  gbar = 0.004 (S/cm2) : maximal conductance
  q10 = 3              : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  cai (mM)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  speed       : factor of the rates at the temperature of the simulation
  cinf        : steady state of c
  ctau (ms)   : time constant of c
}

STATE {
  c : activation
}

INITIAL {
  speed = q10^((celsius - 30 (degC))/10 (degC))
  rates(v, cai)
  c = cinf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*c
  ik = g*(v - ek)
}

DERIVATIVE gate {
  rates(v, cai)
  c' = (cinf - c)/ctau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV), ca (mM)) {
  LOCAL a, b, scale
  scale = exp(-v/11.765 (mV))
  a = 2.5 (/ms)/(1 + 0.0015 (mM)*scale/ca)
  b = 1.5 (/ms)/(1 + ca/(0.00015 (mM)*scale))
  cinf = a/(a + b)
  ctau = 1/(speed*(a + b))
}
