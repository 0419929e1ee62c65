: probes p
: dt 0.03125
NEURON { SUFFIX rungeif RANGE p }
ASSIGNED { v (mV) }
STATE { p }
INITIAL { p = .5 }
BREAKPOINT { SOLVE d METHOD runge }
DERIVATIVE d { if (v > -60) { p' = 1 - p } else { p' = -.5*p } }
