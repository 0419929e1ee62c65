COMMENT
Makes the membrane that it is on an integrate-and-fire cell: a spike sets the voltage back, an event adds to it, and it is kept from
falling far. Weight of a connection: a jump, mV.
ENDCOMMENT

NEURON {
    THREADSAFE
    POINT_PROCESS lif
    RANGE thresh, vreset, low, refrac, ready
}

UNITS { (mV) = (millivolt) }

PARAMETER {
    thresh = -45 (mV)
    vreset = -60 (mV)
    low = -75 (mV)
    refrac = 3 (ms)
}

ASSIGNED {
    v (mV)
    ready (1)
}

INITIAL {
    ready = 0
    net_send(0, 1)
}

NET_RECEIVE(w (mV)) {
    if (flag == 0) { : an event of a connection
        v = v + w
    } else if (flag == 1) { : the end of the refractory time
        ready = 1
        WATCH (v > thresh) 2
        WATCH (v < low) 3
    } else if (flag == 2) { : above the threshold
        if (ready == 1) {
            ready = 0
            v = vreset
            net_event(t)
            net_send(refrac, 1)
        }
    } else { : far below
        v = low
    }
}
