: probes y m
NEURON { SUFFIX only_global NONSPECIFIC_CURRENT i RANGE y GLOBAL tau THREADSAFE }
ASSIGNED { v (mV) i (mA/cm2) y }
STATE { m }
INITIAL { tau = 2.5 + v/100 m = 0 }
BREAKPOINT { SOLVE states METHOD cnexp
  i = 0.0005*m*(v + 60) }
DERIVATIVE states { rates(v) m' = (1 - m)/tau }
PROCEDURE rates(v (mV)) { tau = 3 + v/100 y = tau }
