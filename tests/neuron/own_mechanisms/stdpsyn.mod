COMMENT
Synapse whose connections grow stronger when their event comes before a spike of the cell (the voltage rises above
thresh), and weaker when it comes after. Weights of a connection: conductance w, what it has learnt A, the time of its last event.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS stdpsyn
    NONSPECIFIC_CURRENT i
    RANGE tau, e, thresh, up, down, tauup, taudown, tpost, i
}

UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}

PARAMETER {
    tau = 3 (ms)
    e = 0 (mV)
    thresh = -20 (mV)
    up = 2e-4 (uS)
    down = 1e-4 (uS)
    tauup = 15 (ms)
    taudown = 25 (ms)
}

ASSIGNED {
    v (mV)
    i (nA)
    tpost (ms)
}

STATE { g (uS) }

INITIAL {
    g = 0
    tpost = -1e9
    net_send(0, 1)
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    i = g*(v - e)
}

DERIVATIVE decay { g' = -g/tau }

NET_RECEIVE(w (uS), A (uS), tpre (ms)) {
    INITIAL {
        A = 0
        tpre = -1e9
    }
    if (flag == 0) { : an event of a connection
        g = g + w + A
        A = A - down*exp((tpost - t)/taudown)
        if (A < -w) { A = -w }
        tpre = t
    } else if (flag == 1) { : the start of the run
        WATCH (v > thresh) 2
    } else { : a spike of the cell
        FOR_NETCONS(w1, A1, tpre1) {
            A1 = A1 + up*exp((tpre1 - t)/tauup)
        }
        tpost = t
    }
}
