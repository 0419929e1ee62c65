TITLE A-type potassium channel of hippocampal pyramidal cells

COMMENT
Hoffman, Magee, Colbert & Johnston, Nature 387:869-875 (1997), doi:10.1038/43119, in the form of Migliore, Hoffman,
Magee & Johnston, J. Comput. Neurosci. 7:5-15 (1999), doi:10.1023/A:1008906225285. The rate of activation is that of 24
degC and grows fivefold with 10 degC (q10); inactivation does not depend on the temperature. The defaults are those of
the soma and of dendrites up to 100 um from it. For dendrites farther away: vhalf -1 mV, charge 1.8, skew 0.39, rate 0.1
/ms, ntaumin 0.2 ms. The second paper has ek -90 mV.
ENDCOMMENT

NEURON {
  SUFFIX hippocampus_ka
  USEION k READ ek WRITE ik
  RANGE gbar, vhalf, charge, skew, rate, ntaumin, g, ninf, ntau, linf, ltau
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
  FARADAY = (faraday) (coulomb)
  R = (k-mole) (joule/degC)
}

PARAMETER {
  gbar = 0.008 (S/cm2) : maximal conductance
  vhalf = 11 (mV)      : voltage of half activation
  charge = 1.5         : elementary charges that activation moves at high voltages (one more at low ones)
  skew = 0.55          : part of the field that acts on the rate of deactivation
  rate = 0.05 (/ms)    : rate of activation
  ntaumin = 0.1 (ms)   : shortest time constant of activation
  ltaumin = 2 (ms)     : shortest time constant of inactivation
  q10 = 5              : factor of the rate of activation for 10 degC
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ek (mV)
  ik (mA/cm2) : current
  g (S/cm2)   : conductance
  speed       : factor of the rates at the temperature of the simulation
  kt (mV)     : thermal voltage RT/F
  ninf        : steady state of n
  ntau (ms)   : time constant of n
  linf        : steady state of l
  ltau (ms)   : time constant of l
}

STATE {
  n : activation
  l : inactivation
}

INITIAL {
  speed = q10^((celsius - 24 (degC))/10 (degC))
  kt = (1000)*R*(celsius + 273.15 (degC))/FARADAY
  rates(v)
  n = ninf
  l = linf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  g = gbar*n*l
  ik = g*(v - ek)
}

DERIVATIVE gates {
  rates(v)
  n' = (ninf - n)/ntau
  l' = (linf - l)/ltau
}

: Steady states and time constants at the voltage v.
PROCEDURE rates(v (mV)) {
  LOCAL energy
  energy = -(charge + 1/(1 + exp((v + 40 (mV))/5 (mV))))*(v - vhalf)/kt
  ninf = 1/(1 + exp(energy))
  ntau = exp(skew*energy)/(speed*rate*(1 + exp(energy)))
  if (ntau < ntaumin) { ntau = ntaumin }
  linf = 1/(1 + exp(3*(v + 56 (mV))/kt))
  ltau = 0.26 (ms/mV)*(v + 50 (mV))
  if (ltau < ltaumin) { ltau = ltaumin }
}
