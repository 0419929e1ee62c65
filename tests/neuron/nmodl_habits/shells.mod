: probes ca[0] ca[3] cai cao buf[1] cb[2]
: with hh
: tstop 4
TITLE shells
NEURON { SUFFIX shells USEION ca READ cao, ica WRITE cai, ica RANGE cainit, fl, totbuf GLOBAL vrat, DCa, k1, k2 }
DEFINE NSH 4
UNITS { (molar) = (1/liter) (mM) = (millimolar) (um) = (micron) (mA) = (milliamp)
  FARADAY = (faraday) (10000 coulomb)
  PI = (pi) (1) }
PARAMETER { DCa = 0.6 (um2/ms) k1 = 50 (/mM-ms) k2 = 0.05 (/ms) totbuf = 0.01 (mM) cainit = 1e-4 (mM) fl = 1e-3 }
ASSIGNED { diam (um) ica (mA/cm2) cao (mM) cai (mM) vrat[NSH] (1) kd (mM) b0 (mM) v (mV) }
CONSTANT { cao0 = 2 (mM) }
STATE { ca[NSH] (mM) <1e-10>
  cb[NSH] (mM) <1e-10>  buf[NSH] (mM) <1e-10> }
LOCAL ready, frat[NSH]
INITIAL {
  if (ready == 0) { ready = 1  geometry() }
  kd = k2/k1 b0 = totbuf*kd/(kd + cainit)
  FROM i = 0 TO NSH-1 { ca[i] = cainit buf[i] = b0 cb[i] = totbuf - b0 }
  cai = cainit
}
BREAKPOINT { SOLVE scheme METHOD sparse ica = -fl*(1 + exp(-(v+40)/8))^-1 }
PROCEDURE geometry() { LOCAL r, dr2
  r = 1/2 dr2 = r/(NSH-1)/2
  vrat[0] = 0  frat[0] = 2*r
  FROM i=0 TO NSH-2 {
    vrat[i] = vrat[i] + PI*(r-dr2/2)*2*dr2
    r = r - dr2
    frat[i+1] = 2*PI*r/(2*dr2)
    r = r - dr2
    vrat[i+1] = PI*(r+dr2/2)*2*dr2
  }
}
LOCAL dsq, dsqvol
KINETIC scheme {
  COMPARTMENT i, diam*diam*vrat[i] {ca cb buf}
  LONGITUDINAL_DIFFUSION j, DCa*diam*diam*vrat[j] {ca}
  ~ ca[0] << (-(ica + fl*0)*PI*diam/(2*FARADAY))
  FROM i=0 TO NSH-2 { ~ ca[i] <-> ca[i+1] (DCa*frat[i+1], DCa*frat[i+1]) }
  dsq = diam*diam
  FROM i=0 TO NSH-1 {
    dsqvol = dsq*vrat[i]
    ~ ca[i] + buf[i] <-> cb[i] (k1*dsqvol, k2*dsqvol)
  }
  cai = ca[0]
}
