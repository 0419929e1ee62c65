: probes ca ip3
NEURON { SUFFIX cdiff RANGE ca, ip3 GLOBAL D }
PARAMETER { D = .2 (um2/ms) }
ASSIGNED { v diam }
STATE { ca (mM) ip3 (mM) }
INITIAL { ca = v*-1e-4*diam ip3 = .1 }
BREAKPOINT { SOLVE k METHOD sparse }
KINETIC k {
 COMPARTMENT diam*diam {ca ip3}
 LONGITUDINAL_DIFFUSION D*diam*diam {ca}
 LONGITUDINAL_DIFFUSION 2*D*diam*diam {ip3}
 ~ ca <-> ip3 (.01*diam*diam, .02*diam*diam)
 ~ ip3 -> (.1)
 ~ ca << (.001*diam)
}
