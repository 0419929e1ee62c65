TITLE slow potassium current (M) that adapts the firing

COMMENT
Yamada, Koch & Adams, in Methods in Neuronal Modeling (1989), in the form of Pospischil et al., Biol. Cybern. 99:427 (2008),
doi:10.1007/s00422-008-0263-8, at 36 degC.
ENDCOMMENT

NEURON {
  SUFFIX im_ya
  USEION k READ ek WRITE ik
  RANGE gbar, taumax
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 7e-5 (S/cm2) : maximal conductance
  taumax = 608 (ms)   : scale factor of the time constant
}

ASSIGNED {
  v (mV)
  ek (mV)
  ik (mA/cm2)
}

STATE { p }

INITIAL { p = pinf(v) }

BREAKPOINT {
  SOLVE gate METHOD cnexp
  ik = gbar*p*(v - ek)
}

DERIVATIVE gate { p' = (pinf(v) - p)/ptau(v) }

FUNCTION pinf(v (mV)) {
  pinf = 1/(1 + exp(-(v + 35 (mV))/10 (mV)))
}

FUNCTION ptau(v (mV)) (ms) {
  ptau = taumax/(3.3*exp((v + 35 (mV))/20 (mV)) + exp(-(v + 35 (mV))/20 (mV)))
}
