: probes i on
NEURON { POINT_PROCESS clampy RANGE del, dur, amp, i, on ELECTRODE_CURRENT i }
UNITS { (nA) = (nanoamp) }
PARAMETER { del = .6 (ms) dur = 1.1 (ms) <0,1e9> amp = .2 (nA) tau = .4 (ms) }
ASSIGNED { i (nA) on }
INITIAL { i = 0 on = 0 }
BREAKPOINT { at_time(del) at_time(del+dur)
 if (t < del + dur && t >= del) { i = amp*(1 - exp(-(t-del)/tau)) on = 1 } else { i = 0 on = 0 } }
