: probes x
NEURON { SUFFIX vrand RANGE x }
ASSIGNED { v x }
VERBATIM
#include <stdlib.h>
#include <math.h>
#define SQ(a) ((a)*(a))
static double twice(double a) { return 2.*a; }
ENDVERBATIM
BREAKPOINT { x = f(v) }
FUNCTION f(u) {
VERBATIM
 double s = SQ(_lu) + twice(3.0);
 if (s > 4000.) s = 4000.;
 for (int i = 0; i < 4; i++) { s += i*1.5; if (i == 2) continue; s -= .25; }
 _lf = s + fabs(_lu) + fmax(1., 2.) + fmin(_lu, 3.) ;
ENDVERBATIM
}
