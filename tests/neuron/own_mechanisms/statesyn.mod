COMMENT
Synapse opened by a state of another mechanism, elsewhere: a fraction follows it at once, the rest slowly.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS statesyn
    NONSPECIFIC_CURRENT i
    POINTER x
    RANGE gmax, e, fast, tau, i
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    gmax = 1e-3 (uS)
    e = 0 (mV)
    fast = 0.2 (1)
    tau = 3 (ms)
}

ASSIGNED {
    v (mV)
    x (1)
    i (nA)
}

STATE { s }

INITIAL { s = x }

BREAKPOINT {
    SOLVE follow METHOD cnexp
    i = gmax*(fast*x + (1 - fast)*s)*(v - e)
}

DERIVATIVE follow { s' = (x - s)/tau }
