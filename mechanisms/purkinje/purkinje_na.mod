TITLE sodium channel of Purkinje cells, with resurgent current

COMMENT
Five closed states (C1 to C5), an open one (O), a blocked one (B), and inactivated ones (I1 to I6) of the closed and the
open ones. Open channels are blocked at positive voltages; when the membrane repolarises they unblock through the open
state, which gives the resurgent current: Raman & Bean, Biophys. J. 80:729-737 (2001),
doi:10.1016/S0006-3495(01)76052-3, with the rates of Khaliq, Gouwens & Raman, J. Neurosci. 23:4899-4912 (2003),
doi:10.1523/JNEUROSCI.23-12-04899.2003. The rates are those of 22 degC and grow threefold with 10 degC (q10): Akemann &
Knoepfel, J. Neurosci. 26:4602-4612 (2006), doi:10.1523/JNEUROSCI.5204-05.2006. The papers have ena 60 mV.
ENDCOMMENT

NEURON {
  SUFFIX purkinje_na
  USEION na READ ena WRITE ina
  RANGE gbar, g
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (mA) = (milliamp)
  (S) = (siemens)
}

PARAMETER {
  gbar = 0.015 (S/cm2)   : maximal conductance
  q10 = 3                : factor of the rates for 10 degC
  alpha = 150 (/ms)      : activation of one of four sensors at 0 mV
  beta = 3 (/ms)         : deactivation of one sensor at 0 mV
  gamma = 150 (/ms)      : opening
  delta = 40 (/ms)       : closing
  epsilon = 1.75 (/ms)   : block of the open state
  zeta = 0.03 (/ms)      : unblock at 0 mV
  Con = 0.005 (/ms)      : inactivation of the first closed state
  Coff = 0.5 (/ms)       : recovery of the first inactivated state
  Oon = 0.75 (/ms)       : inactivation of the open state
  Ooff = 0.005 (/ms)     : recovery into the open state
}

ASSIGNED {
  v (mV)
  celsius (degC)
  ena (mV)
  ina (mA/cm2)             : current
  g (S/cm2)                : conductance
  speed                    : factor of the rates at the temperature of the simulation
  more                     : factor of activation if inactivated, and of inactivation for each active sensor
  less                     : factor of deactivation if inactivated, and of recovery for each active sensor
  up (/ms)                 : activation of one sensor
  down (/ms)               : deactivation of one sensor
  opening (/ms)            : from C5 to O and from I5 to I6
  closing (/ms)            : back
  blocking (/ms)           : from O to B
  unblocking (/ms)         : back
  inactivating (/ms)       : from C1 to I1
  recovering (/ms)         : back
  inactivating_open (/ms)  : from O to I6
  recovering_open (/ms)    : back
}

STATE {
  C1 : closed, no sensor active
  C2 : closed, one sensor active
  C3 : closed, two sensors active
  C4 : closed, three sensors active
  C5 : closed, all four sensors active
  O  : open
  B  : blocked
  I1 : inactivated, no sensor active
  I2 : inactivated, one sensor active
  I3 : inactivated, two sensors active
  I4 : inactivated, three sensors active
  I5 : inactivated, all four sensors active
  I6 : inactivated from the open state
}

INITIAL {
  speed = q10^((celsius - 22 (degC))/10 (degC))
  more = (Oon/Con)^0.25
  less = (Ooff/Coff)^0.25
  opening = speed*gamma
  closing = speed*delta
  blocking = speed*epsilon
  inactivating = speed*Con
  recovering = speed*Coff
  inactivating_open = speed*Oon
  recovering_open = speed*Ooff
  rates(v)
  SOLVE gating STEADYSTATE sparse
}

BREAKPOINT {
  SOLVE gating METHOD sparse
  g = gbar*O
  ina = g*(v - ena)
}

KINETIC gating {
  rates(v)
  ~ C1 <-> C2 (4*up, down)
  ~ C2 <-> C3 (3*up, 2*down)
  ~ C3 <-> C4 (2*up, 3*down)
  ~ C4 <-> C5 (up, 4*down)
  ~ C5 <-> O (opening, closing)
  ~ O <-> B (blocking, unblocking)
  ~ I1 <-> I2 (4*up*more, down*less)
  ~ I2 <-> I3 (3*up*more, 2*down*less)
  ~ I3 <-> I4 (2*up*more, 3*down*less)
  ~ I4 <-> I5 (up*more, 4*down*less)
  ~ I5 <-> I6 (opening, closing)
  ~ C1 <-> I1 (inactivating, recovering)
  ~ C2 <-> I2 (inactivating*more, recovering*less)
  ~ C3 <-> I3 (inactivating*more*more, recovering*less*less)
  ~ C4 <-> I4 (inactivating*more*more*more, recovering*less*less*less)
  ~ C5 <-> I5 (inactivating*more*more*more*more, recovering*less*less*less*less)
  ~ O <-> I6 (inactivating_open, recovering_open)
  CONSERVE C1 + C2 + C3 + C4 + C5 + O + B + I1 + I2 + I3 + I4 + I5 + I6 = 1
}

: Rates that depend on the voltage.
PROCEDURE rates(v (mV)) {
  up = speed*alpha*exp(v/20 (mV))
  down = speed*beta*exp(-v/20 (mV))
  unblocking = speed*zeta*exp(-v/25 (mV))
}
