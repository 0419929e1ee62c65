: probes i C R rel lastrelease
: pointer pre v
NEURON { POINT_PROCESS gradual POINTER pre RANGE C, R, R0, R1, g, gmax, lastrelease, rel NONSPECIFIC_CURRENT i GLOBAL Cmax, Cdur, Alpha, Beta, Erev, Prethresh, Deadtime, Rinf, Rtau }
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (umho) = (micromho) (mM) = (milli/liter) }
PARAMETER { Cmax = 1 (mM) Cdur = 0.5 (ms) Alpha = 1.1 (/ms mM) Beta = .19 (/ms) Erev = 0 (mV) Prethresh = -50 Deadtime = 1 (ms) gmax = .01 (umho) dt (ms) }
ASSIGNED { v (mV) i (nA) g (umho) C (mM) R R0 R1 Rinf Rtau (ms) pre lastrelease (ms) rel }
INITIAL { R = 0 C = 0 Rinf = Cmax*Alpha/(Cmax*Alpha + Beta) Rtau = 1/((Alpha*Cmax)+Beta) lastrelease = -1000 R1=0 rel = 0 }
BREAKPOINT { SOLVE release g = gmax*R i = g*(v-Erev) }
PROCEDURE release() { LOCAL q
 q = ((t - lastrelease) - Cdur)
 if (q > Deadtime) {
  if (pre > Prethresh) { C = Cmax R0 = R lastrelease = t rel = rel + 1 }
 } else if (q < 0) { : still releasing
 } else if (C == Cmax) { R1 = R C = 0. }
 if (C > 0) { R = Rinf + (R0 - Rinf) * exptable (- (t - lastrelease) / Rtau)
 } else { R = R1 * exptable (- Beta * (t - (lastrelease + Cdur))) }
 VERBATIM
 return 0;
 ENDVERBATIM
}
FUNCTION exptable(x) { TABLE FROM -10 TO 10 WITH 2000
 if ((x > -10) && (x < 10)) { exptable = exp(x) } else { exptable = 0. } }
