: probes g i
: events 1 2
: weight .002 .9
NEURON { POINT_PROCESS condsyn NONSPECIFIC_CURRENT i RANGE g, i, tau, e, on }
PARAMETER { tau = 2 e = 0 }
ASSIGNED { v i on }
STATE { g }
INITIAL { g = 0 on = 0 }
BREAKPOINT { SOLVE s METHOD cnexp i = g*(v-e) }
DERIVATIVE s { g' = -g/tau }
NET_RECEIVE(w, p) { LOCAL z
 INITIAL { p = p }
 z = w*p
 IF (flag == 0) { g = g + z net_send(tau/2, on + 3) on = on + 1 } ELSE { if (flag >= 3) { g = g + z/2 } }
 v = v + 0 }
