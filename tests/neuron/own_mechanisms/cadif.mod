COMMENT
Calcium that diffuses along the section, with a pump and two mobile buffers that diffuse, too.
ENDCOMMENT

NEURON {
    SUFFIX cadif
    USEION ca READ ica WRITE cai
    RANGE width, dca, dbuf, vmax, kd, rest, kon, koff, cross
}

UNITS {
    (mA) = (milliamp)
    (um) = (micron)
    (molar) = (1/liter)
    (mM) = (millimolar)
    FARADAY = (faraday) (coulomb)
    PI = (pi) (1)
}

PARAMETER {
    width = 1 (um)
    dca = 0.2 (um2/ms)
    dbuf = 0.05 (um2/ms)
    vmax = 1e-4 (mM/ms)
    kd = 5e-4 (mM)
    rest = 1e-4 (mM)
    kon = 2 (/ms)
    koff = 0.1 (/ms)
}

ASSIGNED {
    ica (mA/cm2)
    cross (um2)
}

STATE {
    cai (mM)
    bound[2] (mM)
}

INITIAL {
    cross = PI*width*width/4
    cai = rest
    FROM i = 0 TO 1 {
        bound[i] = kon*rest/koff
    }
}

BREAKPOINT { SOLVE scheme METHOD sparse }

KINETIC scheme {
    COMPARTMENT cross { cai }
    COMPARTMENT i, cross { bound }
    LONGITUDINAL_DIFFUSION dca*cross { cai }
    LONGITUDINAL_DIFFUSION i, dbuf*cross/(1 + i) { bound }
    ~ cai << (-ica*PI*width*10000/(2*FARADAY) - vmax*cross*(cai/(cai + kd) - rest/(rest + kd)))
    ~ cai <-> bound[0] (kon*cross, koff*cross)
    ~ cai <-> bound[1] (kon*cross/10, koff*cross/10)
}
