TITLE potassium current that calcium activates, with a bound of the concentration that is its own

NEURON {
  SUFFIX k_ca_local
  USEION k READ ek WRITE ik
  USEION ca READ cai
  RANGE gbar
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
  (mM) = (milli/liter)
}

PARAMETER {
  gbar = 1e-3 (S/cm2)
}

ASSIGNED {
  v (mV)
  ek (mV)
  cai (mM)
  ik (mA/cm2)
}

STATE {
  z
}

INITIAL {
  z = 0
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  : The ion keeps its concentration, since it is not written.
  cai = 2*cai + 1e-4
  ik = gbar*z*cai/(cai + 1e-3)*(v - ek)
}

DERIVATIVE gate {
  cai = 3*cai
  z' = (cai/(cai + 5e-4) - z)/2
}
