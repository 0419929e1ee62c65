COMMENT
The law of NEURON's IClamp as a current through the membrane: it counts among the currents of the membrane, and i is
positive out of the cell.
ENDCOMMENT

NEURON {
    POINT_PROCESS MembraneCurrentSource
    NONSPECIFIC_CURRENT i
    RANGE delay, dur, amp, i
}

UNITS {
    (nA) = (nanoamp)
}

PARAMETER {
    delay = 0 (ms)
    dur = 0 (ms)
    amp = 0 (nA)
}

ASSIGNED {
    i (nA)
}

INITIAL {
    i = 0
}

BREAKPOINT {
    at_time(delay)
    at_time(delay + dur)
    if (t < delay + dur && t >= delay) {
        i = -amp
    } else {
        i = 0
    }
}
