: probes x
NEURON { SUFFIX twoinit RANGE x }
ASSIGNED { v x }
INITIAL { x = 3 }
INITIAL { x = x + 1 }
BREAKPOINT { }
