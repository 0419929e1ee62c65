use std::f64::consts::LOG2_E;

/// Below this the result is 0, above [`HIGHEST`] it is infinite.
const LOWEST: f64 = -746.0;
const HIGHEST: f64 = 710.0;

/// Added to the exponent k so that it, and either half of it, is a biased exponent.
const BIAS: f64 = 2046.0;
/// 1.5 * 2^52: adding it rounds to a whole number, which then is the lowest bits of the sum.
const ROUND: f64 = 6755399441055744.0;

/// ln 2, cut after 41 bits so that its product with any k is exact, and what is missing.
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

/// e to the power x, within 0.6 ULP (0.8 ULP of subnormal results), in a form that vectorises.
///
/// There is no branch and no table: in a loop over slices, inside a function that is compiled for
/// AVX2 with FMA or for AVX-512, each lane computes one exponential. Every instruction set gives
/// the same bits, because each operation rounds once and in one order; without hardware FMA the
/// multiply-adds are slow. Overflow gives infinity, underflow passes through the subnormal numbers
/// to 0, and NaN stays NaN.
///
/// x = k ln 2 + r is reduced after Cody and Waite (Software Manual for the Elementary Functions,
/// 1980) with the rounding error of r carried along.
///
/// ```
/// use loligo_mechanisms::math::exp;
///
/// assert_eq!(exp(1.0), std::f64::consts::E);
/// assert_eq!(exp(-1e3), 0.0);
/// assert_eq!(exp(1e3), f64::INFINITY);
/// ```
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let x = if x < LOWEST { LOWEST } else { x };
    let x = if x > HIGHEST { HIGHEST } else { x };

    let shifted = x.mul_add(LOG2_E, ROUND + BIAS);
    let k = shifted - (ROUND + BIAS);
    let high = (-k).mul_add(LN_2_HIGH, x);
    let r = (-k).mul_add(LN_2_LOW, high);
    let r_error = (-k).mul_add(LN_2_LOW, high - r);

    // Even and odd powers apart: two short chains keep more of the processor busy than one.
    let square = r * r;
    let mut odd = TAIL[9];
    odd = odd.mul_add(square, TAIL[7]);
    odd = odd.mul_add(square, TAIL[5]);
    odd = odd.mul_add(square, TAIL[3]);
    odd = odd.mul_add(square, TAIL[1]);
    let mut even = TAIL[8];
    even = even.mul_add(square, TAIL[6]);
    even = even.mul_add(square, TAIL[4]);
    even = even.mul_add(square, TAIL[2]);
    even = even.mul_add(square, TAIL[0]);
    let tail = odd.mul_add(r, even).mul_add(r, 0.5);

    // 1 + r + r^2 tail, with what the first sum loses added to the smaller part.
    let sum = 1.0 + r;
    let sum_error = (1.0 - sum) + r;
    let mantissa = sum + square.mul_add(tail, r_error.mul_add(sum, sum_error));

    // 2^k in two factors: k alone may lie beyond the exponents of normal numbers.
    let exponent = shifted.to_bits() << 52;
    let half = (shifted.to_bits() >> 1) << 52;
    mantissa * f64::from_bits(half) * f64::from_bits(exponent.wrapping_sub(half))
}
