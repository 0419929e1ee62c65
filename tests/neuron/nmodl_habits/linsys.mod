: probes a b x[0] x[2] u w
NEURON { SUFFIX linsys RANGE a, b, x, u, w }
ASSIGNED { v (mV) }
STATE { a b x[3] u w }
INITIAL { u = .5 w = .5 SOLVE l  SOLVE nl }
BREAKPOINT { SOLVE l  SOLVE nl }
LINEAR l { LOCAL q
 q = v/50
 ~ a + 2*b = 3 + q
 ~ a - b*q = 1
 FROM i = 0 TO 1 { ~ x[i+1] - x[i] = q + 1 }
 ~ x[0] + x[1] + x[2] = a*0 + 1
}
NONLINEAR nl { ~ u*u + w = 1 + v*v*1e-5
 ~ u - w*w*w = .2 }
