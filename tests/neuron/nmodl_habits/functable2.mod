: probes x
NEURON { SUFFIX functable2 RANGE x }
ASSIGNED { v x }
BREAKPOINT { x = f(v) }
FUNCTION f(v) { VERBATIM
 /* nothing */
 ENDVERBATIM
 f = v + 1 }
