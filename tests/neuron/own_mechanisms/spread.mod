COMMENT
Two substances whose diffusion depends on the voltage, the time and a concentration that diffuses as well.
ENDCOMMENT

NEURON {
    SUFFIX spread
    USEION ca WRITE cai
    RANGE d
}

PARAMETER { d = 0.3 }

STATE { cai b }

ASSIGNED { v }

INITIAL {
    cai = 2e-4
    b = 1 + v/100
}

BREAKPOINT { SOLVE scheme METHOD sparse }

KINETIC scheme {
    COMPARTMENT 2 { cai b }
    LONGITUDINAL_DIFFUSION d*(1 + 1000*cai) { cai }
    LONGITUDINAL_DIFFUSION d*(2 + 10000*cai - v/100 + t/10) { b }
    ~ cai << (1e-5)
    ~ b << (v/10)
}
