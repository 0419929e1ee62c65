TITLE D-type potassium channel of hippocampal pyramidal cells

COMMENT
It opens below the threshold of the spike and inactivates slowly, so that the first spike of the response to a current
step comes late: Storm, Nature 336:379-381 (1988), doi:10.1038/336379a0. Equations of Borg-Graham, in: Cerebral Cortex
13, Models of Cortical Circuits, pp. 19-138 (1999), doi:10.1007/978-1-4615-4903-1_2. There is no dependence on the
temperature but that of the thermal voltage.
ENDCOMMENT

NEURON {
  SUFFIX hippocampus_kd
  USEION k READ ek WRITE ik
  RANGE gbar, ahalf, bhalf, atau, rate, g, ainf, binf, btau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
  FARADAY = (faraday) (coulomb)
  R = (k-mole) (joule/degC)
}

PARAMETER {
  gbar = 1e-3 (S/cm2) : maximal conductance
  ahalf = -63 (mV)    : voltage of half activation
  bhalf = -73 (mV)    : voltage of half inactivation
  atau = 1 (ms)       : time constant of activation
  rate = 2e-4 (/ms)   : rate of recovery from inactivation
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  kt (mV)     : thermal voltage RT/F
  ainf        : steady state of a
  binf        : steady state of b
  btau (ms)   : time constant of b
}

STATE {
  a : activation
  b : inactivation
}

INITIAL {
  kt = (1000)*R*(celsius + 273.15 (degC))/FARADAY
  rates(v)
  a = ainf
  b = binf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*a^4*b^4
  ik = g*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  a' = (ainf - a)/atau
  b' = (binf - b)/btau
}

: Steady states and the time constant of inactivation at the voltage v.
PROCEDURE rates(v (mV)) {
  ainf = 1/(1 + exp(-3*(v - ahalf)/kt))
  binf = 1/(1 + exp(2.5*(v - bhalf)/kt))
  btau = binf/rate
}
