: probes i g R G
: events 1 1.2 3
: weight 0.02 0 0
NEURON { POINT_PROCESS gabak RANGE R, G, g, Erev NONSPECIFIC_CURRENT i GLOBAL K1, K2, K3, K4, KD, Cdur }
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (umho) = (micromho) (mM) = (milli/liter) }
PARAMETER { Cmax = 0.5 (mM) Cdur = .3 (ms) K1 = .52 (/ms mM) K2 = .0013 (/ms) K3 = .098 (/ms) K4 = .033 (/ms)
 KD = 100 n = 4 Erev = -95 (mV) }
ASSIGNED { v (mV) i (nA) g (umho) Gn R0 edc synon Rinf Rtau (ms) Beta (/ms) }
STATE { Ron Roff G }
INITIAL { PROTECT Rinf = K1*Cmax/(K1*Cmax + K2) Rtau = 1/(K1*Cmax+K2) synon = 0 Beta = K2 }
BREAKPOINT { SOLVE bindkin METHOD derivimplicit
 Gn = G*G*G*G
 g = Gn / (Gn+KD)
 i = g*(v - Erev) }
DERIVATIVE bindkin { Ron' = synon*K1*Cmax - (K1*Cmax + K2)*Ron
 Roff' = -K2*Roff  R = Ron + Roff  G' = K3 * R - K4 * G }
ASSIGNED { R }
NET_RECEIVE(weight, r0, t0 (ms)) {
 if (flag == 1) {
  r0 = weight*(Rinf + (r0 - Rinf)*exp(-(t - t0)/Rtau)) t0 = t synon = synon - weight
  state_discontinuity(Ron, Ron - r0)
  state_discontinuity(Roff, Roff + r0)
 } else {
  r0 = weight*r0*exp(-Beta*(t - t0)) t0 = t synon = synon + weight
  state_discontinuity(Ron, Ron + r0)  Roff = Roff - r0
  net_send(Cdur, 1)
 }
}
