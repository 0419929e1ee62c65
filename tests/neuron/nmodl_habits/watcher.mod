: probes n last i
: with hh
NEURON { POINT_PROCESS watcher RANGE n, last, i, th NONSPECIFIC_CURRENT i }
PARAMETER { th = -30 (mV) }
ASSIGNED { v (mV) n last i (nA) on }
INITIAL { n = 0 last = -1 on = 0 net_send(0, 1) }
BREAKPOINT { if (on > 0) { i = -.05 } else { i = 0 } }
NET_RECEIVE (w) {
 if (flag == 1) { WATCH (v > th) 2 WATCH (v < -68) 4 }
 else if (flag == 2) { n = n + 1 on = 1 last = t net_event(t) WATCH (v < th - 5) 3 }
 else if (flag == 3) { on = 0 n = n + 100 WATCH (v > th) 2 }
 else if (flag == 4) { n = n + 10000 }
}
