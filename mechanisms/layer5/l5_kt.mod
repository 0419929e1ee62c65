TITLE transient potassium current

COMMENT
Korngreen & Sakmann, J. Physiol. 525:621-639 (2000), doi:10.1111/j.1469-7793.2000.00621.x, with the parameters of Hay,
Hill, Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. The
potentials of the measurement are corrected by -10 mV. The rates are those of 21 degC; they grow 2.3-fold with 10 degC
(q10). The default of gbar is that of the soma in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_kt
  USEION k READ ek WRITE ik
  RANGE gbar, g, minf, mtau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.0812 (S/cm2) : maximal conductance
  q10 = 2.3             : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  minf        : steady state of m
  mtau (ms)   : time constant of m
  hinf        : steady state of h
  htau (ms)   : time constant of h
  speed       : factor of the rates at the temperature of the simulation
}

STATE {
  m : activation
  h : inactivation
}

INITIAL {
  speed = q10^((celsius - 21 (degC))/10 (degC))
  rates(v)
  m = minf
  h = hinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*m^4*h
  ik = g*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  m' = (minf - m)/mtau
  h' = (hinf - h)/htau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL u
  u = v + 10 (mV)
  minf = 1/(1 + exp(-u/19 (mV)))
  mtau = (0.34 (ms) + 0.92 (ms)*exp(-((u + 71 (mV))/59 (mV))^2))/speed
  hinf = 1/(1 + exp((u + 66 (mV))/10 (mV)))
  htau = (8 (ms) + 49 (ms)*exp(-((u + 73 (mV))/23 (mV))^2))/speed
}
