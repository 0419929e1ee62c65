: probes m n
NEURON { SUFFIX stlimits RANGE m, n }
ASSIGNED { v }
STATE { m FROM 0 TO 1 (1) <1e-4> n FROM -1 TO 1 START .3 (mV) }
INITIAL { m = 2 n = n0*2 }
BREAKPOINT { SOLVE s METHOD cnexp }
DERIVATIVE s { m' = (1.5-m)/3 n' = -n }
