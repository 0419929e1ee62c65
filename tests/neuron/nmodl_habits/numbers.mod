: probes r1 r2 r3 r4 r5
NEURON { SUFFIX numbers RANGE r1, r2, r3, r4, r5 GLOBAL big, small, PIE }
CONSTANT { C1 = 0.1234567890123 C2 = 1.e-5 (M) FARA = 96485.309 (coul) }
PARAMETER { big = 123456789 small = 1.23456789e-7 PIE = 3.14159265358979 neg = -5.5e1 zero=0. half=.5 }
ASSIGNED { v r1 r2 r3 r4 r5 }
BREAKPOINT { r1 = big*small + PIE r2 = C1*C2*FARA
 r3 = -2^2 + 2^-1 + 2^3^2 - (-3)^3 + 1/3 + 4/2*5(mV)/3 (ms)
 r4 = 1.E2 + 1e+2 - .5E-1*v + 3--2 - -neg*zero + half
 r5 = (v > -60) + (v < 0)*2 + !(v == 5)*4 + (1 && 0 || 1)*8 + (3 != 3)*16 + (v <= -65) + 1e-3(mM)*2 }
