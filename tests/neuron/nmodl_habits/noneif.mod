: probes p
: secondorder 1
NEURON { SUFFIX noneif RANGE p }
ASSIGNED { v (mV) }
STATE { p }
INITIAL { p = .5 }
BREAKPOINT { SOLVE d }
DERIVATIVE d { if (v > -60) { p' = 1 - p } else { p' = -.5*p } }
