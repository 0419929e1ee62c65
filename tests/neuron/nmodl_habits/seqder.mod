: probes p q
NEURON { SUFFIX seqder RANGE p, q }
ASSIGNED { v }
STATE { p q z }
INITIAL { p = 0 q = 1 }
BREAKPOINT { SOLVE k METHOD sparse SOLVE d METHOD cnexp }
KINETIC k { ~ p <-> q (.1, .2) CONSERVE p + q = 1 }
DERIVATIVE d { z' = (p - z)/3 }
