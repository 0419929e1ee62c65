TITLE fast potassium current without inactivation (Kv3.1)

COMMENT
Rettig et al., EMBO J. 11:2473-2486 (1992), doi:10.1002/j.1460-2075.1992.tb05312.x, with the parameters of Hay, Hill,
Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. The rates do not
depend on the temperature. The default of gbar is that of the soma in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_kv31
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
  gbar = 0.693 (S/cm2) : maximal conductance
}

ASSIGNED {
  v (mV)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  minf        : steady state of m
  mtau (ms)   : time constant of m
}

STATE {
  m : activation
}

INITIAL {
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
  minf = 1/(1 + exp(-(v - 18.7 (mV))/9.7 (mV)))
  mtau = 4 (ms)/(1 + exp(-(v + 46.56 (mV))/44.14 (mV)))
}
