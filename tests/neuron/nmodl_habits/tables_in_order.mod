: probes early inf part late n
NEURON { SUFFIX tables_in_order RANGE early, inf, part, late, n THREADSAFE }
ASSIGNED { v (mV) early inf part late n }
INITIAL { rates(v) n = inf late = after(v) }
BREAKPOINT { rates(v) n = 0.5*n + inf + 0.1*part early = before(v) late = after(v) }
FUNCTION before(x) { TABLE FROM -100 TO 100 WITH 100
  before = exp(x/50) }
PROCEDURE rates(v) { TABLE inf, part DEPEND celsius FROM -100 TO 100 WITH 200
  inf = before(v) + 100*after(v) + celsius
  part = 2*both(v) + v }
FUNCTION both(x) { TABLE FROM -100 TO 100 WITH 50
  both = before(x) + after(x) }
FUNCTION after(x) { TABLE FROM -100 TO 100 WITH 100
  after = exp(x/40) }
