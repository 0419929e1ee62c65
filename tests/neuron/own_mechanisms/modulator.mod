COMMENT
Changes a parameter of another mechanism: target = base (1 + c), where c grows with each event and decays.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS modulator
    POINTER target
    RANGE base, tau
}

PARAMETER {
    base = 1e-3 (1)
    tau = 20 (ms)
}

ASSIGNED { target (1) }

STATE { c }

INITIAL {
    c = 0
    target = base
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    target = base*(1 + c)
}

DERIVATIVE decay { c' = -c/tau }

NET_RECEIVE(w) { c = c + w }
