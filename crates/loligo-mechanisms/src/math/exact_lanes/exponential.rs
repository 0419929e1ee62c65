use super::tables::{POWER_REMAINDERS, POWERS};

/// 128 / ln 2.
const INVERSE: f64 = 128.0 * std::f64::consts::LOG2_E;
/// 1.5 * 2^52: adding it rounds to a whole number, which then is the lowest bits of the sum.
const ROUND: f64 = 6755399441055744.0;
/// -ln 2 / 128, truncated so that its product with any exponent is exact, and the remainder.
const MINUS_LN_2_HIGH: f64 = -0.005415212348111709;
const MINUS_LN_2_LOW: f64 = -1.2864023111638346e-14;
/// (exp(r) - 1 - r) / r^2 for |r| <= ln 2 / 256, a minimax polynomial, lowest power first.
const TAIL: [f64; 4] = [0.49999999999996786, 0.16666666666665886, 0.0416666808410674, 0.008333335853059549];

/// 2^1022 and its inverse.
const LARGE: f64 = 4.49423283715579e307;
const SMALL: f64 = 2.2250738585072014e-308;

/// e to the power x + rest for |x| up to 708, where the rest is at most some units in the last place of x.
///
/// Tang's method (1989, doi:10.1145/63522.214389) with the constants and the order of operations of the C library.
/// The bits are those of the library for a rest of 0.
#[inline(always)]
pub(super) fn exp_of_sum(x: f64, rest: f64) -> f64 {
    // x = k ln 2 / 128 + r
    let shifted = x.mul_add(INVERSE, ROUND);
    let k = shifted - ROUND;
    let bits = shifted.to_bits();
    let r = k.mul_add(MINUS_LN_2_LOW, k.mul_add(MINUS_LN_2_HIGH, x)) + rest;

    let entry = (bits & 127) as usize;
    let power = f64::from_bits(POWERS[entry].to_bits().wrapping_add(bits >> 7 << 52));
    let square = r * r;
    let low = square.mul_add(r.mul_add(TAIL[1], TAIL[0]), POWER_REMAINDERS[entry] + r);
    let part = (square * square).mul_add(r.mul_add(TAIL[3], TAIL[2]), low); // exp(x) / power - 1

    // The library rounds the product by itself where the result may be below the normal numbers; the factor keeps it
    // above them.
    let large = power * LARGE;
    let far_below = (large + large * part) * SMALL;
    if x <= -512.0 { far_below } else { power.mul_add(part, power) }
}
