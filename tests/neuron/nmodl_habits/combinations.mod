: probes x y p q w
NEURON {
  SUFFIX combinations
  RANGE x, y, p, q, w, n
}
PARAMETER { n = 3.7 }
ASSIGNED { x y p q w v }
BREAKPOINT {
  x = factorial(n + 10*t) : up to 63.7
  y = factorial(19.85 - v/1000) + factorial(140)
  p = poisson(2 + floor(8*t), 17.3)
  q = poisson(25.9, 40) + poisson(-0.5, 2)
  w = factorial(0) + factorial(-1) + factorial(19) + factorial(20)
}
