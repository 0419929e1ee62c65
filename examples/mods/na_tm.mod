TITLE fast sodium current of cortical cells

COMMENT
Traub & Miles, Neuronal Networks of the Hippocampus (1991), in the form of Pospischil et al., Biol. Cybern. 99:427 (2008),
doi:10.1007/s00422-008-0263-8, at 36 degC.
ENDCOMMENT

NEURON {
  SUFFIX na_tm
  USEION na READ ena WRITE ina
  RANGE gbar, vt
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.05 (S/cm2) : maximal conductance
  vt = -56.2 (mV)     : shift of the spike threshold
}

ASSIGNED {
  v (mV)
  ena (mV)
  ina (mA/cm2)
  minf hinf
  mtau (ms) htau (ms)
}

STATE { m h }

INITIAL {
  rates(v)
  m = minf
  h = hinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  ina = gbar*m^3*h*(v - ena)
}

DERIVATIVE gates {
  rates(v)
  m' = (minf - m)/mtau
  h' = (hinf - h)/htau
}

PROCEDURE rates(v (mV)) {
  LOCAL a, b, u
  UNITSOFF
  u = v - vt
  a = 0.32*ratio(13 - u, 4)
  b = 0.28*ratio(u - 40, 5)
  mtau = 1/(a + b)
  minf = a/(a + b)
  a = 0.128*exp((17 - u)/18)
  b = 4/(1 + exp((40 - u)/5))
  htau = 1/(a + b)
  hinf = a/(a + b)
  UNITSON
}

: x/(exp(x/y) - 1); near x = 0 its linear approximation y - x/2
FUNCTION ratio(x, y) {
  if (fabs(x/y) < 1e-6) {
    ratio = y - x/2
  } else {
    ratio = x/(exp(x/y) - 1)
  }
}
