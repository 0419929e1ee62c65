: probes x
NEURON { SUFFIX fnargs RANGE x }
ASSIGNED { v x }
BREAKPOINT { x = trap(v + 40, 10) + expf(v) + sigm(v, -20 (mV), 5) + g2() }
FUNCTION trap(x (mV), y(mV)) (1) { if (fabs(x/y) < 1e-6) { trap = y*(1-x/y/2) } else { trap = x/(exp(x/y)-1) } }
FUNCTION expf(x) { expf = exp(x/100) }
FUNCTION sigm(v (mV), th (mV), k (mV)) { sigm = 1/(1 + exp((th - v)/k)) }
FUNCTION g2() (1) { UNITSOFF g2 = v*2 UNITSON }
