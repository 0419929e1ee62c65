TITLE calcium current of a mechanism that also reads the sum of all calcium currents, and the pool that it fills

NEURON {
  SUFFIX ca_own
  USEION ca READ ica, cai WRITE cai, ica
  RANGE gbar, depth, tau, drive
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
  (mM) = (milli/liter)
  (um) = (micron)
  FARADAY = (faraday) (coulomb)
}

PARAMETER {
  gbar = 1e-4 (S/cm2)
  depth = 0.1 (um)
  tau = 20 (ms)
}

STATE {
  cai (mM)
}

ASSIGNED {
  v (mV)
  ica (mA/cm2)
  drive (mM/ms)
}

INITIAL {
  cai = 1e-4
}

BREAKPOINT {
  SOLVE pool METHOD cnexp
  ica = gbar*(v - 120)/(1 + exp(-(v + 20)/5))
}

DERIVATIVE pool {
  drive = -10000*ica/(2*FARADAY*depth)
  if (drive < 0) {
    drive = 0
  }
  cai' = drive + (1e-4 - cai)/tau
}
