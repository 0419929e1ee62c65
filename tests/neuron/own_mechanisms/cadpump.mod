COMMENT
Calcium in a shell under the membrane: it enters with the current, is pumped out with Michaelis-Menten kinetics, and
returns to a concentration at rest.
ENDCOMMENT

NEURON {
    SUFFIX cadpump
    USEION ca READ ica WRITE cai
    RANGE depth, vmax, kd, cainf, taur, drive
}

UNITS {
    (mA) = (milliamp)
    (um) = (micron)
    (molar) = (1/liter)
    (mM) = (millimolar)
    FARADAY = (faraday) (coulomb)
}

PARAMETER {
    depth = 0.2 (um)
    vmax = 1e-4 (mM/ms)
    kd = 5e-4 (mM)
    cainf = 1e-4 (mM)
    taur = 100 (ms)
}

ASSIGNED {
    ica (mA/cm2)
    drive (mM/ms)
}

STATE { cai (mM) }

INITIAL { cai = cainf }

BREAKPOINT { SOLVE pool METHOD euler }

DERIVATIVE pool {
    drive = -(10000)*ica/(2*FARADAY*depth)
    if (drive <= 0) { drive = 0 }
    cai' = drive - vmax*cai/(cai + kd) + (cainf - cai)/taur
}
