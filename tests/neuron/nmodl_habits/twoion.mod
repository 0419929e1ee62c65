: probes ina ik icl ecl nai
: with hh
NEURON { SUFFIX twoion USEION na READ ena,nai WRITE ina  USEION k READ ek WRITE ik
 USEION cl READ ecl,cli , clo WRITE icl VALENCE -1 NONSPECIFIC_CURRENT il RANGE gn, gk, gl, el RANGE il }
PARAMETER { gn = 1e-5 (mho/cm2) gk = 1e-5 gl=1e-5 el = -54.3 ecl = -70 (mV) }
ASSIGNED { v ina ik icl il ena ek nai cli clo }
BREAKPOINT { ina = gn*(v-ena)*nai/10 ik = gk*(v-ek)
 icl = gl*(v - ecl) + 1e-9*(cli-clo)
 il = gl*(v-el) }
