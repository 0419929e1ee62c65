TITLE Hodgkin and Huxley's squid axon (1952), rates from the formulas

NEURON {
    THREADSAFE
    SUFFIX hhformula
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el, q
}

UNITS {
    (S) = (siemens)
    (mV) = (millivolt)
    (mA) = (milliamp)
}

PARAMETER {
    gnabar = 0.12 (S/cm2)
    gkbar = 0.036 (S/cm2)
    gl = 0.0003 (S/cm2)
    el = -54.3 (mV)
}

ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV)
    ek (mV)
    ina (mA/cm2)
    ik (mA/cm2)
    il (mA/cm2)
    q
}

STATE { m h n }

INITIAL {
    q = 3^((celsius - 6.3) / 10)
    m = am(v) / (am(v) + bm(v))
    h = ah(v) / (ah(v) + bh(v))
    n = an(v) / (an(v) + bn(v))
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ina = gnabar * m * m * m * h * (v - ena)
    ik = gkbar * n * n * n * n * (v - ek)
    il = gl * (v - el)
}

DERIVATIVE gates {
    LOCAL opening, rate
    opening = q * am(v)
    rate = opening + q * bm(v)
    m' = (opening / rate - m) * rate
    opening = q * ah(v)
    rate = opening + q * bh(v)
    h' = (opening / rate - h) * rate
    opening = q * an(v)
    rate = opening + q * bn(v)
    n' = (opening / rate - n) * rate
}

FUNCTION am(u (mV)) (/ms) { am = ratio(-(u + 40) / 10) }
FUNCTION bm(u (mV)) (/ms) { bm = 4 * exp(-(u + 65) / 18) }
FUNCTION ah(u (mV)) (/ms) { ah = 0.07 * exp(-(u + 65) / 20) }
FUNCTION bh(u (mV)) (/ms) { bh = 1 / (exp(-(u + 35) / 10) + 1) }
FUNCTION an(u (mV)) (/ms) { an = 0.1 * ratio(-(u + 55) / 10) }
FUNCTION bn(u (mV)) (/ms) { bn = 0.125 * exp(-(u + 65) / 80) }

: x / (exp(x) - 1), which is 1 - x/2 near 0
FUNCTION ratio(x) {
    if (fabs(x) < 1e-6) {
        ratio = 1 - x / 2
    } else {
        ratio = x / (exp(x) - 1)
    }
}
