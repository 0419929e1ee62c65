: probes i g A B ntot
: events 0.3 0.3 1 2.4125
: weight 0.003 0.5 7
NEURON { POINT_PROCESS pmulti RANGE tau1, tau2, e, i, g, ntot NONSPECIFIC_CURRENT i }
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER { tau1=.1 (ms) <1e-9,1e9> tau2 = 3 (ms) <1e-9,1e9> e=0 (mV) U = .5 (1) <0,1> tr = 8 (ms) }
ASSIGNED { v (mV) i (nA) g (uS) factor ntot }
STATE { A (uS) B (uS) }
INITIAL { LOCAL tp
 if (tau1/tau2 > .9999) { tau1 = .9999*tau2 }
 A = 0 B = 0
 tp = (tau1*tau2)/(tau2 - tau1) * log(tau2/tau1)
 factor = -exp(-tp/tau1) + exp(-tp/tau2) factor = 1/factor }
BREAKPOINT { SOLVE state METHOD cnexp g = B - A i = g*(v - e) }
DERIVATIVE state { A' = -A/tau1 B' = -B/tau2 }
NET_RECEIVE(weight (uS), Rd, use, tsyn (ms)) {
 INITIAL { Rd = 1 use = U tsyn = t }
 Rd = 1 - (1-Rd*(1-use))*exp(-(t - tsyn)/tr)
 tsyn = t
 ntot = ntot + 1
 state_discontinuity(A, A + weight*factor*Rd*use)
 state_discontinuity(B, B + weight*factor*Rd*use)
}
