use std::f64::consts::FRAC_1_SQRT_2;

use crate::math::Number;

/// ln 2, truncated so that its product with any exponent is exact, and the remainder.
const LN_2_HIGH: f64 = 0.693147180559663;
const LN_2_LOW: f64 = 2.8235290563031577e-13;

/// Coefficients of (atanh(s) / s - 1) / s^2 by powers of s^2: 1/3, 1/5, ... 1/25.
const TAIL: [f64; 12] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
    1.0 / 23.0,
    1.0 / 25.0,
];

/// The natural logarithm of x, within 1 ULP; of 0 it is negative infinity, of negative numbers NaN.
///
/// It has the same bits on every processor and with every C library, and vectorises as [`exp`](super::exp) does.
///
/// x = 2^k m with m between 1/sqrt 2 and sqrt 2, and ln m = 2 atanh((m - 1) / (m + 1)), the series of which converges
/// fast.
///
/// ```
/// use loligo_mechanisms::math::log;
///
/// assert_eq!(log(1.0), 0.0);
/// assert_eq!(log(100.0), std::f64::consts::LN_10 * 2.0);
/// assert_eq!(log(0.0), f64::NEG_INFINITY);
/// ```
#[inline(always)]
pub fn log<N: Number>(x: N) -> N {
    /// Factor that makes subnormal numbers normal.
    const SCALE: f64 = 18014398509481984.0; // 2^54
    let (zero, smallest, infinity) = (x.number(0.0), x.number(f64::MIN_POSITIVE), x.number(f64::INFINITY));
    let shift = x.if_less(smallest, x.number(54.0), zero);
    let result = log_of_normal(x.if_less(smallest, x * x.number(SCALE), x), shift);
    let result = x.if_equal(infinity, infinity, result);
    let result = x.if_equal(zero, x.number(f64::NEG_INFINITY), result);
    x.if_at_least(zero, result, x.number(f64::NAN))
}

/// Replaces numbers by their logarithms, with the bits of [`log`]; faster if all are positive, finite and normal.
#[inline(always)]
pub(crate) fn logs(numbers: &mut [f64]) {
    let mut others = 0;
    for x in &*numbers {
        others |= u64::from(!(*x >= f64::MIN_POSITIVE && *x < f64::INFINITY));
    }
    if others == 0 {
        for x in numbers {
            *x = log_of_normal(*x, 0.0);
        }
    } else {
        for x in numbers {
            *x = log(*x);
        }
    }
}

/// The logarithm of x / 2^shift for a positive, finite and normal x.
#[inline(always)]
fn log_of_normal<N: Number>(x: N, shift: N) -> N {
    const MANTISSA: u64 = (1 << 52) - 1;
    const ONE: u64 = 1.0_f64.to_bits();
    /// The lowest m.
    const LOWEST: u64 = FRAC_1_SQRT_2.to_bits() + 1;
    /// 2^52: its lowest bits are a whole number that is added to it.
    const WHOLE: f64 = 4503599627370496.0;
    // k + 1023 in the exponent.
    let scaled = x.add_bits(ONE - LOWEST);
    let m = scaled.and_bits(MANTISSA).add_bits(LOWEST);
    let k = scaled.shift_right(52).or_bits(WHOLE.to_bits()) - x.number(WHOLE + 1023.0) - shift;

    // s, and the rounding errors of s and m + 1; m - 1 has none.
    let (one, two) = (x.number(1.0), x.number(2.0));
    let (above, below) = (m + one, m - one);
    let lost = m - (above - one);
    let s = below / above;
    // 1 / above to 0.3 %: enough for the error, and it takes less time than a second division.
    let reciprocal = above.mul_add(above.mul_add(x.number(0.1169), x.number(-0.7224)), x.number(1.4778));
    let minus_s = -s;
    let s_error = minus_s.mul_add(lost, minus_s.mul_add(above, below)) * reciprocal;
    let square = s * s;
    // Even and odd powers are summed separately: two short dependency chains use more of the processor than one.
    let fourth = square * square;
    let (mut even, mut odd) = (x.number(TAIL[10]), x.number(TAIL[11]));
    for pair in TAIL[..10].rchunks_exact(2) {
        (even, odd) = (even.mul_add(fourth, x.number(pair[0])), odd.mul_add(fourth, x.number(pair[1])));
    }
    let tail = odd.mul_add(square, even);

    let (twice, ln_2_high) = (two * s, x.number(LN_2_HIGH));
    let large = k.mul_add(ln_2_high, twice);
    let lost = k.mul_add(ln_2_high, -large) + twice;
    let small = k.mul_add(x.number(LN_2_LOW), two * (s * square).mul_add(tail, s_error)) + lost;
    large + small
}
