use super::exponential::exp_of_sum;
use super::tables::{LOGARITHM_REMAINDERS, LOGARITHMS, RECIPROCALS};

/// The bits of the number at which the parts of [`RECIPROCALS`] begin.
const FIRST: u64 = 0x3fe6_9555_0000_0000;
/// Bits of sign and exponent.
const EXPONENT: u64 = 0xfff << 52;
/// ln 2, truncated so that its product with any exponent is exact, and the remainder.
const LN_2_HIGH: f64 = 0.6931471805598903;
const LN_2_LOW: f64 = 5.497923018708371e-14;
/// (log(1 + r) - r) / r^2 for |r| < 1/128, a minimax polynomial in the form
/// `A (1 + r B + ...)` in which it is evaluated.
const TAIL: [f64; 7] = [
    -0.5,
    -0.6666666666666679,
    0.5000000000000007,
    0.7999999995323976,
    -0.6666666663487739,
    -1.142909628459501,
    1.0000415263675542,
];

/// x to the power y with the bits of the C library, or NaN where only the library's own function gives them: for x
/// that are not positive normal numbers, and for results that are far from the range of normal numbers, or very near 1.
#[inline(always)]
pub(in crate::math) fn ordinary_power(x: f64, y: f64) -> f64 {
    let (high, low) = logarithm(x);
    let product = y * high;
    let rest = y.mul_add(low, y.mul_add(high, -product));
    let (is_normal, is_finite) = (x >= f64::MIN_POSITIVE, x <= f64::MAX);
    let (is_visible, is_small) = (product.abs() >= f64::EPSILON, product.abs() < 512.0);
    if is_normal && is_finite && is_visible && is_small { exp_of_sum(product, rest) } else { f64::NAN }
}

/// The natural logarithm of a positive normal number, in two parts.
#[inline(always)]
fn logarithm(x: f64) -> (f64, f64) {
    // x = 2^k z
    let offset = x.to_bits().wrapping_sub(FIRST);
    let entry = (offset >> 45 & 127) as usize;
    let k = f64::from((offset as i64 >> 52) as i32);
    let z = f64::from_bits(x.to_bits().wrapping_sub(offset & EXPONENT));

    let r = z.mul_add(RECIPROCALS[entry], -1.0);
    let whole = k.mul_add(LN_2_HIGH, LOGARITHMS[entry]);
    let sum = whole + r;
    let low_1 = k.mul_add(LN_2_LOW, LOGARITHM_REMAINDERS[entry]);
    let low_2 = whole - sum + r;

    let half = TAIL[0] * r;
    let square = r * half;
    let cube = r * square;
    let high = sum + square;
    let low_3 = half.mul_add(r, -square);
    let low_4 = sum - high + square;
    let inner = square.mul_add(r.mul_add(TAIL[6], TAIL[5]), r.mul_add(TAIL[4], TAIL[3]));
    let polynomial = square.mul_add(inner, r.mul_add(TAIL[2], TAIL[1]));
    let low = cube.mul_add(polynomial, low_1 + low_2 + low_3 + low_4);
    let result = high + low;
    (result, high - result + low)
}
