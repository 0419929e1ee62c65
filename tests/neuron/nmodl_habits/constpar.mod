: probes q
NEURON { SUFFIX constpar RANGE q }
CONSTANT { c1 = -3 (mV) c2 = 2e2 c3 = 5 (/ms) }
UNITS { (mV) = (millivolt) PI = (pi) (1) one = 1 (1) }
ASSIGNED { v (mV) q }
BREAKPOINT { q = c1*c2/c3*PI + one }
