TITLE A-type potassium channel of cerebellar granule cells

COMMENT
D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 20 degC
and grow threefold with 10 degC (q10). The paper has ek -84.69 mV.
ENDCOMMENT

NEURON {
  SUFFIX granule_ka
  USEION k READ ek WRITE ik
  RANGE gbar, g, ainf, atau, binf, btau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.004 (S/cm2) : maximal conductance
  q10 = 3              : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  speed       : factor of the rates at the temperature of the simulation
  ainf        : steady state of a
  atau (ms)   : time constant of a
  binf        : steady state of b
  btau (ms)   : time constant of b
}

STATE {
  a : activation
  b : inactivation
}

INITIAL {
  speed = q10^((celsius - 20 (degC))/10 (degC))
  rates(v)
  a = ainf
  b = binf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*a^3*b
  ik = g*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  a' = (ainf - a)/atau
  b' = (binf - b)/btau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL rise, fall
  ainf = 1/(1 + exp(-(v + 46.7 (mV))/19.8 (mV)))
  rise = 4.88826 (/ms)/(1 + exp(-(v + 9.17203 (mV))/23.32708 (mV)))
  fall = 0.99285 (/ms)*exp(-(v + 18.27914 (mV))/19.47175 (mV))
  atau = 1/(speed*(rise + fall))
  binf = 1/(1 + exp((v + 78.8 (mV))/8.4 (mV)))
  rise = 0.11042 (/ms)/(1 + exp((v + 111.33209 (mV))/12.8433 (mV)))
  fall = 0.10353 (/ms)/(1 + exp(-(v + 49.9537 (mV))/8.90123 (mV)))
  btau = 1/(speed*(rise + fall))
}
