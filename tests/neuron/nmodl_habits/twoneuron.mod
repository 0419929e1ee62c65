: probes x
NEURON { SUFFIX twoneuron }
NEURON { RANGE x }
ASSIGNED { v } ASSIGNED { x }
BREAKPOINT { x = v }
INITIAL { x = 3 }
