: probes A B AB A2 x
NEURON { SUFFIX dimer RANGE A, B, AB, A2, x }
PARAMETER { k = .4 }
ASSIGNED { v x }
STATE { A B AB A2 }
INITIAL { A = 1 B = .8 AB = 0 A2 = 0 }
BREAKPOINT { SOLVE kk METHOD sparse }
KINETIC kk { LOCAL r r = k*exp(v/100)
 ~ A + B <-> AB (r, .1)
 x = f_flux
 ~ 2 A <-> A2 (.3, .05)
 x = x + b_flux
 ~ AB -> (.01)
 if (v > -50) { r = 2 }
}
