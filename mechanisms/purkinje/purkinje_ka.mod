TITLE A-type potassium channel of Purkinje cells (Kv4)

COMMENT
It opens below the threshold of the spike and inactivates within some milliseconds: Akemann & Knoepfel, J. Neurosci.
26:4602-4612 (2006), doi:10.1523/JNEUROSCI.5204-05.2006, fitted to measurements of Sacco & Tempia, J. Physiol.
543:505-520 (2002), doi:10.1113/jphysiol.2002.022525, of which only the fast component of inactivation is taken. The
rates are those of 22 degC and grow threefold with 10 degC (q10). The paper has ek -88 mV.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_ka
  USEION k READ ek WRITE ik
  RANGE gbar, g, ninf, ntau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.0039 (S/cm2) : maximal conductance
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
  hinf        : steady state of h
  htau (ms)   : time constant of h
}

STATE {
  n : activation
  h : inactivation
}

INITIAL {
  speed = q10^((celsius - 22 (degC))/10 (degC))
  rates(v)
  n = ninf
  h = hinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*n^4*h
  ik = g*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  n' = (ninf - n)/ntau
  h' = (hinf - h)/htau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL a, b
  a = 0.15743 (/ms)*exp((v + 57 (mV))/32.19976 (mV))
  b = 0.15743 (/ms)*exp(-(v + 57 (mV))/37.51346 (mV))
  ninf = a/(a + b)
  ntau = 1/(speed*(a + b))
  a = 0.01342 (/ms)/(1 + exp((v + 60 (mV))/7.86476 (mV)))
  b = 0.04477 (/ms)/(1 + exp(-(v + 54 (mV))/11.3615 (mV)))
  hinf = a/(a + b)
  htau = 1/(speed*(a + b))
}
