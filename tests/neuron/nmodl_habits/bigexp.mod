: probes x y
NEURON { SUFFIX bigexp RANGE x, y }
ASSIGNED { v x y }
BREAKPOINT { x = exp(-v*20) + exp(v*20) y = 1/(1+exp(v*30)) + exp(1e300*v) }
