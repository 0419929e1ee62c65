TITLE calcium-dependent potassium channel of Purkinje cells (BK)

COMMENT
Voltage activates (m) and inactivates (h) it, calcium is necessary (z): Khaliq, Gouwens & Raman, J. Neurosci.
23:4899-4912 (2003), doi:10.1523/JNEUROSCI.23-12-04899.2003. Voltages are corrected for the junction potential of the
measurements (5 mV). The rates are those of 22 degC and grow threefold with 10 degC (q10): Akemann & Knoepfel, J.
Neurosci. 26:4602-4612 (2006), doi:10.1523/JNEUROSCI.5204-05.2006. The papers have ek -88 mV. It needs a mechanism that
computes cai, such as purkinje_ca.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_bk
  USEION k READ ek WRITE ik
  USEION ca READ cai
  RANGE gbar, cahalf, junction, g, minf, mtau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
  (molar) = (1/liter)
  (mM) = (millimolar)
}

PARAMETER {
  gbar = 0.014 (S/cm2) : maximal conductance
  cahalf = 0.001 (mM)  : concentration of calcium at which z is a half
  ztau = 1 (ms)        : time constant of z at 22 degC
  q10 = 3              : factor of the rates for 10 degC
  junction = 5 (mV)    : junction potential of the measurements
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  cai (mM)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  speed       : factor of the rates at the temperature of the simulation
  minf        : steady state of m
  mtau (ms)   : time constant of m
  hinf        : steady state of h
  htau (ms)   : time constant of h
}

STATE {
  m : activation
  h : inactivation
  z : calcium bound
}

INITIAL {
  speed = q10^((celsius - 22 (degC))/10 (degC))
  rates(v)
  m = minf
  h = hinf
  z = cai/(cai + cahalf)
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*m^3*z^2*h
  ik = g*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  m' = (minf - m)/mtau
  h' = (hinf - h)/htau
  z' = speed*(cai/(cai + cahalf) - z)/ztau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL u
  u = v + junction
  minf = 1/(1 + exp(-(u + 28.9 (mV))/6.2 (mV)))
  mtau = (0.505 (ms) + 1000 (ms)/(exp((u + 86.4 (mV))/10.1 (mV)) + exp((33.3 (mV) - u)/10 (mV))))/speed
  hinf = 0.085 + 0.915/(1 + exp((u + 32 (mV))/5.8 (mV)))
  htau = (1.9 (ms) + 1000 (ms)/(exp((u + 48.5 (mV))/5.2 (mV)) + exp((54.2 (mV) - u)/12.9 (mV))))/speed
}
