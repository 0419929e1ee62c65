COMMENT
Calcium-dependent potassium channel.
ENDCOMMENT

NEURON {
    SUFFIX skca
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar, z
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
    (molar) = (1/liter)
    (mM) = (millimolar)
}

PARAMETER {
    gbar = 1e-3 (S/cm2)
    half = 4.3e-4 (mM)
}

ASSIGNED {
    v (mV)
    ek (mV)
    cai (mM)
    ik (mA/cm2)
}

STATE { z }

INITIAL { z = zinf(cai) }

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*z*(v - ek)
}

DERIVATIVE states { z' = (zinf(cai) - z)/1.5 }

FUNCTION zinf(c (mM)) { zinf = 1/(1 + (half/c)^4.8) }
