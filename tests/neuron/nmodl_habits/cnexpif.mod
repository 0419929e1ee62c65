: probes p q
NEURON { SUFFIX cnexpif RANGE p, q, k }
ASSIGNED { v (mV) k }
STATE { p q }
INITIAL { p = .5 }
BREAKPOINT { SOLVE d METHOD cnexp }
DERIVATIVE d { LOCAL a a = v/10
 if (v > -60) { p' = 1 - p*a } else if (v < -66) { p' = -.5*p } k = 1 + p
 q' = (k - q)/(3+a*a) p' = (0 - p) / 50 }
