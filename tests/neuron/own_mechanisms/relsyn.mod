COMMENT
Synapse that releases with a probability, and a second time, less, after a random delay, when it also tells its own
connections. Weights of a connection: conductance w, number of releases n.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS relsyn
    NONSPECIFIC_CURRENT i
    RANGE tau, e, p, late, i
    RANDOM release
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    tau = 2 (ms)
    e = 0 (mV)
    p = 0.6 (1)
    late = 1.5 (ms)
}

ASSIGNED {
    v (mV)
    i (nA)
}

STATE { g (uS) }

INITIAL {
    g = 0
    random_setseq(release, 0)
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE(w (uS), n) {
    if (flag == 0) { : an event of a connection
        if (random_uniform(release) < p) {
            g = g + w
            n = n + 1
            net_send(random_negexp(release, late), 5)
        }
    } else { : the late release
        g = g + 0.25*w
        net_event(t)
    }
}
