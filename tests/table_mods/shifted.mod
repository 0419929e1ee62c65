: A table that depends on a parameter of the instance.
NEURON {
    SUFFIX shifted
    RANGE q, shift
}

PARAMETER {
    shift = 0 (mV)
}

ASSIGNED {
    v (mV)
    q
}

INITIAL {
    rates(v)
}

BREAKPOINT {
    rates(v)
}

PROCEDURE rates(y (mV)) {
    TABLE q FROM -100 TO 90 WITH 200
    q = exp((y + shift)/50(mV))
}
