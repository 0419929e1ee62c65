: probes Vm vM VM
NEURON { SUFFIX capmix RANGE Vm, vM, VM }
ASSIGNED { v (mV) Vm vM VM T }
BREAKPOINT { Vm = v vM = Vm*2 VM = Vm + vM T = 2 }
