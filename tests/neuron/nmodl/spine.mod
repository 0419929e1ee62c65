TITLE calcium that a synapse lets in, added to the pool of its segment

NEURON {
  POINT_PROCESS Spine
  USEION ca READ cai, eca WRITE cai, ica
  RANGE g, tau, on
}

PARAMETER {
  g = 2e-4 (uS)
  tau = 3 (ms)
  on = 4 (ms)
}

ASSIGNED {
  v (mV)
  eca (mV)
  ica (nA)
  cai (mM)
  s
}

INITIAL { s = 0 }

BREAKPOINT {
  if (t > on) {
    s = 1 - exp(-(t - on)/tau)
    cai = cai + 1e-6*s
  }
  ica = g*s*(v - eca)
}
