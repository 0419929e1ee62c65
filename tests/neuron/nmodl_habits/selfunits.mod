: probes x
NEURON { SUFFIX selfunits RANGE x }
UNITS { (S) = (siemens) (mV) = (millivolt) (mS) = (millisiemens) }
ASSIGNED { v (millivolt) x (kilohm-mA) g (mS/cm2) h (1/ms) q (/ms/mM) w (mV2) y (degC) z (0.001 S) }
BREAKPOINT { g = 1 (mS/cm2) h = 1(/ms) x = v*g*1(cm2) + h*1(ms) }
