TITLE calcium in a shell with a buffer, a pump that carries current, and diffusion along the cable

NEURON {
  SUFFIX pump
  USEION ca READ cao, cai, ica WRITE cai, ica
  RANGE ca, buffer, bound, carrier, loaded, flow, total, pumped
}

UNITS {
  (mol) = (1)
  FARADAY = (faraday) (coulomb)
  PI = (pi) (1)
}

PARAMETER {
  total = 0.03 (mM)
  density = 1e-13 (mol/cm2)
  k1 = 5e8 (/mM-s)
  k2 = 2.5e5 (/s)
  k3 = 500 (/s)
  k4 = 5 (/mM-s)
}

ASSIGNED {
  diam (um)
  v (mV)
  ica (mA/cm2)
  cai (mM)
  cao (mM)
  flow (mA/cm2)
  pumped (mA/cm2)
  volume (um2)
  surface (um)
}

CONSTANT { outside = 1e10 (um2) }

STATE {
  ca (mM) <1e-8>
  buffer (mM)
  bound (mM)
  carrier (mol/cm2) <1e-18>
  loaded (mol/cm2) <1e-18>
}

INITIAL {
  volume = PI*(diam/2)*(diam/2)
  surface = PI*diam
  ca = cai
  bound = total*ca/(ca + 1e-3)
  buffer = total - bound
  carrier = density/(1 + ca*k1/k2)
  loaded = density - carrier
  flow = 0
  pumped = 0
}

BREAKPOINT {
  SOLVE reactions METHOD sparse
  flow = pumped
  ica = flow
}

KINETIC reactions {
  COMPARTMENT volume { ca buffer bound }
  COMPARTMENT (1e10)*surface { carrier loaded }
  COMPARTMENT outside { cao }
  LONGITUDINAL_DIFFUSION 0.3*volume { ca }
  ~ ca + buffer <-> bound (50*volume, 0.05*volume)
  ~ ca + carrier <-> loaded (k1*surface*(1e7), k2*surface*(1e7))
  ~ loaded <-> carrier + cao (k3*surface*(1e7), k4*surface*(1e7))
  CONSERVE carrier + loaded = density*surface*(1e10)
  pumped = 2*FARADAY*(f_flux - b_flux)/surface*(1e-4)
  ~ ca << (-(ica - flow)*surface/(2*FARADAY)*(1e4))
  cai = ca
}
