TITLE graded synapse

COMMENT
The presynaptic voltage, to which the pointer vpre refers, opens the channels without a spike: Prinz, Bucher & Marder,
Nat. Neurosci. 7:1345-1352 (2004), doi:10.1038/nn1352. The published time constant, (1 - sinf)/kminus, is written as two
rates, which are finite at all voltages: kminus of closing, and kminus*exp((vpre - vhalf)/slope) of opening. The
defaults are those of the glutamatergic synapse; the cholinergic one has e -80 mV and kminus 0.01 /ms.
ENDCOMMENT

NEURON {
  POINT_PROCESS GradedSyn
  NONSPECIFIC_CURRENT i
  POINTER vpre
  RANGE gmax, e, vhalf, slope, kminus, i
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (nA) = (nanoamp)
  (uS) = (microsiemens)
}

PARAMETER {
  gmax = 0.001 (uS)    : maximal conductance
  e = -70 (mV)         : reversal potential
  vhalf = -35 (mV)     : presynaptic voltage of half activation
  slope = 5 (mV)       : presynaptic voltage that increases the activation e-fold
  kminus = 0.025 (/ms) : rate of closing
}

ASSIGNED {
  v (mV)
  vpre (mV) : presynaptic voltage
  i (nA)    : current
}

STATE {
  s : part of the channels that are open
}

INITIAL {
  s = 1/(1 + exp((vhalf - vpre)/slope))
}

BREAKPOINT {
  SOLVE activation METHOD cnexp
  i = gmax*s*(v - e)
}

DERIVATIVE activation {
  s' = opening(vpre)*(1 - s) - kminus*s
}

: Rate of opening at the presynaptic voltage u.
FUNCTION opening(u (mV)) (/ms) {
  opening = kminus*exp((u - vhalf)/slope)
}
