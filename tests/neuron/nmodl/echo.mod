TITLE A current that follows the voltage of some time ago

NEURON {
  SUFFIX echo
  NONSPECIFIC_CURRENT i
  RANGE g, past
}
PARAMETER {
  g = 1e-5 (S/cm2)
  delay = 2.5 (ms)
}
ASSIGNED {
  v (mV)
  i (mA/cm2)
  now (mV)
  past (mV)
}
BREAKPOINT {
  now = v
  LAG now BY delay
  past = lag_now_delay
  i = g * (v - past)
}
