: probes ica m h h2 eca
NEURON { SUFFIX ghkca USEION ca READ cai, cao, eca WRITE ica RANGE pbar, m, h2, ica }
UNITS { (mA)=(milliamp) (mV)=(millivolt) (molar)=(1/liter) (mM)=(millimolar)
 F = (faraday) (kilocoulombs)
 R = (k-mole) (joule/degC)
 KTOMV = .0853 (mV/degC) }
PARAMETER { pbar = 1e-4 (cm/s) v (mV) celsius (degC) ki = .001 (mM) cai = 50e-6 (mM) cao = 2 (mM) tBase = 23.5 (degC) }
STATE { m h }
ASSIGNED { ica (mA/cm2) eca (mV) minf mtau (ms) hinf htau (ms) h2 }
INITIAL { rates(v) m = minf h = hinf }
BREAKPOINT { SOLVE st METHOD cnexp
  h2 = ki/(ki+cai)
  ica = pbar*m*m*h*h2*ghk(v,cai,cao)*1000 + pbar*m*ghkg(v,cai,cao,2)*(1e-3) + 1e-3*pbar*nrn_ghk(v,cai,cao,2) }
DERIVATIVE st { rates(v) m' = (minf - m)/mtau h' = (hinf-h)/htau }
FUNCTION ghk(v(mV), ci(mM), co(mM)) (.001 coul/cm3) { LOCAL nu, f
  f = KTF(celsius)/2
  nu = v/f
  ghk = -f*(1. - (ci/co)*exp(nu))*efun(nu) }
FUNCTION KTF(celsius (degC)) (mV) { KTF = ((25./293.15)*(celsius + 273.15)) }
FUNCTION efun(z) { if (fabs(z) < 1e-4) { efun = 1 - z/2 } else { efun = z/(exp(z) - 1) } }
FUNCTION ghkg(v(mV), ci(mM), co(mM), z) (millicoul/cm3) { LOCAL e, w
  w = v * (.001) * z*F / (R*(celsius+273.16))
  if (fabs(w)>1e-4) { e = w/(exp(w)-1) } else { e = 1-w/2 }
  ghkg = - (.001) * z*F * (co-ci*exp(w)) * e }
PROCEDURE rates(v(mV)) { LOCAL a, b
 a = 15.69*(-1.0*v+81.5)/(exp((-1.0*v+81.5)/10.0)-1.0)
 b = 0.29*exp(-v/10.86)
 mtau = 1/(a+b) minf = a/(a+b)
 a = 1e-6*exp(-v/16.26) b = 1/(exp((-v+29.79)/10.)+1.)
 htau = 1/(a+b) hinf = a/(a+b) }
