TITLE calcium inside and outside, as pools of first order

NEURON {
  SUFFIX pool
  USEION ca READ ica, cai WRITE cai, cao
  RANGE depth, tau
}

UNITS { FARADAY = (faraday) (coulomb) }

PARAMETER {
  depth = 0.2 (um)
  tau = 15 (ms)
}

ASSIGNED { ica (mA/cm2) }

STATE {
  cai (mM)
  cao (mM)
}

INITIAL {
  cai = 1e-4
  cao = 1.8
}

BREAKPOINT { SOLVE pools METHOD cnexp }

DERIVATIVE pools {
  cai' = -(1e4)*ica/(2*FARADAY*depth) - (cai - 1e-4)/tau
  cao' = (1e4)*ica/(2*FARADAY*20*depth) - (cao - 1.8)/(3*tau)
}
