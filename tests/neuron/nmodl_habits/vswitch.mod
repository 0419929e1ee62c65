: probes x y
NEURON { SUFFIX vswitch RANGE x, y }
ASSIGNED { v x y }
BREAKPOINT {
VERBATIM
 int k = (int)(t*2);
 switch (k) { case 0: x = 1; break; case 1: case 2: x = 2; y = 3; case 3: y += 1; break; default: x = -1; }
ENDVERBATIM
}
