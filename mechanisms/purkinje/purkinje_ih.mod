TITLE hyperpolarisation-activated channel of Purkinje cells

COMMENT
Khaliq, Gouwens & Raman, J. Neurosci. 23:4899-4912 (2003), doi:10.1523/JNEUROSCI.23-12-04899.2003. The rates are those
of 22 degC and grow threefold with 10 degC (q10): Akemann & Knoepfel, J. Neurosci. 26:4602-4612 (2006),
doi:10.1523/JNEUROSCI.5204-05.2006.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_ih
  NONSPECIFIC_CURRENT i
  RANGE gbar, e, g, ninf, ntau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 1e-4 (S/cm2) : maximal conductance
  e = -30 (mV)        : reversal potential
  q10 = 3             : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  i (mA/cm2) : current
  g (S/cm2)  : conductance
  speed      : factor of the rates at the temperature of the simulation
  ninf       : steady state of n
  ntau (ms)  : time constant of n
}

STATE {
  n : activation
}

INITIAL {
  speed = q10^((celsius - 22 (degC))/10 (degC))
  rates(v)
  n = ninf
}

BREAKPOINT {
  SOLVE gate METHOD cnexp
  g = gbar*n
  i = g*(v - e)
}

DERIVATIVE gate {
  rates(v)
  n' = (ninf - n)/ntau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  ninf = 1/(1 + exp((v + 90.1 (mV))/9.9 (mV)))
  ntau = (190 (ms) + 720 (ms)*exp(-((v + 81.5 (mV))/11.9 (mV))^2))/speed
}
