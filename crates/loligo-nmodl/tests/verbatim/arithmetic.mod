NEURON { SUFFIX arithmetic RANGE total }
PARAMETER { scale = 2.5 }
ASSIGNED { total kept[3] }
VERBATIM
#include <math.h>
#define LIMIT 7
#define SQUARE(x) ((x) * (x))
#ifdef NO_SUCH_SYMBOL
#error never
#elif LIMIT > 5
static const double offset = 0.125;
#else
static const double offset = 4.0;
#endif
static double series(double x, int terms) {
    static double c[4] = {1.0, 0.5, 0.25, 0.1};
    double sum = 0.0;
    int k;
    for (k = 0; k < terms && k < 4; k++) sum += c[k] * x;
    return sum + offset;
}
static int half(double x) { return x / 2; }
ENDVERBATIM
INITIAL { total = 0 }
FUNCTION quotient(a, b) {
VERBATIM
    int i = (int) _la, j = (int) _lb;
    _lquotient = i / j + 100. * (i % j) + 0.5 * (i / 2.);
ENDVERBATIM
}
FUNCTION collatz(n) {
VERBATIM
    int steps = 0; long k = (long) _ln;
    while (k != 1) {
        k = k % 2 ? 3 * k + 1 : k / 2;
        if (++steps > 1000) break;
    }
    return steps;
ENDVERBATIM
}
FUNCTION sum_odd(n) {
VERBATIM
    double s = 0; int i;
    for (i = 0; ; i++) {
        if (i >= _ln) break;
        if (i % 2 == 0) continue;
        s += i * scale;
    }
    _lsum_odd = s;
ENDVERBATIM
}
FUNCTION early(x) {
VERBATIM
    if (_lx < 0) {
        return -1.;
    }
    for (int i = 0; i < LIMIT; i++) {
        if (SQUARE(i) > _lx) { return i; }
    }
ENDVERBATIM
    early = x + 1
}
FUNCTION doing(x) {
VERBATIM
    double x = _lx; int rounds = 0;
    do {
        x *= .5;
        rounds++;
    } while (x > 1. && rounds != 20);
    _ldoing = rounds + (x > .75 ? x : -x);
ENDVERBATIM
}
FUNCTION helpers(x) {
VERBATIM
    _lhelpers = series(_lx, 3) + half(_lx + 3.) * 10;
ENDVERBATIM
}
FUNCTION mixed(x) { LOCAL y
    y = x * 2
VERBATIM
    if (_ly > 10) {
        double part = _ly - 10;
ENDVERBATIM
        y = 10 + part / 4
VERBATIM
    } else { _ly--; }
ENDVERBATIM
    mixed = y
}
FUNCTION arrays(x) {
VERBATIM
    int i; double w[3];
    for (i = 0; i < 3; ++i) { w[i] = _lx + i; kept[i] = w[i] * w[i]; }
    _larrays = kept[0] - kept[2] / (i - 1) + fabs(-_lx) + exp(-_lx / 3) + pow(_lx, 2);
ENDVERBATIM
}
FUNCTION bits(x) {
VERBATIM
    int k = (int) _lx, mask = 0x0f;
    int a = k & mask, b = (k >> 2) | 1, c = (k << 3) ^ 5;
    k |= 64; k &= ~2; k ^= 3; k <<= 1; k >>= 2;
    _lbits = a + 100. * b + 0.5 * c - k + ((k & 1) ? 1e4 : 2e4) + (-k >> 1);
ENDVERBATIM
}
FUNCTION chosen(x) {
VERBATIM
    double y = 0;
    int round;
    for (round = 0; round < 3; round++) {
        switch ((int) _lx + round) {
        case 0:
            y += 1;
            break;
        case LIMIT - 4: case 4:
            y += 10;
        case 5: { if (round == 1) break; y += 100; }
            break;
        default:
            y += 1000;
        case 9:
            y += 0.25;
        }
    }
    if (y > 3000) switch (round) { default: return -y; }
    _lchosen = y;
ENDVERBATIM
}
FUNCTION assigned(x) {
VERBATIM
    double a, b; int c;
    a = b = _lx + .75;
    c = a;
    c += 1.5;
    c /= 2;
    _lassigned = (a -= 1, a) + 10 * c + 100 * (b > 1 && (c || !c)) + (int) -_lx;
ENDVERBATIM
}
