: probes u p
NEURON {
  SUFFIX iterated
  NONSPECIFIC_CURRENT i
  RANGE u, p, slope
}
PARAMETER { slope = 0.3 }
ASSIGNED {
  v (mV)
  i (mA/cm2)
  u : amplifies a difference a hundred times in every step
  p : a Gauss map
}
INITIAL {
  u = 0.4
  p = 0.2
}
BREAKPOINT {
  SOLVE next METHOD after_cvode
  u = 100*fabs(sin(1.3*u*exp(-slope*p)))
  i = 1e-8*u*(v + 65)
}
PROCEDURE next() {
  p = exp(-6.2*p*p) - 0.55
}
