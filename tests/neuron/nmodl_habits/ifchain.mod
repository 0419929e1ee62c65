: probes x y
NEURON { SUFFIX ifchain RANGE x, y }
ASSIGNED { v x y }
BREAKPOINT {
 if (v < -70) { x = 1 } else { if (v < -65.0) { x = 2 } else { if (v < -60) { x = 3 } else { x = 4 } } }
 if (v < -64) { y = 1 }
 else if (v < -60) { y = 2 }
 ELSE { y = 3 }
 IF (x == 4) { y = y*2 } ELSE IF (x == 3) { y = y*3 }
}
