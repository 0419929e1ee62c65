TITLE calcium below the membrane of Purkinje cells

COMMENT
A shell below the membrane, into which calcium enters through the channels and from which it is removed at a constant
rate: Khaliq, Gouwens & Raman, J. Neurosci. 23:4899-4912 (2003), doi:10.1523/JNEUROSCI.23-12-04899.2003. The paper has
cao 2.4 mM.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_ca
  USEION ca READ ica WRITE cai
  RANGE depth, tau, rest
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
  depth = 0.1 (um) : thickness of the shell
  tau = 1 (ms)     : time constant of removal
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
  cai' = -(10000)*ica/(2*FARADAY*depth) + (rest - cai)/tau
}
