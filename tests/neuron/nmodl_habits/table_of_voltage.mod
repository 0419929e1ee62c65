: probes p q y
NEURON { SUFFIX table_of_voltage RANGE p, q, y THREADSAFE }
ASSIGNED { v (mV) p q y }
INITIAL { y = 0 }
BREAKPOINT { square(y) q = half(v/2) y = y + 0.1 }
PROCEDURE square(a) { TABLE p FROM -10 TO 10 WITH 40
  p = a*a + v + t }
FUNCTION half(a) { TABLE FROM -100 TO 100 WITH 100
  half = a + tenth(a) }
FUNCTION tenth(a) { tenth = v/10 + t }
