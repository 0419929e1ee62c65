TITLE calcium with diffusion, a buffer and a pump

COMMENT
Calcium in four concentric shells of equal thickness, in which it diffuses along the radius and along the section and
binds to a buffer that diffuses, too. Pumps in the membrane remove it from the outer shell, whose concentration is the
cell's cai. The pump moves no net charge (it returns two protons). A constant leak balances it at the concentration at
rest.

Equations of the kind of Hines & Carnevale, Neural Comput. 12:995-1007 (2000), doi:10.1162/089976600300015475. Diffusion
of calcium: Allbritton, Meyer & Stryer, Science 258:1812-1815 (1992), doi:10.1126/science.1465619. Buffer: the fast
sites of calbindin in Purkinje cells, Schmidt, Stiefel, Racay, Schwaller & Eilers, J. Physiol. 551:13-32 (2003),
doi:10.1113/jphysiol.2002.035824. Rates of the pump: Anwar, Hong & De Schutter, Cerebellum 11:681-693 (2012),
doi:10.1007/s12311-010-0224-3.
ENDCOMMENT

NEURON {
  SUFFIX ca_shells
  USEION ca READ ica WRITE cai
  RANGE rest, diffusion, total, on, off, mobility, pumps
  THREADSAFE
}

DEFINE SHELLS 4

UNITS {
  (mol) = (1)
  (molar) = (1/liter)
  (mM) = (millimolar)
  (mA) = (milliamp)
  (um) = (micron)
  FARADAY = (faraday) (coulomb)
  PI = (pi) (1)
}

PARAMETER {
  rest = 5e-5 (mM)          : concentration at rest
  diffusion = 0.22 (um2/ms) : of calcium
  total = 0.16 (mM)         : concentration of the buffer, free and bound
  on = 43.5 (/mM-ms)        : rate of binding
  off = 0.0358 (/ms)        : rate of unbinding
  mobility = 0.028 (um2/ms) : of the buffer, free and bound
  pumps = 1e-14 (mol/cm2)   : density of pumps
  pump_on = 3000 (/mM-ms)   : rate at which a pump binds calcium
  pump_off = 17.5 (/ms)     : rate of unbinding
  pump_out = 72.55 (/ms)    : rate at which a pump removes calcium
}

ASSIGNED {
  diam (um)
  ica (mA/cm2)
  cai (mM)           : concentration in the outer shell
  volume[SHELLS]     : volume of a shell by length of the section, in squares of the diameter
  border[SHELLS]     : inner border of a shell by length of the section, in thicknesses of the shell
  leak (mol/cm2-ms)  : calcium that enters at rest
}

STATE {
  ca[SHELLS] (mM)    : free calcium of each shell
  free[SHELLS] (mM)  : buffer without calcium
  bound[SHELLS] (mM) : buffer with calcium
  pump (mol/cm2)     : pumps without calcium
  pumping (mol/cm2)  : pumps with calcium
}

INITIAL {
  FROM k = 0 TO SHELLS - 1 {
    volume[k] = PI/4*(2*(SHELLS - k) - 1)/SHELLS/SHELLS
    border[k] = 2*PI*(SHELLS - k - 1)
    ca[k] = rest
    free[k] = total*off/(off + on*rest)
    bound[k] = total - free[k]
  }
  cai = rest
  pumping = pumps*pump_on*rest/(pump_on*rest + pump_off + pump_out)
  pump = pumps - pumping
  leak = pump_out*pumping
}

BREAKPOINT {
  SOLVE reactions METHOD sparse
}

KINETIC reactions {
  COMPARTMENT k, diam*diam*volume[k] { ca free bound }
  COMPARTMENT (1e10)*PI*diam { pump pumping }
  LONGITUDINAL_DIFFUSION k, diffusion*diam*diam*volume[k] { ca }
  LONGITUDINAL_DIFFUSION k, mobility*diam*diam*volume[k] { free bound }

  ~ ca[0] << ((1e10)*PI*diam*leak - (1e4)*PI*diam*ica/(2*FARADAY))
  ~ ca[0] + pump <-> pumping ((1e10)*PI*diam*pump_on, (1e10)*PI*diam*pump_off)
  ~ pumping <-> pump ((1e10)*PI*diam*pump_out, 0)

  FROM k = 0 TO SHELLS - 2 {
    ~ ca[k] <-> ca[k+1] (diffusion*border[k], diffusion*border[k])
    ~ free[k] <-> free[k+1] (mobility*border[k], mobility*border[k])
    ~ bound[k] <-> bound[k+1] (mobility*border[k], mobility*border[k])
  }
  FROM k = 0 TO SHELLS - 1 {
    ~ ca[k] + free[k] <-> bound[k] (on*diam*diam*volume[k], off*diam*diam*volume[k])
  }
  cai = ca[0]
}
