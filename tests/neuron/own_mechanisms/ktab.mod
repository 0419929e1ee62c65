COMMENT
Potassium channel whose steady state and time constant are given by their values.
ENDCOMMENT

NEURON {
    SUFFIX ktab
    USEION k READ ek WRITE ik
    RANGE gbar, n
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER { gbar = 1e-3 (S/cm2) }

ASSIGNED {
    v (mV)
    ek (mV)
    celsius (degC)
    ik (mA/cm2)
}

STATE { n }

INITIAL { n = ninf(v) }

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*n*(v - ek)
}

DERIVATIVE states { n' = (ninf(v) - n)/ntau(v, celsius) }

FUNCTION_TABLE ninf(x (mV))
FUNCTION_TABLE ntau(x (mV), warmth (degC)) (ms)
