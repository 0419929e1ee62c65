: probes s i total
: events 0.5 2
: weight 0.001 0.2 0
NEURON { POINT_PROCESS fornet RANGE s, i, total, e NONSPECIFIC_CURRENT i }
PARAMETER { e = 0 (mV) tau = 2 (ms) }
ASSIGNED { v (mV) i (nA) total tpost }
STATE { s }
INITIAL { s = 0 total = 0 tpost = -1e9 net_send(1, 1) }
BREAKPOINT { SOLVE d METHOD cnexp i = s*(v-e) }
DERIVATIVE d { s' = -s/tau }
NET_RECEIVE (w, A, tpre (ms)) {
 INITIAL { A = 0 tpre = -1e9 }
 if (flag == 0) { s = s + w*(1+A) tpre = t A = A*.9 }
 else { tpost = t total = 0 FOR_NETCONS(w1, A1, tp1) { LOCAL z z = A1 A1 = A1 + .1*exp((tp1 - t)/20) total = total + A1 - z } net_send(1.3, 1) }
}
