: probes x q
NEURON { SUFFIX pars RANGE x, q, arr }
PARAMETER { x = 1e-3 (mA/cm2) < 0, 1 > y = -3 arr[3] z = 1e3 (1) w = .1e-2(/ms) r = 5 (ms-1) }
ASSIGNED { v q }
BREAKPOINT { q = x*y + arr[1] + z*w*r }
