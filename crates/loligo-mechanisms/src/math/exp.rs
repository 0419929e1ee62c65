use std::f64::consts::LOG2_E;

use crate::math::Number;

/// Below this the result is 0, as in NEURON.
const LOWEST: f64 = -700.0;
/// Above this the result is that of this number, as in NEURON.
const HIGHEST: f64 = 700.0;

/// Added to the exponent k so that it is a biased exponent.
const BIAS: f64 = 1023.0;
/// 1.5 * 2^52: adding it rounds to a whole number, which then is the lowest bits of the sum.
const ROUND: f64 = 6755399441055744.0;

/// ln 2, truncated after 41 bits so that its product with any k is exact, and the remainder.
const LN_2_HIGH: f64 = 0.693147180559663;
const LN_2_LOW: f64 = 2.8235290563031577e-13;

/// (exp(r) - 1 - r - r^2/2) / r^3 for |r| <= ln 2 / 2, a Chebyshev interpolant, lowest power first.
const TAIL: [f64; 10] = [
    0.16666666666666669,
    0.041666666666666664,
    0.008333333333330051,
    0.0013888888888886545,
    0.00019841269863105968,
    2.4801587317181886e-05,
    2.7557268378684192e-06,
    2.755728291148268e-07,
    2.5100424157005067e-08,
    2.0911264239196083e-09,
];

/// e to the power x, within 0.6 ULP, in a form that vectorises.
///
/// Outside the range that rates need, it saturates as NEURON's `exp` does in mechanisms: it is 0 below -700, and e^700,
/// about 1e304, above 700, so that sums and products of few rates stay finite. NaN stays NaN.
///
/// There is no branch and no table: in a loop over slices, inside a function that is compiled for
/// AVX2 with FMA or for AVX-512, each lane computes one exponential. Every instruction set gives
/// the same bits, because each operation rounds once and in one order; without hardware FMA the
/// multiply-adds are slow.
///
/// x = k ln 2 + r is reduced after Cody and Waite (Software Manual for the Elementary Functions,
/// 1980) with the rounding error of r carried along.
///
/// ```
/// use loligo_mechanisms::math::exp;
///
/// assert_eq!(exp(1.0), std::f64::consts::E);
/// assert_eq!(exp(-701.0), 0.0);
/// assert_eq!(exp(701.0), exp(700.0));
/// ```
#[inline(always)]
pub fn exp<N: Number>(x: N) -> N {
    exp_by(x, None)
}

/// e to the power of x + rest, where the rest is at most some units in the last place of x.
#[inline(always)]
pub(crate) fn exp_of_sum<N: Number>(x: N, rest: N) -> N {
    exp_by(x, Some(rest))
}

#[inline(always)]
fn exp_by<N: Number>(x: N, rest: Option<N>) -> N {
    let Reduced { r, r_error, tail, power } = reduce(x.if_greater(x.number(HIGHEST), x.number(HIGHEST), x));
    let error = match rest {
        Some(rest) => r_error + rest,
        None => r_error,
    };
    // 1 + r + r^2 tail; the rounding error of the first sum is added to the smaller part.
    let one = x.number(1.0);
    let sum = one + r;
    let sum_error = (one - sum) + r;
    let mantissa = sum + (r * r).mul_add(tail, error.mul_add(sum, sum_error));
    x.if_less(x.number(LOWEST), x.number(0.0), mantissa * power)
}

/// exp(x) - 1 without cancellation where x is near 0, within 2 ULP; e^700 - 1 above 700.
///
/// ```
/// use loligo_mechanisms::math::exp_m1;
///
/// assert_eq!(exp_m1(1e-20), 1e-20);
/// assert_eq!(exp_m1(-1e3), -1.0);
/// ```
#[inline(always)]
pub fn exp_m1<N: Number>(x: N) -> N {
    let Reduced { r, r_error, tail, power } = reduce(x.if_greater(x.number(HIGHEST), x.number(HIGHEST), x));
    let one = x.number(1.0);
    let part = r + (r * r).mul_add(tail, r_error * (one + r));
    x.if_less(x.number(LOWEST), x.number(-1.0), part.mul_add(power, power - one))
}

/// The decomposition x = k ln 2 + r.
struct Reduced<N> {
    r: N,
    /// Rounding error of r.
    r_error: N,
    /// (exp(r) - 1 - r) / r^2.
    tail: N,
    /// 2^k.
    power: N,
}

/// Decomposes numbers up to [`HIGHEST`]; the result for numbers below [`LOWEST`] has no meaning.
#[inline(always)]
fn reduce<N: Number>(x: N) -> Reduced<N> {
    let biased = x.number(ROUND + BIAS);
    let shifted = x.mul_add(x.number(LOG2_E), biased);
    let k = shifted - biased;
    let high = k.mul_add(x.number(-LN_2_HIGH), x);
    let r = k.mul_add(x.number(-LN_2_LOW), high);
    let r_error = k.mul_add(x.number(-LN_2_LOW), high - r);

    // Even and odd powers are summed separately: two short dependency chains use more of the
    // processor than one.
    let square = r * r;
    let (mut even, mut odd) = (x.number(TAIL[8]), x.number(TAIL[9]));
    for pair in TAIL[..8].rchunks_exact(2) {
        (even, odd) = (even.mul_add(square, x.number(pair[0])), odd.mul_add(square, x.number(pair[1])));
    }
    let tail = odd.mul_add(r, even).mul_add(r, x.number(0.5));
    Reduced { r, r_error, tail, power: shifted.shift_left(52) }
}
