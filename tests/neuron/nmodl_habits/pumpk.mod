: probes cai pump pumpca jp
: with hh
NEURON { SUFFIX pumpk USEION ca READ cao, ica, cai WRITE cai, ica RANGE jp, pump, pumpca GLOBAL tot, k1, k2, k3, k4 }
UNITS { (mol) = (1) (molar) = (1/liter) (mM) = (millimolar) (um) = (micron) FARADAY = (faraday) (10000 coulomb) PI = (pi) (1) (uM) = (micromolar) }
PARAMETER { k1 = 1e8 k2 = 1e4 k3 = 1e2 k4 = 1e-2 tot = 1e-10 (mol/cm2) }
ASSIGNED { v diam ica cao jp parea vol L0 lastica }
CONSTANT { volo = 1e10 (um2) }
STATE { cai (mM) <1e-8> pump (mol/cm2) <1e-15> pumpca START 1e-20 (mol/cm2) }
INITIAL { cai = 6e-5 parea = PI*diam vol = PI*diam*diam/4 SOLVE pmp STEADYSTATE sparse }
BREAKPOINT { SOLVE pmp METHOD sparse lastica = 2*FARADAY*jp ica = lastica - 1e-4 }
KINETIC pmp {
 COMPARTMENT vol {cai}
 COMPARTMENT (1e10)*parea {pump pumpca}
 COMPARTMENT volo {cao}
 ~ cai + pump <-> pumpca (k1*parea*(1e10), k2*parea*(1e10))
 ~ pumpca <-> pump + cao (k3*parea*(1e10), k4*parea*(1e10))
 CONSERVE pump + pumpca = tot*parea*(1e10)
 jp = (f_flux - b_flux)/parea
 ~ cai << (-(ica - lastica)*parea/(2*FARADAY))
}
