: probes a b
NEURON { SUFFIX procmany RANGE a, b }
ASSIGNED { v a b }
LOCAL sh1, sh2
INITIAL { sh1 = 3 sh2 = 4 one() }
BREAKPOINT { one() two(v, sh1, sh2) a = three(two(1,2,3), a) }
PROCEDURE one() { b = sh1 + sh2 }
PROCEDURE two(x, y (mV), z) { b = b + x*y - z x = 3 b = b + x }
FUNCTION three(p, q (ms)) (mV) { LOCAL r p = p + 1 r = p*2 if (r > 3) { three = r } else { three = 1 } three = three*2 + four(r) }
FUNCTION four(z) { four = z if (z > 0) { four = four + four2(z-1)/2 } }
FUNCTION four2(z) { four2 = 1 + z }
