TITLE slow potassium channel of cerebellar granule cells

COMMENT
The current that ends the bursts of the theta rhythm: D'Angelo et al., J. Neurosci. 21:759-770 (2001),
doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 22 degC and grow threefold with 10 degC (q10). The paper
has ek -84.69 mV.
ENDCOMMENT

NEURON {
  SUFFIX granule_km
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
  gbar = 3.5e-4 (S/cm2) : maximal conductance
  q10 = 3               : factor of the rates for 10 degC
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
  speed = q10^((celsius - 22 (degC))/10 (degC))
  rates(v)
  n = ninf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*n
  ik = g*(v - ek)
}

DERIVATIVE gate {
  rates(v)
  n' = (ninf - n)/ntau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  ninf = 1/(1 + exp(-(v + 30 (mV))/6 (mV)))
  ntau = (1/(0.0033 (/ms)*(exp((v + 30 (mV))/40 (mV)) + exp(-(v + 30 (mV))/20 (mV)))))/speed
}
