TITLE P-type calcium channel of Purkinje cells

COMMENT
Khaliq, Gouwens & Raman, J. Neurosci. 23:4899-4912 (2003), doi:10.1523/JNEUROSCI.23-12-04899.2003; the current follows
the equation of Goldman, Hodgkin and Katz. The rates are those of 22 degC and grow threefold with 10 degC (q10): Akemann
& Knoepfel, J. Neurosci. 26:4602-4612 (2006), doi:10.1523/JNEUROSCI.5204-05.2006.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_cap
  USEION ca READ cai, cao WRITE ica
  RANGE pbar, minf, mtau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (molar) = (1/liter)
  (mM) = (millimolar)
}

PARAMETER {
  pbar = 5e-5 (cm/s) : maximal permeability
  q10 = 3            : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  cai (mM)
  cao (mM)
  ica (mA/cm2) : current
  speed        : factor of the rates at the temperature of the simulation
  minf         : steady state of m
  mtau (ms)    : time constant of m
}

STATE {
  m : activation
}

INITIAL {
  speed = q10^((celsius - 22 (degC))/10 (degC))
  rates(v)
  m = minf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  ica = pbar*m*nrn_ghk(v, cai, cao, 2)
}

DERIVATIVE gate {
  rates(v)
  m' = (minf - m)/mtau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  minf = 1/(1 + exp(-(v + 19 (mV))/5.5 (mV)))
  if (v > -50 (mV)) {
    mtau = (0.191 (ms) + 3.76 (ms)*exp(-((v + 41.9 (mV))/27.8 (mV))^2))/speed
  } else {
    mtau = (0.26367 (ms) + 127.8 (ms)*exp(0.10327 (/mV)*v))/speed
  }
}
