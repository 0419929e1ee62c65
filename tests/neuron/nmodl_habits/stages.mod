: probes a b c d e2
NEURON { SUFFIX stages RANGE a, b, c, d, e2 }
ASSIGNED { v (mV) a b c d e2 }
INITIAL { c = 1 }
BEFORE INITIAL { a = 3 + a }
AFTER INITIAL { b = c*2 }
BEFORE BREAKPOINT { d = v + t }
AFTER SOLVE { e2 = v - d }
BEFORE STEP { LOCAL q q = e2 c = c + q*.001 if (c > 2) { c = 1 } }
BREAKPOINT { b = b + .5*d }
