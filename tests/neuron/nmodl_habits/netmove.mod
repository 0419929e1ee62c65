: probes n tl
: events 1 1.7 3
: weight 1
NEURON { POINT_PROCESS netmove RANGE n, tl }
ASSIGNED { n tl v }
INITIAL { n = 0 tl = 0 }
NET_RECEIVE(w) {
 if (flag == 0 && n == 0) { net_send(2.1, 1) n = 1 } else if (flag == 0 && t < 1.5) { net_move(t + .5) n = n + 10 }
 if (flag == 1) { n = n + 1000 tl = t net_event(t) } }
