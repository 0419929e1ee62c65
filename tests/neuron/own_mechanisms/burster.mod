COMMENT
Cell without membrane that adds up its inputs, which decay, and answers with a burst of spikes when the sum exceeds 1.
The gaps between them are given; an input halves the time to the next one. Weights of a connection: w, and a factor k that falls
with each event.
ENDCOMMENT

NEURON {
    ARTIFICIAL_CELL burster
    RANGE tau, gap, m, left
    GLOBAL spikes
}

PARAMETER {
    tau = 10 (ms)
    gap[3] (ms)
    spikes = 3 (1)
}

ASSIGNED {
    m (1)
    left (1)
    t0 (ms)
    next (ms)
}

INITIAL {
    m = 0
    left = 0
    t0 = t
    next = 1e9
    net_send(1e9, 1)
}

NET_RECEIVE(w, k) {
    INITIAL { k = 0.5 }
    m = m*exp(-(t - t0)/tau)
    t0 = t
    if (flag == 1) { : a spike of the burst
        net_event(t)
        left = left - 1
        if (left > 0) {
            next = t + gap[left]
            net_send(gap[left], 1)
        } else {
            next = 1e9
            net_send(1e9, 1)
        }
    } else {
        m = m + w*k
        k = 0.9*k
        if (left > 0) {
            next = t + 0.5*(next - t)
            net_move(next)
        } else if (m > 1) {
            m = 0
            left = spikes
            next = t
            net_move(t)
        }
    }
}
