: probes g n
NEURON { SUFFIX conductive USEION k READ ek WRITE ik RANGE gbar, g, n NONSPECIFIC_CURRENT il }
PARAMETER { gbar = 1e-3 gl = 1e-5 }
ASSIGNED { v ek ik il g }
STATE { n }
INITIAL { n = .3 g = 0 }
BREAKPOINT { CONDUCTANCE g USEION k
 CONDUCTANCE gl
 SOLVE s METHOD cnexp
 g = gbar*n*n
 ik = g*(v-ek) il = gl*(v+50) }
DERIVATIVE s { n' = (1/(1+exp(-(v+40)/9)) - n)/4 }
