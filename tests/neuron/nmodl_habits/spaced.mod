: probes n ik ninf taun
NEURON{SUFFIX spaced USEION k READ ek WRITE ik RANGE gkbar,n,ninf,taun THREADSAFE}
UNITS{(mA)=(milliamp)(mV)=(millivolt)(S)=(siemens)}
PARAMETER{gkbar=.012(S/cm2) vhalf=-32(mV)zeta=-3 gm = .65(1) q10=  3. a0n=.04(/ms)}
STATE{n FROM 0 TO 1}
ASSIGNED{v(mV) ek(mV) ik(mA/cm2) ninf taun(ms) celsius(degC)}
INITIAL{settle(v) n=ninf}
BREAKPOINT{SOLVE st METHOD cnexp ik=gkbar*n^4*(v-ek)}
DERIVATIVE st{settle(v) n'=(ninf-n)/taun}
FUNCTION alp(v(mV)){alp=exp(1.e-3*zeta*(v-vhalf)*9.648e4/(8.315*(273.16+celsius)))}
FUNCTION bet(v(mV)){LOCAL w w=gm*zeta bet=exp(1.e-3*w*(v-vhalf)*9.648e4/(8.315*(273.16+celsius)))}
PROCEDURE settle(v(mV)){LOCAL a,q
q=q10^((celsius-24(degC))/10(degC))a=alp(v)ninf=1/(1+a)taun=bet(v)/(q*a0n*(1+a))if(taun<.02){taun=.02(ms)}}
