COMMENT
Graded synapse: the voltage of another place opens it.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS gradsyn
    NONSPECIFIC_CURRENT i
    POINTER vpre
    RANGE gmax, e, half, slope, tau, i
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    gmax = 1e-3 (uS)
    e = -80 (mV)
    half = -45 (mV)
    slope = 5 (mV)
    tau = 4 (ms)
}

ASSIGNED {
    v (mV)
    vpre (mV)
    i (nA)
}

STATE { s }

INITIAL { s = sinf(vpre) }

BREAKPOINT {
    SOLVE open METHOD cnexp
    i = gmax*s*(v - e)
}

DERIVATIVE open { s' = (sinf(vpre) - s)/tau }

FUNCTION sinf(u (mV)) { sinf = 1/(1 + exp((half - u)/slope)) }
