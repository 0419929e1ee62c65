TITLE calcium below the membrane of cerebellar granule cells

COMMENT
A shell below the membrane, into which calcium enters through the channels and from which it is removed at a constant
rate: D'Angelo et al., J. Neurosci. 21:759-770 (2001), doi:10.1523/JNEUROSCI.21-03-00759.2001.
ENDCOMMENT

NEURON {
  SUFFIX granule_ca
  USEION ca READ ica WRITE cai
  RANGE depth, beta, rest
  THREADSAFE
}

UNITS {
  (mA) = (milliamp)
  (um) = (micron)
  (molar) = (1/liter)
  (mM) = (millimolar)
  FARADAY = (faraday) (coulomb)
}

PARAMETER {
  depth = 0.2 (um) : thickness of the shell
  beta = 1.5 (/ms) : rate of removal
  rest = 1e-4 (mM) : concentration at rest
}

ASSIGNED {
  ica (mA/cm2)
}

STATE {
  cai (mM) : concentration below the membrane
}

INITIAL {
  cai = rest
}

BREAKPOINT {
  SOLVE balance METHOD cnexp
}

DERIVATIVE balance {
  cai' = -(10000)*ica/(2*FARADAY*depth) + beta*(rest - cai)
}
