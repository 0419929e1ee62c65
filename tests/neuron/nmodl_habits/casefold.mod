: probes x
NEURON { SUFFIX casefold RANGE x, X, Q10, q10 }
ASSIGNED { v x X q10 }
PARAMETER { Q10 = 3 }
BREAKPOINT { q10 = Q10^((celsius-22)/10) X = q10*2 x = X }
