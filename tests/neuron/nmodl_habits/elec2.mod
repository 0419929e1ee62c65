: probes i j
NEURON { POINT_PROCESS elec2 RANGE i, j, amp ELECTRODE_CURRENT i, j }
ASSIGNED { i j v }
PARAMETER { amp = .01 }
BREAKPOINT { i = amp*sin(t) j = -amp/2*(v/100) }
