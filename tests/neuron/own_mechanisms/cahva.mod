COMMENT
High-threshold calcium channel, current by the Goldman-Hodgkin-Katz equation.
ENDCOMMENT

NEURON {
    SUFFIX cahva
    USEION ca READ cai, cao WRITE ica
    RANGE pbar, i
    GLOBAL vshift
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (molar) = (1/liter)
    (mM) = (millimolar)
}

PARAMETER {
    pbar = 1e-4 (cm/s)
    vshift = 0 (mV)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    cai (mM)
    cao (mM)
    ica (mA/cm2)
    i (mA/cm2)
}

STATE { m h }

INITIAL {
    m = minf(v)
    h = hinf(v)
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ica = pbar*m*m*h*nrn_ghk(v, cai, cao, 2)
    i = ica
}

DERIVATIVE states {
    m' = (minf(v) - m)/taum(v)
    h' = (hinf(v) - h)/300
}

FUNCTION minf(v (mV)) { minf = 1/(1 + exp(-(v + 20 - vshift)/6)) }
FUNCTION hinf(v (mV)) { hinf = 1/(1 + exp((v + 45 - vshift)/9)) }
FUNCTION taum(v (mV)) (ms) { taum = 0.5 + 3/(1 + exp((v + 30)/12)) }
