: probes p q
: dt 0.03125
NEURON { SUFFIX rungek RANGE p, q }
ASSIGNED { v (mV) }
STATE { p q }
BREAKPOINT { SOLVE d METHOD runge }
DERIVATIVE d { p' = q - .1*p q' = -p + v/100 }
