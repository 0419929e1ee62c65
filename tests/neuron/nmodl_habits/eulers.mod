: probes p q r
NEURON { SUFFIX eulers RANGE p, q, r, tau }
PARAMETER { tau = 2 (ms) p0 = .25 }
ASSIGNED { v (mV) }
STATE { p q r START -60 (mV) }
INITIAL { p = p0 q = .5 }
BREAKPOINT { SOLVE d METHOD euler }
DERIVATIVE d { LOCAL z z = v/30 p' = (1 - p)/tau + 0.01*sin(t) q' = p - q*z*.1 if (q > .6) { r' = (v - r)/5 } else { r' = (v-r)/10 } }
