//! The accuracy of the exponential and logarithm of `Fast`, against double-double arithmetic, and their special values.

use std::f64::consts::{E, LN_2};

use loligo_mechanisms::math::{Exact, Fast, Math, exp, exp_m1, log};

/// An unevaluated sum of two numbers; the first is the rounded sum.
#[derive(Clone, Copy)]
struct Pair {
    high: f64,
    low: f64,
}

impl Pair {
    fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let part = high - a;
        let low = (a - (high - part)) + (b - part);
        Self { high, low }
    }

    fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        let low = a.mul_add(b, -high);
        Self { high, low }
    }

    fn add(self, other: Self) -> Self {
        let high = Self::sum(self.high, other.high);
        let low = Self::sum(self.low, other.low);
        let middle = Self::sum(high.high, high.low + low.high);
        Self::sum(middle.high, middle.low + low.low)
    }

    fn multiply(self, other: Self) -> Self {
        let product = Self::product(self.high, other.high);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        Self::sum(product.high, product.low + cross)
    }

    fn scale(self, power_of_two: f64) -> Self {
        Self { high: self.high * power_of_two, low: self.low * power_of_two }
    }
}

/// e^x as k and a pair m with e^x = m 2^k, accurate to about 95 bits.
///
/// exp(r) - 1 is summed for r / 256 and doubled eight times: (1 + e)^2 - 1 = 2 e + e^2.
fn reference(x: f64, reciprocals: &[Pair]) -> (i32, Pair) {
    const LN_2_PAIR: Pair = Pair { high: LN_2, low: 2.3190468138462996e-17 };
    let k = (x / LN_2).round();
    let multiple = Pair::product(-k, LN_2_PAIR.high).add(Pair::product(-k, LN_2_PAIR.low));
    let r = multiple.add(Pair::sum(x, 0.0)).scale(1.0 / 256.0);
    let one = Pair::sum(1.0, 0.0);
    let mut series = one;
    for &reciprocal in reciprocals.iter().rev() {
        series = series.multiply(r.multiply(reciprocal)).add(one);
    }
    let mut less_one = r.multiply(series);
    for _ in 0..8 {
        less_one = less_one.scale(2.0).add(less_one.multiply(less_one));
    }
    (k as i32, less_one.add(one))
}

/// 1/2, 1/3, ... 1/11.
fn reciprocals() -> Vec<Pair> {
    (2..12)
        .map(|n| {
            let n = f64::from(n);
            let high = 1.0 / n;
            Pair::sum(high, -high.mul_add(n, -1.0) / n)
        })
        .collect()
}

/// |y - e^x| in units of the last place of e^x.
fn error(y: f64, x: f64, reciprocals: &[Pair]) -> f64 {
    let (k, m) = reference(x, reciprocals);
    let scaled = y * 2_f64.powi(-k);
    let place = if m.high >= 1.0 { -52 } else { -53 };
    ((scaled - m.high) - m.low).abs() * 2_f64.powi(-place)
}

/// The distance between neighbouring floating-point numbers at y.
fn place_of(y: f64) -> f64 {
    y.abs().next_up() - y.abs()
}

/// The largest error over a set of arguments, and the argument where it occurs.
fn worst(arguments: impl Iterator<Item = f64>) -> (f64, f64) {
    let reciprocals = reciprocals();
    arguments.fold((0.0, 0.0), |worst: (f64, f64), x| {
        let error = error(exp(x), x, &reciprocals);
        if error > worst.0 { (error, x) } else { worst }
    })
}

/// Uniform fractions of a splitmix64 sequence.
fn fractions(count: usize) -> impl Iterator<Item = f64> {
    (0..count as u64).map(|i| {
        let mut z = i.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 * 2_f64.powi(-53)
    })
}

#[test]
fn reference_is_right() {
    let reciprocals = reciprocals();
    let (k, e) = reference(1.0, &reciprocals);
    let e = e.scale(2_f64.powi(k));
    assert_eq!(e.high, E);
    assert!((e.low - 1.4456468917292502e-16).abs() < 1e-30, "{}", e.low);
    let library =
        fractions(20_000).map(|u| -700.0 + 1400.0 * u).map(|x| error(x.exp(), x, &reciprocals)).fold(0.0, f64::max);
    assert!(library < 1.0, "the platform's exp is off by {library} ULP");
}

#[test]
fn error_is_below_one_ulp() {
    let count = if cfg!(debug_assertions) { 50_000 } else { 1_000_000 };
    let ranges: [(&str, f64, f64); 6] = [
        ("all results", -700.0, 700.0),
        ("rates of channels", -20.0, 20.0),
        ("one step of r", -0.5, 0.5),
        ("near zero", -1e-6, 1e-6),
        ("near the lowest", -700.0, -699.0),
        ("near the highest", 699.0, 700.0),
    ];
    for (name, low, high) in ranges {
        let (error, x) = worst(fractions(count).map(|u| low + (high - low) * u));
        println!("{name}: {error:.4} ULP at {x:e}");
        assert!(error < 0.6, "{name}: {error} ULP at {x:e}");
    }
    let breakpoints = (-1009..=1009).flat_map(|k| {
        let x = (f64::from(k) + 0.5) * LN_2;
        let bits = x.to_bits();
        (bits - 100..bits + 100).map(f64::from_bits)
    });
    let (error, x) = worst(breakpoints);
    println!("breakpoints of the reduction: {error:.4} ULP at {x:e}");
    assert!(error < 0.8, "{error} ULP at {x:e}");
}

#[test]
fn exp_m1_is_within_two_ulp() {
    let reciprocals = reciprocals();
    let count = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
    for (low, high) in [(-40.0, 40.0), (-1.0, 1.0), (-0.01, 0.01), (-1e-6, 1e-6), (-0.3467, -0.3465), (0.3465, 0.3467)]
    {
        for x in fractions(count).map(|u| low + (high - low) * u) {
            let (k, m) = reference(x, &reciprocals);
            let expected = m.scale(2_f64.powi(k)).add(Pair::sum(-1.0, 0.0));
            let error = ((exp_m1(x) - expected.high) - expected.low).abs() / place_of(expected.high);
            assert!(error < 2.0, "{error} ULP at {x:e}");
        }
    }
    assert_eq!(exp_m1(0.0), 0.0);
    assert_eq!(exp_m1(f64::from_bits(1)), f64::from_bits(1));
    assert!(exp_m1(f64::NAN).is_nan());
    for x in [-700.0, -701.0, f64::MIN, f64::NEG_INFINITY] {
        assert_eq!((exp_m1(x), Exact::exp_m1(x)), (-1.0, -1.0), "{x}");
    }
    for x in [701.0, f64::MAX, f64::INFINITY] {
        assert_eq!((exp_m1(x), Exact::exp_m1(x)), (exp(700.0), 700f64.exp()), "{x}");
    }
}

#[test]
fn log_is_within_one_ulp() {
    let reciprocals = reciprocals();
    let count = if cfg!(debug_assertions) { 20_000 } else { 100_000 };
    let near_one = fractions(count).map(|u| 0.5 + 1.5 * u);
    let any = fractions(count).map(|u| f64::from_bits((u * f64::MAX.to_bits() as f64) as u64));
    let close = fractions(count / 10).map(|u| 1.0 + (u - 0.5) * 1e-9);
    for x in near_one.chain(any).chain(close).filter(|&x| x > 1e-304) {
        // x = e^(y + error), and the error is small.
        let y = log(x);
        let (k, m) = reference(y, &reciprocals);
        let half = k / 2;
        let scaled = x * 2_f64.powi(-half) * 2_f64.powi(half - k);
        let error = ((scaled - m.high) - m.low).abs() / m.high / place_of(y);
        assert!(y == 0.0 && x == 1.0 || error < 1.0, "{error} ULP at {x:e}");
    }
    // Subnormal numbers are fractions of 2^-1022.
    for x in [f64::from_bits(1), f64::from_bits(123_456_789), f64::MIN_POSITIVE.next_down(), f64::MIN_POSITIVE] {
        assert!((log(x) - x.ln()).abs() <= place_of(x.ln()), "{x:e}");
    }
    assert_eq!(log(0.0), f64::NEG_INFINITY);
    assert_eq!(log(-0.0), f64::NEG_INFINITY);
    assert_eq!(log(f64::INFINITY), f64::INFINITY);
    for x in [-1.0, f64::NEG_INFINITY, f64::NAN, -f64::from_bits(1)] {
        assert!(log(x).is_nan(), "{x}");
    }
}

#[test]
fn special_values() {
    assert_eq!(exp(0.0), 1.0);
    assert_eq!(exp(-0.0), 1.0);
    assert_eq!(exp(1.0), E);
    assert_eq!(exp(f64::MIN_POSITIVE), 1.0);
    assert_eq!(exp(-f64::from_bits(1)), 1.0);
}

/// Measured with a mechanism of NEURON 9.0.2 whose function is `f = exp(x)`.
#[test]
fn exponentials_saturate_as_in_neuron() {
    let (highest, lowest) = (1.0142320547350045e304, 9.85967654375977e-305);
    let measured = [
        (700.0, highest),
        (700f64.next_up(), highest),
        (700f64.next_down(), 1.0142320547348893e304),
        (709.0, highest),
        (1e300, highest),
        (f64::INFINITY, highest),
        (-700.0, lowest),
        ((-700f64).next_down(), 0.0),
        ((-700f64).next_up(), 9.859676543760892e-305),
        (-708.0, 0.0),
        (-745.0, 0.0),
        (-1e300, 0.0),
        (f64::NEG_INFINITY, 0.0),
    ];
    for (x, expected) in measured {
        assert_eq!(Exact::exp(x).to_bits(), f64::to_bits(expected), "{x}");
        assert_eq!(Fast::exp(x).to_bits(), f64::to_bits(expected), "{x}");
    }
    for x in [f64::NAN, -f64::NAN] {
        assert!(Exact::exp(x).is_nan() && Fast::exp(x).is_nan());
    }
}
