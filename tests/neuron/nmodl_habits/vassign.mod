: probes x y i
NEURON { SUFFIX vassign RANGE x, y, i NONSPECIFIC_CURRENT i }
ASSIGNED { v x y i }
INITIAL { v = -20 x = v }
BREAKPOINT { y = v v = v + 10 i = 1e-6*(v+50) x = v f() }
PROCEDURE f() { x = x + v }
