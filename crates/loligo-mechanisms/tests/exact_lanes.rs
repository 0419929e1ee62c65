//! Exponentials and powers in vector lanes have the bits of the C library for every argument.
//!
//! Numbers are drawn over each range that matters: all exponents of 2, arguments of rates, numbers near 1 and near the
//! bounds, and numbers that are not finite or not normal.

use loligo_mechanisms::math::{Exact, ExactLanes, Math};

/// Xorshift generator (Marsaglia 2003, doi:10.18637/jss.v008.i14).
struct Draws(u64);

impl Draws {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Between -1 and 1.
    fn number(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

fn is_missing() -> bool {
    if ExactLanes::is_available() {
        return false;
    }
    eprintln!("skipped: this C library or processor has other bits, so that its own functions are used");
    true
}

#[track_caller]
fn same(computed: f64, expected: f64, arguments: (f64, f64)) {
    let is_same = computed.to_bits() == expected.to_bits() || (computed.is_nan() && expected.is_nan());
    assert!(is_same, "{arguments:?}: {computed:e} instead of {expected:e}");
}

const SPECIAL: [f64; 18] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    -3.0,
    0.5,
    512.0,
    -512.0,
    700.0,
    -700.0,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

#[test]
fn exponentials() {
    if is_missing() {
        return;
    }
    let compare = |x: f64| same(ExactLanes::exp(x), Exact::exp(x), (x, f64::NAN));
    SPECIAL.into_iter().for_each(compare);
    let mut draws = Draws(20_261_126);
    for _ in 0..400_000 {
        for range in [710.0, 100.0, 20.0, 1.0, 1e-3, 1e-9] {
            compare(range * draws.number());
        }
        compare(f64::from_bits(draws.bits()));
        compare(-700.0 + 188.0 * draws.number().abs()); // the library has a case of its own below -512
    }
}

#[test]
fn powers() {
    if is_missing() {
        return;
    }
    let compare = |x: f64, y: f64| same(ExactLanes::pow(x, y), Exact::pow(x, y), (x, y));
    for x in SPECIAL {
        SPECIAL.into_iter().for_each(|y| compare(x, y));
    }
    let mut draws = Draws(20_261_127);
    for _ in 0..200_000 {
        let (x, y) = (draws.number().abs(), draws.number());
        compare(3.0 * x, 10.0 * y);
        compare(1e-3 * x, 4.8);
        compare(2.3, 20.0 * y);
        compare(1.0 + 1e-6 * y, 1e5 * x);
        compare((600.0 * y).exp(), 1.5 * draws.number());
        compare(f64::from_bits(draws.bits()), f64::from_bits(draws.bits()));
        compare(-10.0 * x, (10.0 * y).round());
    }
}
