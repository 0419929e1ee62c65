TITLE a procedure with a table that is called only for some instances

NEURON {
    THREADSAFE
    SUFFIX lasting
    RANGE doubled, raised, sum, is_called
}

PARAMETER {
    is_called = 0
}

ASSIGNED {
    v (mV)
    doubled
    raised
    sum
}

INITIAL {
    if (is_called) {
        find(v)
    }
    sum = doubled + raised
}

BREAKPOINT {
}

PROCEDURE find(x) {
    TABLE doubled FROM -100 TO 100 WITH 200
    doubled = 2 * x
    raised = x + 1
}
