: probes a[0] a[2] b x
NEURON { SUFFIX tabarr RANGE a, b, x GLOBAL k }
PARAMETER { k = 1 }
ASSIGNED { v a[3] b x }
INITIAL { r(v) }
BREAKPOINT { r(v) x = a[0] + a[1]*a[2] }
PROCEDURE r(u) { TABLE a, b DEPEND k FROM -90 TO 60 WITH 150
 FROM i = 0 TO 2 { a[i] = exp(-u/(20+i))*k } b = u*u }
