COMMENT
The law of NEURON's SEClamp as a conductance 1/rs of the membrane: its current counts among the currents of the membrane,
and i is positive out of the cell. It is computed anew after each step, so that what is recorded belongs to the voltage then.
ENDCOMMENT

NEURON {
    POINT_PROCESS ConductanceSource
    NONSPECIFIC_CURRENT i
    RANGE rs, dur1, amp1, dur2, amp2, dur3, amp3, vc, i
}

UNITS {
    (nA) = (nanoamp)
    (mV) = (millivolt)
}

PARAMETER {
    rs = 1 (megohm)
    dur1 = 0 (ms)
    amp1 = 0 (mV)
    dur2 = 0 (ms)
    amp2 = 0 (mV)
    dur3 = 0 (ms)
    amp3 = 0 (mV)
}

ASSIGNED {
    v (mV)
    i (nA)
    vc (mV)
    tc2 (ms)
    tc3 (ms)
    on
}

INITIAL {
    tc2 = dur1 + dur2
    tc3 = tc2 + dur3
    on = 0
}

BREAKPOINT {
    SOLVE renew METHOD after_cvode
    level()
}

PROCEDURE renew() {
    if (on) {
        i = (v - vc)/rs
    } else {
        i = 0
    }
}

PROCEDURE level() {
    on = 1
    if (t < dur1) {
        vc = amp1
    } else if (t < tc2) {
        vc = amp2
    } else if (t < tc3) {
        vc = amp3
    } else {
        vc = 0
        on = 0
    }
    renew()
}
