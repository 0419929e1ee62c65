: probes x
NEURON { SUFFIX cond1 RANGE x }
PARAMETER { a = 1 b = 2 c }
ASSIGNED { v x }
BREAKPOINT {
  if (a == 1) { x = 1 }
  if (b != 2 || c) { x = x + 10 }
  if (!c && a) { x = x + 100 }
  if ((a < b) && (b < 3 || c > 1) == 1) { x = x + 1000 }
  if (v) { x = x + 1e4 }
}
