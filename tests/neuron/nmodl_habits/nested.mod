: probes x y z k
NEURON { SUFFIX nested RANGE x, y, z, k, w }
ASSIGNED { v (mV) x y z k w[6] }
INITIAL { x = 0 y = 0 z = 0 k = 0 FROM i = 0 TO 5 { w[i] = i*i - 2 } }
BREAKPOINT { LOCAL u, a[3]
 u = v/10 + 7
 a[0] = u a[1] = u*u a[2] = a[1] - a[0]
 IF (u > 2) { LOCAL u, q
   u = 5 q = a[2]
   if (q > 1 && !(u < 3) || k == 4) { k = k + 1 if (k > 8) { k = 0 } else if (k == 3) { k = k + .5 } else if (k == 4.5) { z = z + 1 } else { z = z - .25 } }
   x = u + q
 } ELSE { IF (u <= 1) { x = -1 } ELSE { x = -2 } }
 y = 0
 FROM i = 0 TO 5 BY 2 { FROM j = i TO 5 { y = y + w[j]*i + k*j } }
 WHILE (y > 40) { y = y - 7.5 }
 while (z < -2 || z > 1000) { z = z + 3 }
}
