: probes x y
NEURON { SUFFIX accum RANGE x, y THREADSAFE }
ASSIGNED { v x y }
LOCAL a
BREAKPOINT { a = v*2 x = f(a) y = a }
FUNCTION f(z) { a = a + z f = a }
