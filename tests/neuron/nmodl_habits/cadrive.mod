: probes cai drive ica
: with hh
NEURON { SUFFIX cadrive USEION ca READ ica, cai WRITE cai, ica RANGE depth,kt,kd,cainf,taur,drive }
UNITS { (molar) = (1/liter) (mM) = (millimolar) (um) = (micron) (mA) = (milliamp) (msM) = (ms mM)
 FARADAY = (faraday) (coulomb) }
PARAMETER { depth = .1 (um) taur = 20 (ms) cainf = 2.4e-4 (mM) kt = 1e-4 (mM/ms) kd = 1e-4 (mM) }
STATE { cai (mM) }
INITIAL { cai = kd }
ASSIGNED { ica (mA/cm2) drive (mM/ms) v (mV) pump (mM/ms) }
BREAKPOINT { SOLVE state METHOD cnexp
 ica = -1e-3/(1+exp(-(v+20)/5)) }
DERIVATIVE state {
 drive = - (10000) * ica / (2 * FARADAY * depth)
 if (drive <= 0.) { drive = 0. }   : cannot pump inward
 cai' = drive + (cainf-cai)/taur
}
