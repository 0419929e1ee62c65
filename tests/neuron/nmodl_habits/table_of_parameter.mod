: probes m minf
NEURON { SUFFIX table_of_parameter NONSPECIFIC_CURRENT i RANGE minf GLOBAL tau }
PARAMETER { tau = 5 (ms) }
ASSIGNED { v (mV) i (mA/cm2) minf }
STATE { m }
INITIAL { rates(v) m = minf }
BREAKPOINT { SOLVE states METHOD cnexp
  i = 0.0005*m*(v + 60) }
DERIVATIVE states { rates(v) m' = (minf - m)/tau }
PROCEDURE rates(v (mV)) {
  TABLE minf, tau FROM -150 TO 100 WITH 250
  minf = 1/(1 + exp(-(v + 50)/10))
}
