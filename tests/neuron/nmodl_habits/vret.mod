: probes m
NEURON { SUFFIX vret RANGE m NONSPECIFIC_CURRENT i }
ASSIGNED { v i mi mt }
STATE { m }
INITIAL { rates(v) m = mi
VERBATIM
	/* only a remark */
ENDVERBATIM
}
BREAKPOINT { SOLVE states
 i = 1e-6*m*(v+80) }
PROCEDURE states() { rates(v) m = m + (1-exp(-dt/mt))*(mi-m)
VERBATIM
 return 0;
ENDVERBATIM
}
PROCEDURE rates(v) { mi = 1/(1+exp(-(v+50)/8)) mt = 2 }
