: probes nai nao ena k
: with hh
NEURON { SUFFIX sodium USEION na READ ina, nao WRITE nai, nao USEION k READ ik RANGE k }
UNITS { F = (faraday) (coulombs) }
ASSIGNED { v ina ik diam k }
STATE { nai nao }
INITIAL { nai = 12 nao = 130 }
BREAKPOINT { SOLVE s METHOD cnexp k = ik + ina }
DERIVATIVE s { nai' = -ina*4/(diam*F)*(1e4) nao' = (130 - nao)/20 + ina }
