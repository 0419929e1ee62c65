NEURON { THREADSAFE POINT_PROCESS Draws BBCOREPOINTER rng, second RANGE du, de, dn, is_given, seen, hits NONSPECIFIC_CURRENT i }
ASSIGNED { rng second du de dn is_given seen hits i }
VERBATIM
#ifndef NRN_VERSION_GTEQ_8_2_0
#include "nrnran123.h"
double nrn_random_pick(void* r);
void* nrn_random_arg(int argpos);
#define RANDCAST
#else
#define RANDCAST (Rand*)
#endif
ENDVERBATIM
INITIAL {
VERBATIM
    if (is_given) { nrnran123_setseq((nrnran123_State*)_p_rng, 5, 2); }
ENDVERBATIM
    hits = 0
    du = uniform()
    de = exponential()
    dn = normal()
}
BREAKPOINT { i = 0 }
FUNCTION uniform() {
VERBATIM
    double value = -1.;
    if (is_given) { value = nrnran123_dblpick((nrnran123_State*)_p_rng); }
    _luniform = value;
ENDVERBATIM
}
FUNCTION exponential() {
VERBATIM
    if (_p_second) {
        _lexponential = nrn_random_pick(RANDCAST _p_second);
    } else if (is_given) {
        _lexponential = nrnran123_negexp((nrnran123_State*)_p_rng);
    } else {
        _lexponential = -2;
    }
ENDVERBATIM
}
FUNCTION normal() {
VERBATIM
    if (!is_given) return -3.;
    return nrnran123_normal((nrnran123_State*)_p_rng);
ENDVERBATIM
}
NET_RECEIVE(w, count) {
    if (w < 0) {
VERBATIM
        return;
ENDVERBATIM
    }
    hits = hits + 1
VERBATIM
    if (uniform(_threadargs_) < _args[0]) {
        double now = t;
ENDVERBATIM
        count = count + 10
        seen = now
VERBATIM
    }
    _args[1] += 1;
ENDVERBATIM
    dn = count
}
PROCEDURE streams() {
VERBATIM
#ifndef CORENEURON_BUILD
    is_given = 0;
    if (ifarg(1) && hoc_is_double_arg(1)) {
        nrnran123_State** pv = (nrnran123_State**)(&_p_rng);
        uint32_t third = 0;
        if (*pv) { nrnran123_deletestream(*pv); *pv = (nrnran123_State*)0; }
        if (ifarg(3)) { third = (uint32_t)*getarg(3); }
        *pv = nrnran123_newstream3((uint32_t)*getarg(1), (uint32_t)*getarg(2), third);
        is_given = 1;
    } else if (ifarg(1)) {
        void** pv = (void**)(&_p_second);
        *pv = nrn_random_arg(1);
    }
#endif
ENDVERBATIM
}
DESTRUCTOR {
VERBATIM
    nrnran123_deletestream((nrnran123_State*)_p_rng);
ENDVERBATIM
}
VERBATIM
static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) { if (d) { d[*offset] = 1; } *offset += 1; }
static void bbcore_read(double* x, int* d, int* xx, int* offset, _threadargsproto_) { *offset += 1; }
ENDVERBATIM
