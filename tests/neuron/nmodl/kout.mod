TITLE potassium outside and sodium inside, by the implicit method

NEURON {
  SUFFIX kout
  USEION k READ ik, ko WRITE ko
  USEION na READ ina, nai WRITE nai
  RANGE space
}

UNITS { F = (faraday) (coulomb) }

PARAMETER { space = 0.05 (um) }

ASSIGNED {
  ik (mA/cm2)
  ina (mA/cm2)
}

STATE {
  ko (mM)
  nai (mM)
}

BREAKPOINT { SOLVE outside METHOD derivimplicit }

DERIVATIVE outside {
  ko' = (1e4)*ik/(F*space) - (ko - 2.5)/(20 + ko)
  nai' = -(1e4)*ina/(F*5) - nai*nai*1e-5
}
