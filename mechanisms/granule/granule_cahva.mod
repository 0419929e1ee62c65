TITLE high-threshold calcium channel of cerebellar granule cells

COMMENT
D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001. The rates are those of 20 degC
and grow threefold with 10 degC (q10). The paper has eca 129.33 mV; with granule_ca on the same segment, eca follows
from the concentrations.
ENDCOMMENT

NEURON {
  SUFFIX granule_cahva
  USEION ca READ eca WRITE ica
  RANGE gbar, g, sinf, stau, uinf, utau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 4.6e-4 (S/cm2) : maximal conductance
  q10 = 3               : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  eca (mV)
  ica (mA/cm2) : current
  g (S/cm2)    : conductance
  speed        : factor of the rates at the temperature of the simulation
  sinf         : steady state of s
  stau (ms)    : time constant of s
  uinf         : steady state of u
  utau (ms)    : time constant of u
}

STATE {
  s : activation
  u : inactivation
}

INITIAL {
  speed = q10^((celsius - 20 (degC))/10 (degC))
  rates(v)
  s = sinf
  u = uinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*s^2*u
  ica = g*(v - eca)
}

DERIVATIVE gates {
  rates(v)
  s' = (sinf - s)/stau
  u' = (uinf - u)/utau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL a, b
  a = 0.04944 (/ms)*exp((v + 29.06 (mV))/15.873 (mV))
  b = 0.08298 (/ms)*exp(-(v + 18.66 (mV))/25.641 (mV))
  sinf = a/(a + b)
  stau = 1/(speed*(a + b))
  a = 0.0013 (/ms)*exp(-(v + 48 (mV))/18.183 (mV))
  b = 0.0013 (/ms)*exp((v + 48 (mV))/83.33 (mV))
  uinf = a/(a + b)
  utau = 1/(speed*(a + b))
}
