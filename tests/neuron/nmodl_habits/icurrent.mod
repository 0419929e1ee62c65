: probes ii s
NEURON { SUFFIX icurrent RANGE ii, s, i NONSPECIFIC_CURRENT i }
ASSIGNED { v i ii s q[3] }
BREAKPOINT { i = 1e-6*(v+60) s = 0 FROM i = 0 TO 2 { q[i] = i + 1 s = s + q[i]*i } ii = i }
