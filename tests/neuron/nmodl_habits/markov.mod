: probes C1 C2 O I I2 ina
NEURON { SUFFIX markov USEION na READ ena WRITE ina RANGE g, gbar, ina GLOBAL a0,b0 }
UNITS { (mV) = (millivolt) (S) = (siemens) }
PARAMETER { gbar = 0.02 (S/cm2) a0 = 2 (/ms) b0 = .3 (/ms) vshift = 5 (mV) }
ASSIGNED { v (mV) ena (mV) ina (mA/cm2) g (S/cm2) am bm ai (/ms) bi (/ms) celsius (degC) q }
STATE { C1 FROM 0 TO 1 C2 FROM 0 TO 1  O FROM 0 TO 1 I I2 }
INITIAL { q = 3^((celsius-20(degC))/10(degC)) rates(v) SOLVE kin STEADYSTATE sparse }
BREAKPOINT { SOLVE kin METHOD sparse
 g = gbar*O
 ina = g*(v-ena) }
KINETIC kin {
 rates(v)
 ~ C1 <-> C2 (2*am, bm)
 ~ C2 <-> O  (am, 2*bm)
 ~ O <-> I (ai, bi)
 ~ C2 <-> I2 (ai*.1, bi*.1)
 ~ I2 <-> I (am,bm)
 CONSERVE C1 + C2 + O + I + I2 = 1
}
PROCEDURE rates(v (mV)) {
  am = q*a0*exp((v+vshift)/20(mV))
  bm = q*b0*exp(-v/25(mV))
  ai = .7*q
  bi = .01*q*exp(-(v+60)/15)
}
