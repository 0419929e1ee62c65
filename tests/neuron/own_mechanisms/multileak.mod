COMMENT
Leak to three levels.
ENDCOMMENT

NEURON {
    SUFFIX multileak
    NONSPECIFIC_CURRENT i
    RANGE g, level, i
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    g[3] (S/cm2)
    level[3] (mV)
}

ASSIGNED {
    v (mV)
    i (mA/cm2)
}

BREAKPOINT {
    i = 0
    FROM k = 0 TO 2 {
        i = i + g[k]*(v - level[k])
    }
}
