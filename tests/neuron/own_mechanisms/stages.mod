COMMENT
Counts and adds up at all stages of a step, and injects a current that depends on what was found.
ENDCOMMENT

NEURON {
    SUFFIX stages
    USEION na READ ina
    NONSPECIFIC_CURRENT i
    RANGE x0, x1, x2, x3, x4, i
}

PARAMETER { g = 1e-5 (S/cm2) }

ASSIGNED {
    v (mV)
    ina (mA/cm2)
    i (mA/cm2)
    x0
    x1
    x2
    x3
    x4
}

STATE { s }

BEFORE INITIAL { x0 = x0 + v }

INITIAL {
    s = x0
    x2 = 0
    x3 = 0
    x4 = 0
}

AFTER INITIAL { x1 = x1 + s }

BEFORE BREAKPOINT { x2 = x2 + t*v }

BREAKPOINT {
    SOLVE follow METHOD cnexp
    i = g*(v + 65) + 1e-7*x2 + 1e-5*x4
}

DERIVATIVE follow { s' = (v - s)/3 }

AFTER SOLVE { x3 = x3 + s*t }

BEFORE STEP { x4 = x4 + ina*s + v*1e-4 }
