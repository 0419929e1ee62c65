: probes x y
NEURON { POINT_PROCESS lagcurrent RANGE x, y, a NONSPECIFIC_CURRENT i }
PARAMETER { a = 1 }
ASSIGNED { v (mV) x y i (nA) z u[3] }
CONSTANT { d = 0.1 }
BREAKPOINT { x = a*1000*t
 LAG x BY d
 y = lag_x_d
 i = 0 }
