TITLE fast potassium channel of Purkinje cells (Kv3)

COMMENT
The component of the potassium current that a low concentration of tetraethylammonium blocks; it ends the spike: Khaliq,
Gouwens & Raman, J. Neurosci. 23:4899-4912 (2003), doi:10.1523/JNEUROSCI.23-12-04899.2003. Voltages are corrected for
the junction potential of the measurements (11 mV). The published inactivation is 1.09 at very negative voltages. The
rates are those of 22 degC and grow threefold with 10 degC (q10): Akemann & Knoepfel, J. Neurosci. 26:4602-4612 (2006),
doi:10.1523/JNEUROSCI.5204-05.2006. The papers have ek -88 mV.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_kv3
  USEION k READ ek WRITE ik
  RANGE gbar, junction, g, minf, mtau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.004 (S/cm2) : maximal conductance
  q10 = 3              : factor of the rates for 10 degC
  junction = 11 (mV)   : junction potential of the measurements
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
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
}

INITIAL {
  speed = q10^((celsius - 22 (degC))/10 (degC))
  rates(v)
  m = minf
  h = hinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*m^3*h
  ik = g*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  m' = (minf - m)/mtau
  h' = (hinf - h)/htau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL u
  u = v + junction
  minf = 1/(1 + exp(-(u + 24 (mV))/15.4 (mV)))
  if (u < -35 (mV)) {
    mtau = (0.102675 (ms) + 14.94 (ms)*exp(u/28.29 (mV)))/speed
  } else {
    mtau = (0.12851 (ms) + 1000 (ms)/(exp((u + 100.7 (mV))/12.9 (mV)) + exp((56 (mV) - u)/23.1 (mV))))/speed
  }
  hinf = 0.31 + 0.78/(1 + exp((u + 5.802 (mV))/11.2 (mV)))
  if (u > 0 (mV)) {
    htau = (1.2 (ms) + 2.3 (ms)*exp(-0.141 (/mV)*u))/speed
  } else {
    htau = (0.012202 (ms) + 12 (ms)*exp(-((u + 56.3 (mV))/49.6 (mV))^2))/speed
  }
}
