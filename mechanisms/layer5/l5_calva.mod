TITLE calcium current that activates at low potentials (LVA)

COMMENT
Avery & Johnston, J. Neurosci. 16:5567-5582 (1996), doi:10.1523/JNEUROSCI.16-18-05567.1996; time constants of Randall
& Tsien, Neuropharmacology 36:879-893 (1997), doi:10.1016/S0028-3908(97)00086-5; with the parameters of Hay, Hill,
Schuermann, Markram & Segev, PLoS Comput. Biol. 7:e1002107 (2011), doi:10.1371/journal.pcbi.1002107. The potentials of
the measurement are corrected by -10 mV. The rates are those of 21 degC; they grow 2.3-fold with 10 degC (q10). The
default of gbar is that of the soma in the latter.
ENDCOMMENT

NEURON {
  SUFFIX l5_calva
  USEION ca READ eca WRITE ica
  RANGE gbar, g, minf, mtau, hinf, htau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.00343 (S/cm2) : maximal conductance
  q10 = 2.3              : factor of the rates for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  eca (mV)
  ica (mA/cm2) : current
  g (S/cm2)    : conductance
  minf         : steady state of m
  mtau (ms)    : time constant of m
  hinf         : steady state of h
  htau (ms)    : time constant of h
  speed        : factor of the rates at the temperature of the simulation
}

STATE {
  m : activation
  h : inactivation
}

INITIAL {
  speed = q10^((celsius - 21 (degC))/10 (degC))
  rates(v)
  m = minf
  h = hinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*m^2*h
  ica = g*(v - eca)
}

DERIVATIVE gates {
  rates(v)
  m' = (minf - m)/mtau
  h' = (hinf - h)/htau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL u
  u = v + 10 (mV)
  minf = 1/(1 + exp(-(u + 30 (mV))/6 (mV)))
  mtau = (5 (ms) + 20 (ms)/(1 + exp((u + 25 (mV))/5 (mV))))/speed
  hinf = 1/(1 + exp((u + 80 (mV))/6.4 (mV)))
  htau = (20 (ms) + 50 (ms)/(1 + exp((u + 40 (mV))/7 (mV))))/speed
}
