: probes x
NEURON { SUFFIX kwnew RANGE x, new }
ASSIGNED { v x new }
BREAKPOINT { new = 2 x = v + new }
