: probes cai x
: with hh
NEURON { SUFFIX vion USEION ca READ ica WRITE cai RANGE x }
ASSIGNED { v ica x }
STATE { cai }
INITIAL {
VERBATIM
 cai = _ion_cai;
ENDVERBATIM
 x = cai }
BREAKPOINT { SOLVE s METHOD euler }
DERIVATIVE s { cai' = -ica*10 - (cai - 5e-5)/10 }
