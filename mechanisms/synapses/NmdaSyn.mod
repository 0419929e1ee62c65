TITLE NMDA synapse with magnesium block

COMMENT
A spike of a presynaptic cell adds a difference of two exponentials, whose peak is the weight of the connection, times
the part of the channels that magnesium does not block: Jahr & Stevens, J. Neurosci. 10:3178-3182 (1990),
doi:10.1523/JNEUROSCI.10-09-03178.1990. The time constants are of the size measured at 34 degC.
ENDCOMMENT

NEURON {
  POINT_PROCESS NmdaSyn
  NONSPECIFIC_CURRENT i
  RANGE tau_rise, tau_decay, e, mg, i, g
  THREADSAFE
}

UNITS {
  (mV) = (millivolt)
  (nA) = (nanoamp)
  (uS) = (microsiemens)
  (molar) = (1/liter)
  (mM) = (millimolar)
}

PARAMETER {
  tau_rise = 2 (ms)   : time constant of the rise, shorter than tau_decay
  tau_decay = 65 (ms) : time constant of the decay
  e = 0 (mV)          : reversal potential
  mg = 1 (mM)         : concentration of magnesium outside the cell
}

ASSIGNED {
  v (mV)
  i (nA) : current
  g (uS) : conductance, with the block
  scale  : factor that makes the peak 1
}

STATE {
  rise (uS)  : exponential that decays with tau_rise
  decay (uS) : exponential that decays with tau_decay
}

INITIAL {
  scale = peak_scale(tau_rise, tau_decay)
  rise = 0
  decay = 0
}

BREAKPOINT {
  SOLVE course METHOD cnexp
  g = (decay - rise)*unblocked(v)
  i = g*(v - e)
}

DERIVATIVE course {
  rise' = -rise/tau_rise
  decay' = -decay/tau_decay
}

: w: peak of the conductance without block.
NET_RECEIVE (w (uS)) {
  rise = rise + scale*w
  decay = decay + scale*w
}

: Part of the channels that magnesium does not block at the voltage v.
FUNCTION unblocked(v (mV)) {
  unblocked = 1/(1 + mg/3.57 (mM)*exp(-0.062 (/mV)*v))
}

: The inverse of the peak of exp(-t/slow) - exp(-t/fast).
FUNCTION peak_scale(fast (ms), slow (ms)) {
  LOCAL tpeak
  tpeak = fast*slow/(slow - fast)*log(slow/fast)
  peak_scale = 1/(exp(-tpeak/slow) - exp(-tpeak/fast))
}
