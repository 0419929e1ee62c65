: probes p q
: secondorder 2
NEURON { SUFFIX euler2nd RANGE p, q }
ASSIGNED { v (mV) }
STATE { p q }
INITIAL { p = .5 }
BREAKPOINT { SOLVE d METHOD euler }
DERIVATIVE d { p' = -p*.1 if (v > -60) { p' = 1 - p q' = p } else { p' = -.5*p } q' = 1 - q }
