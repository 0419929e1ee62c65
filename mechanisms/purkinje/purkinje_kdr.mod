TITLE delayed rectifier of Purkinje cells

COMMENT
The component of the potassium current that tetraethylammonium does not block: Khaliq, Gouwens & Raman, J. Neurosci.
23:4899-4912 (2003), doi:10.1523/JNEUROSCI.23-12-04899.2003. Voltages are corrected for the junction potential of the
measurements (11 mV). The rates are those of 22 degC and grow threefold with 10 degC (q10): Akemann & Knoepfel, J.
Neurosci. 26:4602-4612 (2006), doi:10.1523/JNEUROSCI.5204-05.2006. The papers have ek -88 mV.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_kdr
  USEION k READ ek WRITE ik
  RANGE gbar, junction, g, ninf, ntau
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
  ninf        : steady state of n
  ntau (ms)   : time constant of n
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
  g = gbar*n^4
  ik = g*(v - ek)
}

DERIVATIVE gate {
  rates(v)
  n' = (ninf - n)/ntau
}

: Steady state and time constant at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL u
  u = v + junction
  ninf = 1/(1 + exp(-(u + 16.5 (mV))/18.4 (mV)))
  ntau = (0.796 (ms) + 1000 (ms)/(exp((u + 73.2 (mV))/11.7 (mV)) + exp((306.7 (mV) - u)/74.2 (mV))))/speed
}
