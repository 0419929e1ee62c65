use std::f64::consts::SQRT_2;

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
pub fn log(x: f64) -> f64 {
    /// Factor that makes subnormal numbers normal.
    const SCALE: f64 = 18014398509481984.0; // 2^54
    const MANTISSA: u64 = (1 << 52) - 1;
    let is_subnormal = x < f64::MIN_POSITIVE;
    let bits = (if is_subnormal { x * SCALE } else { x }).to_bits();
    let m = f64::from_bits(bits & MANTISSA | 1023 << 52); // 1 to 2
    let is_large = m > SQRT_2;
    let m = if is_large { 0.5 * m } else { m };
    let k = f64::from((bits >> 52) as u32) - if is_subnormal { 1077.0 } else { 1023.0 };
    let k = k + if is_large { 1.0 } else { 0.0 };

    // s, and the rounding errors of s and m + 1; m - 1 has none.
    let (above, below) = (m + 1.0, m - 1.0);
    let lost = m - (above - 1.0);
    let s = below / above;
    // 1 / above to 0.3 %: enough for the error, and it takes less time than a second division.
    let reciprocal = above.mul_add(above.mul_add(0.1169, -0.7224), 1.4778);
    let s_error = (-s).mul_add(lost, (-s).mul_add(above, below)) * reciprocal;
    let square = s * s;
    // Even and odd powers are summed separately: two short dependency chains use more of the processor than one.
    let fourth = square * square;
    let (mut even, mut odd) = (TAIL[10], TAIL[11]);
    for pair in TAIL[..10].rchunks_exact(2) {
        (even, odd) = (even.mul_add(fourth, pair[0]), odd.mul_add(fourth, pair[1]));
    }
    let tail = odd.mul_add(square, even);

    let large = k.mul_add(LN_2_HIGH, 2.0 * s);
    let lost = k.mul_add(LN_2_HIGH, -large) + 2.0 * s;
    let small = k.mul_add(LN_2_LOW, 2.0 * (s * square).mul_add(tail, s_error)) + lost;
    let result = large + small;
    let result = if x == f64::INFINITY { x } else { result };
    let result = if x == 0.0 { f64::NEG_INFINITY } else { result };
    if x >= 0.0 { result } else { f64::NAN }
}
