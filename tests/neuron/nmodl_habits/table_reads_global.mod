: probes n
NEURON { SUFFIX table_reads_global RANGE n GLOBAL inf, part, tau, count }
ASSIGNED { v (mV) inf part tau n count }
INITIAL { rates(v) n = part }
BREAKPOINT { rates(v) n = 0.5*n + part + 0.001*count }
PROCEDURE rates(v) { TABLE inf, part, tau DEPEND dt FROM -100 TO 100 WITH 200
  inf = 1/(1 + exp((v + 60)/10)) part = 1 - exp(-dt/(0.01 + tau)) tau = 10 + v*v/100 count = count + 1 }
