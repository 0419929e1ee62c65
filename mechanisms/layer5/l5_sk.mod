TITLE potassium current that calcium activates (SK)

COMMENT
Köhler et al., Science 273:1709-1714 (1996), doi:10.1126/science.273.5282.1709, with the parameters of Hay, Hill,
Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. It does not depend
on the voltage. The default of gbar is that of the soma in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_sk
  USEION k READ ek WRITE ik
  USEION ca READ cai
  RANGE gbar, half, tau, g, zinf
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
  (mM) = (milli/liter)
}

PARAMETER {
  gbar = 0.0441 (S/cm2) : maximal conductance
  half = 0.00043 (mM)   : concentration at which half of the channels are open
  tau = 1 (ms)          : time constant of z
}

ASSIGNED {
  v (mV)
  ek (mV)
  cai (mM)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  zinf        : steady state of z
}

STATE {
  z : activation
}

INITIAL {
  rates(cai)
  z = zinf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*z
  ik = g*(v - ek)
}

DERIVATIVE gate {
  rates(cai)
  z' = (zinf - z)/tau
}

: Steady state at the concentration c.
PROCEDURE rates(c (mM)) {
  if (c > 0) {
    zinf = 1/(1 + (half/c)^4.8)
  } else {
    zinf = 0
  }
}
