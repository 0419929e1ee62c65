: probes x
NEURON { SUFFIX rangeundef RANGE x, gone, also }
ASSIGNED { v x }
BREAKPOINT { x = v }
