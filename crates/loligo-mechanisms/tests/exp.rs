//! The accuracy of the vector exponential, against double-double arithmetic.

use std::f64::consts::{E, LN_2};

use loligo_mechanisms::math::exp;

/// An unevaluated sum of two numbers, the first being the sum rounded.
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

/// e^x as k and a pair m with e^x = m 2^k, good to some 95 bits.
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

/// |y - e^x| in units of the last place of e^x, subnormal places included.
fn error(y: f64, x: f64, reciprocals: &[Pair]) -> f64 {
    let (k, m) = reference(x, reciprocals);
    let half = k / 2;
    let scaled = y * 2_f64.powi(-half) * 2_f64.powi(half - k);
    let place = if m.high >= 1.0 { -52 } else { -53 };
    let place = place.max(-1074 - k);
    ((scaled - m.high) - m.low).abs() * 2_f64.powi(-place)
}

/// The largest error over a set of arguments, and where it is.
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
    let ranges: [(&str, f64, f64, f64); 6] = [
        ("normal results", -708.0, 709.78, 0.6),
        ("rates of channels", -20.0, 20.0, 0.6),
        ("one step of r", -0.5, 0.5, 0.6),
        ("near zero", -1e-6, 1e-6, 0.6),
        ("subnormal results", -745.2, -708.0, 0.8),
        ("near overflow", 709.0, 709.782712893384, 0.6),
    ];
    for (name, low, high, limit) in ranges {
        let (error, x) = worst(fractions(count).map(|u| low + (high - low) * u));
        println!("{name}: {error:.4} ULP at {x:e}");
        assert!(error < limit, "{name}: {error} ULP at {x:e}");
    }
    let breakpoints = (-1074..=1023).flat_map(|k| {
        let x = (f64::from(k) + 0.5) * LN_2;
        let bits = x.to_bits();
        (bits - 100..bits + 100).map(f64::from_bits)
    });
    let (error, x) = worst(breakpoints);
    println!("breakpoints of the reduction: {error:.4} ULP at {x:e}");
    assert!(error < 0.8, "{error} ULP at {x:e}");
}

#[test]
fn special_values() {
    assert_eq!(exp(0.0), 1.0);
    assert_eq!(exp(-0.0), 1.0);
    assert_eq!(exp(1.0), E);
    assert_eq!(exp(f64::MIN_POSITIVE), 1.0);
    assert_eq!(exp(-f64::from_bits(1)), 1.0);
    assert!(exp(f64::NAN).is_nan());
    assert!(exp(-f64::NAN).is_nan());

    let largest = 709.782712893384;
    assert_eq!(exp(largest), largest.exp());
    for x in [largest.next_up(), 710.0, 1e3, f64::MAX, f64::INFINITY] {
        assert_eq!(exp(x), f64::INFINITY, "{x}");
    }
    let smallest = -745.1332191019411;
    assert_eq!(exp(smallest), f64::from_bits(1));
    for x in [smallest.next_down(), -746.0, -1e3, f64::MIN, f64::NEG_INFINITY] {
        assert_eq!(exp(x).to_bits(), 0, "{x}");
    }
}
