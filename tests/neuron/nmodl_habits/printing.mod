: probes x
NEURON { SUFFIX printing RANGE x }
ASSIGNED { v x }
INITIAL { printf("start %g at %g\n", v, t) printf("no args\n") }
BREAKPOINT { x = v if (x > 1000) { printf("x = %g\n", x) } }
