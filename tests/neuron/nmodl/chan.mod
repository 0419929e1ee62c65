TITLE calcium channel that inactivates, with a leak of potassium and a sodium current

NEURON {
  SUFFIX chan
  USEION ca READ cai, cao, eca WRITE ica
  USEION k READ ek WRITE ik
  USEION na READ ena WRITE ina
  RANGE g, gk, gna
}

PARAMETER {
  g = 2e-4 (S/cm2)
  gk = 3e-5 (S/cm2)
  gna = 1e-5 (S/cm2)
}

ASSIGNED {
  v (mV)
  cai (mM)
  cao (mM)
  eca (mV)
  ek (mV)
  ena (mV)
  ica (mA/cm2)
  ik (mA/cm2)
  ina (mA/cm2)
}

STATE { m h }

INITIAL {
  m = 1/(1 + exp(-(v + 40)/6))
  h = 1/(1 + cai/0.002)
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  ica = g*m*h*(v - eca)*cao/2
  ik = gk*(v - ek)
  ina = gna*(v - ena)
}

DERIVATIVE gates {
  m' = (1/(1 + exp(-(v + 40)/6)) - m)/1.5
  h' = (1/(1 + cai/0.002) - h)/8
}
