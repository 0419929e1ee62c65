TITLE current step

NEURON {
  POINT_PROCESS IClamp
  RANGE delay, dur, amp, i
  ELECTRODE_CURRENT i
}

PARAMETER {
  delay (ms)
  dur (ms) <0, 1e9>
  amp (nA)
}

ASSIGNED { i (nA) }

INITIAL { i = 0 }

BREAKPOINT {
  at_time(delay)
  at_time(delay + dur)
  if (t < delay + dur && t >= delay) { i = amp } else { i = 0 }
}
