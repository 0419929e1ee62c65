: probes x y
NEURON { SUFFIX lagstate RANGE x, y, a, td, n }
PARAMETER { td = .1 (ms) a = 1 }
ASSIGNED { v (mV) x y n }
INITIAL { x = -1 y = -5 n = 0 }
BREAKPOINT { x = a*1000*t
 n = n + 1
 LAG x BY td
 y = lag_x_td }
