: probes x
NEURON { SUFFIX locdup RANGE x }
ASSIGNED { v x }
BREAKPOINT { LOCAL a, b, c
 a = 1 b = 2
 { LOCAL a a = 5 b = b + a }
 x = f(a) + b }
FUNCTION f(a) { LOCAL b b = a*2 f = b }
