TITLE Hodgkin and Huxley's squid axon (1952), rates from a table

NEURON {
    THREADSAFE
    SUFFIX hhtable
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el
    RANGE minf, mtau, hinf, htau, ninf, ntau
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
    minf
    mtau (ms)
    hinf
    htau (ms)
    ninf
    ntau (ms)
}

STATE { m h n }

INITIAL {
    rates(v)
    m = minf
    h = hinf
    n = ninf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ina = gnabar * m * m * m * h * (v - ena)
    ik = gkbar * n * n * n * n * (v - ek)
    il = gl * (v - el)
}

DERIVATIVE gates {
    rates(v)
    m' = (minf - m) / mtau
    h' = (hinf - h) / htau
    n' = (ninf - n) / ntau
}

PROCEDURE rates(u (mV)) {
    LOCAL q, sum
    TABLE minf, mtau, hinf, htau, ninf, ntau DEPEND celsius FROM -100 TO 100 WITH 200
    q = 3^((celsius - 6.3) / 10)
    sum = am(u) + bm(u)
    minf = am(u) / sum
    mtau = 1 / (q * sum)
    sum = ah(u) + bh(u)
    hinf = ah(u) / sum
    htau = 1 / (q * sum)
    sum = an(u) + bn(u)
    ninf = an(u) / sum
    ntau = 1 / (q * sum)
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
