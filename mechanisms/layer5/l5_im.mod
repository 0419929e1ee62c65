TITLE M current: slow potassium current without inactivation

COMMENT
Adams, Brown & Constanti, J. Physiol. 330:537-572 (1982), doi:10.1113/jphysiol.1982.sp014357, with the parameters of
Hay, Hill, Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. The
rates are those of 21 degC; they grow 2.3-fold with 10 degC (q10). The default of gbar is that of the apical dendrite
in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_im
  USEION k READ ek WRITE ik
  RANGE gbar, g, minf, mtau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 6.75e-5 (S/cm2) : maximal conductance
  q10 = 2.3              : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  minf        : steady state of m
  mtau (ms)   : time constant of m
  speed       : factor of the rates at the temperature of the simulation
}

STATE {
  m : activation
}

INITIAL {
  speed = q10^((celsius - 21 (degC))/10 (degC))
  rates(v)
  m = minf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*m
  ik = g*(v - ek)
}

DERIVATIVE gate {
  rates(v)
  m' = (minf - m)/mtau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL opening, closing
  opening = 0.0033 (/ms)*exp((v + 35 (mV))/10 (mV))
  closing = 0.0033 (/ms)*exp(-(v + 35 (mV))/10 (mV))
  minf = opening/(opening + closing)
  mtau = 1/(speed*(opening + closing))
}
