: probes s q
NEURON { SUFFIX defines RANGE s, q }
DEFINE NX 3
DEFINE NY 2
DEFINE OFF -1
ASSIGNED { v (mV) s q m[6] }
INITIAL { FROM i = 0 TO NX - 1 { FROM j = 0 TO NY-1 { m[i*NY + j] = i + 10*j + NX } } }
BREAKPOINT { LOCAL k s = 0 k = 1
 FROM i=0 TO NX*NY-1 BY NY { s = s + m[i]*OFF + m[i+1] + NX/NY }
 q = m[k] + m[NX+OFF] + m[5/2] + m[k+1]
 FROM i = k TO s - 20 { q = q + i } }
