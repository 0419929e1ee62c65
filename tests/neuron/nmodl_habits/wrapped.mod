: probes m taum
NEURON {
   SUFFIX wrapped
   RANGE
     m ,
     taum
   NONSPECIFIC_CURRENT
     i
}
ASSIGNED { v
  (mV) i
  (mA/cm2)   taum
  ( ms )  }
STATE { m
 }
BREAKPOINT
{
  SOLVE
    s
  METHOD
    cnexp
  i
   =
   m
   *
   (v
   - 3) * 0
}
INITIAL
 { m
  =
 0 }
DERIVATIVE
 s
{
  taum = 1 / ( 1 + exp ( - v / 10 ) )
  m'
   = ( 1 - m ) / taum
}
