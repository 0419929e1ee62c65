: probes x r
NEURON { SUFFIX rho RANGE x, r, s }
ASSIGNED { v x r s }
STATE { w }
INITIAL { w = 0 r = 0 }
BREAKPOINT { SOLVE a METHOD after_cvode SOLVE b x = w + r }
PROCEDURE a() { w = w + dt*.1 }
PROCEDURE b() { r = r + dt*w v = v + 1 s = v }
