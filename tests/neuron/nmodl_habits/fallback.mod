: probes m h
NEURON { SUFFIX fallback RANGE m, h }
ASSIGNED { v (mV) }
STATE { m h }
INITIAL { m = .1 h = .9 }
BREAKPOINT { SOLVE d METHOD cnexp }
DERIVATIVE d { m' = (1/(1+exp(-v/10)) - m)/3 h' = 1/(1+h) - h }
