: probes x y z
NEURON { SUFFIX vbits RANGE x, y, z }
ASSIGNED { v x y z }
BREAKPOINT {
VERBATIM
 int k = (int)(-v); int a = k & 12, b = (k >> 2) | 1, c = (k << 3) ^ 5, d = ~k;
 x = a + 100*b; y = c % 17 + d;
 k |= 64; k &= 127; k ^= 3; k <<= 1; k >>= 2;
 z = k; z += (k & 1) ? .5 : .25;
ENDVERBATIM
}
