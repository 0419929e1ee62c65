TITLE voltage clamp through a resistance

NEURON {
  POINT_PROCESS SEClamp
  ELECTRODE_CURRENT i
  RANGE dur1, amp1, dur2, amp2, dur3, amp3, rs, vc, i
}

PARAMETER {
  rs = 1 (megohm) <1e-9, 1e9>
  dur1 (ms) amp1 (mV)
  dur2 (ms) amp2 (mV)
  dur3 (ms) amp3 (mV)
}

ASSIGNED {
  v (mV)
  i (nA)
  vc (mV)
  end2 (ms)
  end3 (ms)
  on
}

INITIAL {
  end2 = dur1 + dur2
  end3 = end2 + dur3
  on = 0
}

BREAKPOINT {
  SOLVE current METHOD after_cvode
  choose()
  if (on) { i = (vc - v)/rs } else { i = 0 }
}

PROCEDURE current() {
  if (on) { i = (vc - v)/rs } else { i = 0 }
}

PROCEDURE choose() {
  on = 1
  if (t < dur1) {
    vc = amp1
  } else if (t < end2) {
    vc = amp2
  } else if (t < end3) {
    vc = amp3
  } else {
    vc = 0
    on = 0
  }
}
