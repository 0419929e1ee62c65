COMMENT
Electrode that injects one current after the other, each from a given time on.
ENDCOMMENT

NEURON {
    POINT_PROCESS stepseq
    ELECTRODE_CURRENT i
    RANGE gain, onsets, amplitudes, count, next, i
}

UNITS { (nA) = (nanoamp) }

PARAMETER {
    gain = 1
    count = 0
}

ASSIGNED {
    onsets[32] (ms)
    amplitudes[32] (nA)
    next
    i (nA)
}

INITIAL {
    next = 0
    i = 0
}

BREAKPOINT {
    WHILE (next < count && onsets[next] <= t) {
        next = next + 1
    }
    i = 0
    if (next > 0) {
        i = gain*amplitudes[next - 1]
    }
}
