TITLE delayed rectifier of cortical cells

COMMENT
Traub & Miles, Neuronal Networks of the Hippocampus (1991), in the form of Pospischil et al., Biol. Cybern. 99:427 (2008),
doi:10.1007/s00422-008-0263-8, at 36 degC.
ENDCOMMENT

NEURON {
  SUFFIX kdr_tm
  USEION k READ ek WRITE ik
  RANGE gbar, vt
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.005 (S/cm2) : maximal conductance
  vt = -56.2 (mV)      : shift of the spike threshold
}

ASSIGNED {
  v (mV)
  ek (mV)
  ik (mA/cm2)
  ninf
  ntau (ms)
}

STATE { n }

INITIAL {
  rates(v)
  n = ninf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  ik = gbar*n^4*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  n' = (ninf - n)/ntau
}

PROCEDURE rates(v (mV)) {
  LOCAL a, b, x
  UNITSOFF
  x = 15 - (v - vt)
  if (fabs(x) < 1e-6) {
    a = 0.032*(5 - x/2)
  } else {
    a = 0.032*x/(exp(x/5) - 1)
  }
  b = 0.5*exp((10 - (v - vt))/40)
  ntau = 1/(a + b)
  ninf = a/(a + b)
  UNITSON
}
