TITLE an ion of its own, of negative charge, and its accumulation

NEURON {
  SUFFIX chlor
  USEION cl READ ecl, icl, cli WRITE icl, cli VALENCE -1
  USEION k WRITE ek
  RANGE g, base
}

PARAMETER {
  g = 8e-5 (S/cm2)
  base = -77 (mV)
}

ASSIGNED {
  v (mV)
  ecl (mV)
  icl (mA/cm2)
  ek (mV)
}

STATE { cli (mM) }

INITIAL {
  cli = 6
  ek = base
}

BREAKPOINT {
  SOLVE pool METHOD cnexp
  icl = g*(v - ecl)
  ek = base + 0.02*(cli - 6)
}

DERIVATIVE pool { cli' = 60*icl - (cli - 6)/30 }
