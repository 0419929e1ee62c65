: probes r1 r2 r3 r4
NEURON { SUFFIX units1 RANGE r1, r2, r3, r4 }
UNITS { (mV) = (millivolt) (pS) = (picosiemens) (S) = (siemens) (um) = (micron) (molar) = (1/liter) (mM) = (millimolar) (uM) = (micromolar) (l) = (liter)
 FARADAY = 96520 (coul) R = 8.3134 (joule/degC) F2 = (faraday) (coulombs) RT = (k-mole) (mV-coulomb/degC)
 k1 = (k) (joule/degC) ec = (e) (coulomb) (pS/um2) = (1e-12 siemens/micron2)
 dens = 1 (mA/cm2) sv = (pS/um2) (siemens/cm2) }
PARAMETER { temp = 36 (degC) eta = 1 (um2) }
ASSIGNED { v (mV) r1 r2 r3 r4 }
BREAKPOINT { r1 = FARADAY/R r2 = F2/RT*25(mV) r3 = k1/ec*1e3 + dens r4 = sv + eta*temp }
