: probes p q s
NEURON { SUFFIX implicit RANGE p, q, s NONSPECIFIC_CURRENT i }
ASSIGNED { v (mV) i (mA/cm2) s }
STATE { p q }
INITIAL { p = .1 q = .2 }
BREAKPOINT { SOLVE d METHOD derivimplicit i = 1e-5*p*(v+70) }
DERIVATIVE d { s = p*q p' = (1-p)/2 - s*.3 q' = exp(-q)*.1 - q*p/(1+q) }
