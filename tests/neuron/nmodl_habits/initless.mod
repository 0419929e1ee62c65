: probes n ik
NEURON { SUFFIX initless USEION k READ ek WRITE ik RANGE g, n }
PARAMETER { g = 1e-4 n0 = .4 }
ASSIGNED { v ek ik }
STATE { n }
BREAKPOINT { SOLVE s METHOD cnexp ik = g*n*(v-ek) }
DERIVATIVE s { n' = alpha(v)*(1-n) - beta(v)*n }
FUNCTION alpha(v) { alpha = .01*exp(v/50) }
FUNCTION beta(v) { LOCAL x, y  x = (v+40)/10 if (x == 0) { y = 1 } else { y = x } beta = .1*y*y }
