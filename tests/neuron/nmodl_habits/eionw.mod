: probes eca cai q
: with hh
NEURON { SUFFIX eionw USEION ca READ cai, cao WRITE eca RANGE q }
UNITS { FARADAY = (faraday) (kilocoulombs) R = (k-mole) (joule/degC) }
ASSIGNED { v (mV) cai cao eca celsius q }
INITIAL { eca = 1000*R*(celsius+273.15)/(2*FARADAY*1000)*log(cao/cai) q = eca }
BREAKPOINT { eca = q + .01*v }
