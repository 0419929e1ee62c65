TITLE calcium under the membrane: entry by calcium currents and removal with a time constant

COMMENT
Destexhe, Contreras, Sejnowski & Steriade, J. Neurophysiol. 72:803-818 (1994), doi:10.1152/jn.1994.72.2.803, with the
parameters of Hay, Hill, Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011),
doi:10.1371/journal.pcbi.1002107: of the calcium that enters a shell under the membrane, a part remains free, and decays
to its concentration at rest. The defaults of gamma and tau are those of the soma in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_ca
  USEION ca READ ica WRITE cai
  RANGE gamma, depth, tau, rest
  THREADSAFE
}

UNITS {
  (mA) = (milliamp)
  (mM) = (milli/liter)
  (um) = (micron)
  FARADAY = (faraday) (coulomb)
}

PARAMETER {
  gamma = 0.000501 : part of the calcium that remains free
  depth = 0.1 (um) : depth of the shell
  tau = 460 (ms)   : time constant of removal
  rest = 1e-4 (mM) : concentration at rest
}

ASSIGNED {
  ica (mA/cm2)
}

STATE {
  cai (mM) : concentration in the shell
}

INITIAL {
  cai = rest
}

BREAKPOINT {
  SOLVE shell METHOD cnexp
}

DERIVATIVE shell {
  cai' = -(10000)*gamma*ica/(2*FARADAY*depth) - (cai - rest)/tau
}
