: probes n y m isi
: events 0.4 1 2 2 4
: weight 0.6 0 0
NEURON { ARTIFICIAL_CELL burstart RANGE n, y, m, tau, refr, isi }
PARAMETER { tau = 3 (ms) refr = .7 (ms) }
ASSIGNED { m t0 (ms) n y isi (ms) ref }
INITIAL { m = 0 t0 = 0 n = 0 y = 0 ref = 0 net_send(.3, 2) net_send(0,3) }
FUNCTION M() { M = m*exp(-(t - t0)/tau) }
NET_RECEIVE (w, old, k) {
 INITIAL { old = -1 k = 10 }
 if (flag == 0) {
  m = M() + w isi = t - t0 t0 = t k = k+1
  if (m > 1 && ref == 0) { net_event(t) m = 0 ref = 1 net_send(refr, 1) } else if (ref == 1) { net_move(t + .5*refr) }
 } else if (flag == 1) { ref = 0 n = n + 1 if (n < 3) { net_event(t + .1) } }
 else { y = y + flag*t + 1 }
}
