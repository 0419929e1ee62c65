: probes m minf tau g
: with hh
TITLE tables in every form
NEURON { SUFFIX tabbed NONSPECIFIC_CURRENT i RANGE m, minf, tau, g, sh, i GLOBAL vmin, vmax, q }
PARAMETER { g = 1e-4 (S/cm2) sh = 0 (mV) vmin = -120 (mV) vmax = 80 (mV) q = 2 }
ASSIGNED { v (mV) i (mA/cm2) minf tau (ms) celsius (degC) }
STATE { m }
INITIAL { rates(v+sh) m = minf }
BREAKPOINT { SOLVE s METHOD cnexp
  i = g*m*(v + 80) * act(v) }
DERIVATIVE s { rates(v+sh) m' = (minf - m)/tau }
FUNCTION alf(x (mV)) (/ms) {
  TABLE DEPEND q FROM -200 TO 200 WITH 401
  alf = 0.3/(1+exp(-(x+45)/7))
}
PROCEDURE rates(vm (mV)) {
  LOCAL a, b
  TABLE minf, tau
  DEPEND celsius, q
  FROM vmin TO vmax WITH 199
  a = alf(vm) b = 0.1*exp((-vm-60)/12)
  minf = a/(a+b)
  tau = 1/(a+b)/q^((celsius-22)/10)
}
FUNCTION act(x (mV)) { TABLE FROM 50 TO -150 WITH 50 act = 1/(1+exp((x-20)/5)) }
