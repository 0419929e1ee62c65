COMMENT
First-order calcium pool in a shell under the membrane.
ENDCOMMENT

NEURON {
    SUFFIX capool
    USEION ca READ ica WRITE cai
    RANGE depth, tau, rest, gamma
}

UNITS {
    (mA) = (milliamp)
    (um) = (micron)
    (molar) = (1/liter)
    (mM) = (millimolar)
    FARADAY = (faraday) (coulomb)
}

PARAMETER {
    depth = 0.1 (um)
    tau = 80 (ms)
    rest = 1e-4 (mM)
    gamma = 0.05 (1)
}

ASSIGNED { ica (mA/cm2) }

STATE { cai (mM) }

INITIAL { cai = rest }

BREAKPOINT { SOLVE pool METHOD cnexp }

DERIVATIVE pool {
    cai' = -(1e4)*gamma*ica/(2*FARADAY*depth) - (cai - rest)/tau
}
