use std::array::from_fn;
use std::f64::consts::FRAC_1_SQRT_2;

use bytemuck::{Pod, Zeroable};
use pulp::Simd;

use crate::math::transpose::transpose;

/// The most functions that are evaluated together.
pub const FUNCTIONS: usize = 8;

/// So many functions, or fewer, need half of the memory and of the loads.
pub const FEW_FUNCTIONS: usize = 4;

/// Number of voltages that are computed at a time.
pub const BATCH: usize = 64;

/// Coefficients of a polynomial of degree seven.
const COEFFICIENTS: usize = 8;

/// Intervals of 1 mV, a power of two.
const INTERVALS: usize = 256;

/// Eight numbers in one cache line.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([f64; FUNCTIONS]);

/// The coefficients of each interval.
#[derive(Clone, Debug)]
enum Intervals {
    /// From the highest power down, the coefficient of each function.
    Eight(Box<[[Line; COEFFICIENTS]; INTERVALS]>),
    /// From the highest odd power down, the coefficient of each function, and then those of the even power below.
    Four(Box<[[Line; COEFFICIENTS / 2]; INTERVALS]>),
}

/// Functions of the voltage as polynomials, one of degree seven for each mV from -128 to 128 mV.
///
/// The rate of a channel is smooth: over 1 mV such a polynomial is as accurate as the formula, to a few units in the
/// last place, and its cost does not depend on the formula. The coefficients of eight functions are stored side by
/// side, so that one vector computes all of them at one voltage, without an exponential and without a division. The odd
/// and the even powers are summed apart, in steps of the square: of four functions, one vector computes both.
///
/// ```
/// use loligo_mechanisms::math::{BATCH, Interpolant, VectorLoop, Lanes, Simd, Values};
///
/// struct Evaluate<'a>(&'a Interpolant, &'a [f64], &'a mut Values);
///
/// impl VectorLoop for Evaluate<'_> {
///     type Output = ();
///
///     #[inline(always)]
///     fn run<S: Simd>(self, simd: S) {
///         self.0.evaluate(simd, self.1, self.2);
///     }
/// }
///
/// let boltzmann = |v: f64| 1.0 / (1.0 + ((-40.0 - v) / 5.0).exp());
/// let interpolant = Interpolant::new(8, |v| [boltzmann(v); 8]);
/// let mut values = Values::default();
/// Lanes::detect().run(Evaluate(&interpolant, &[-51.37], &mut values));
/// assert!((values.function(3)[0] / boltzmann(-51.37) - 1.0).abs() < 1e-14);
/// ```
#[derive(Clone, Debug)]
pub struct Interpolant {
    intervals: Intervals,
}

impl Interpolant {
    /// The lowest voltage, mV.
    pub const LOW: f64 = -128.0;
    /// The upper limit of the voltage, mV, which is not covered itself.
    pub const HIGH: f64 = Self::LOW + INTERVALS as f64;
    /// 1.5 * 2^52: adding it rounds to a whole number, which then is the lowest bits of the sum.
    pub const ROUND: f64 = 6755399441055744.0;

    /// Interpolates the first `count` of some functions; they may have kinks at whole mV.
    ///
    /// They are sampled at twice as many Chebyshev points as there are coefficients, which evens out the rounding
    /// errors of the samples.
    pub fn new(count: usize, functions: impl Fn(f64) -> [f64; FUNCTIONS]) -> Self {
        Self::of_samples(count, &Self::sample_points().map(functions).collect::<Vec<_>>())
    }

    /// Number of samples for each interval of 1 mV.
    pub const SAMPLES: usize = POINTS;

    /// The voltages (mV) at which functions are sampled, [`SAMPLES`](Self::SAMPLES) for each interval.
    pub fn sample_points() -> impl Iterator<Item = f64> {
        let Fit { points, .. } = Fit::new();
        (0..INTERVALS).flat_map(move |interval| {
            let middle = Self::LOW + interval as f64 + 0.5; // mV
            points.map(|x| middle + 0.5 * x)
        })
    }

    /// Interpolates functions, the first `count`, that have these values at the [sample points](Self::sample_points);
    /// values that are missing count as 0.
    pub fn of_samples(count: usize, samples: &[[f64; FUNCTIONS]]) -> Self {
        let fit = Fit::new();
        let (samples, _) = samples.as_chunks::<POINTS>();
        let polynomials = samples.iter().map(|samples| fit.fit(samples));
        let intervals = if count <= FEW_FUNCTIONS {
            let mut intervals = Box::new([[Line([0.0; FUNCTIONS]); COEFFICIENTS / 2]; INTERVALS]);
            for (lines, polynomials) in intervals.iter_mut().zip(polynomials) {
                let (pairs, _) = polynomials.as_chunks::<2>();
                for (line, [odd, even]) in lines.iter_mut().zip(pairs) {
                    line.0[..FEW_FUNCTIONS].copy_from_slice(&odd.0[..FEW_FUNCTIONS]);
                    line.0[FEW_FUNCTIONS..].copy_from_slice(&even.0[..FEW_FUNCTIONS]);
                }
            }
            Intervals::Four(intervals)
        } else {
            let mut intervals = Box::new([[Line([0.0; FUNCTIONS]); COEFFICIENTS]; INTERVALS]);
            intervals.iter_mut().zip(polynomials).for_each(|(lines, polynomials)| *lines = polynomials);
            Intervals::Eight(intervals)
        };
        Self { intervals }
    }

    /// The number of functions for which there is space: [`FUNCTIONS`], or [`FEW_FUNCTIONS`].
    pub fn functions(&self) -> usize {
        match self.intervals {
            Intervals::Eight(_) => FUNCTIONS,
            Intervals::Four(_) => FEW_FUNCTIONS,
        }
    }

    /// All coefficients: for each interval, for each power from the highest down, that of each function.
    #[inline]
    pub fn coefficients(&self) -> &[f64] {
        match &self.intervals {
            Intervals::Eight(intervals) => bytemuck::cast_slice(&intervals[..]),
            Intervals::Four(intervals) => bytemuck::cast_slice(&intervals[..]),
        }
    }

    /// True if a voltage (mV) is covered.
    #[inline(always)]
    pub fn covers(v: f64) -> bool {
        (Self::LOW..Self::HIGH).contains(&v)
    }

    /// Computes the functions at up to [`BATCH`] voltages (mV); returns true if all are [covered](Self::covers).
    /// Voltages that are not covered get values of the nearest interval.
    #[inline(always)]
    pub fn evaluate<S: Simd>(&self, simd: S, v: &[f64], values: &mut Values) -> bool {
        let covered = locate(v, &mut values.places, &mut values.intervals);
        let count = v.len().min(BATCH).next_multiple_of(8);
        let places = (&values.places[..count], &values.intervals[..count]);
        // Kernels do not call `map` of arrays: it is not inlined into code compiled for wider vectors.
        let [a, b, c, d, e, f, g, h] = &mut values.functions;
        self.evaluate_at(simd, places, [a, b, c, d, e, f, g, h]);
        covered
    }

    /// Computes the functions at [located](locate) voltages, a multiple of 8 of them, of which there are at most `N`.
    #[inline(always)]
    pub fn evaluate_at<S: Simd, const N: usize>(
        &self,
        simd: S,
        (places, intervals): (&[f64], &[f64]),
        mut values: [&mut [f64; N]; FUNCTIONS],
    ) {
        let (places, _) = places.as_chunks::<8>();
        let (intervals, _) = intervals.as_chunks::<8>();
        for (group, (places, intervals)) in places.iter().zip(intervals).enumerate() {
            let mut results = [[0.0; FUNCTIONS]; 8];
            let located = places.iter().zip(intervals).zip(&mut results);
            match &self.intervals {
                Intervals::Eight(all) => {
                    for ((&x, &interval), result) in located {
                        eight(simd, x, &all[interval.to_bits() as usize % INTERVALS], result);
                    }
                }
                Intervals::Four(all) => {
                    for ((&x, &interval), result) in located {
                        four(simd, x, &all[interval.to_bits() as usize % INTERVALS], result);
                    }
                }
            }
            let columns = transpose(simd, results);
            for (function, column) in values.iter_mut().zip(columns) {
                let (groups, _) = function.as_chunks_mut::<8>();
                groups[group] = column;
            }
        }
    }
}

/// Eight functions at a position in an interval, one in each lane.
#[inline(always)]
fn eight<S: Simd>(simd: S, x: f64, lines: &[Line; COEFFICIENTS], result: &mut [f64; FUNCTIONS]) {
    let x = simd.splat_f64s(x);
    let square = simd.mul_f64s(x, x);
    for (vector, result) in S::as_mut_simd_f64s(result).0.iter_mut().enumerate() {
        let line = |power: usize| S::as_simd_f64s(&lines[power].0).0[vector];
        let (mut odd, mut even) = (line(0), line(1));
        for power in (2..COEFFICIENTS).step_by(2) {
            odd = simd.mul_add_f64s(odd, square, line(power));
            even = simd.mul_add_f64s(even, square, line(power + 1));
        }
        *result = simd.mul_add_f64s(odd, x, even);
    }
}

/// Four functions at a position in an interval: the sums of their odd powers in the lower lanes, of even ones in the upper.
#[inline(always)]
fn four<S: Simd>(simd: S, x: f64, lines: &[Line; COEFFICIENTS / 2], result: &mut [f64; FUNCTIONS]) {
    let square = simd.splat_f64s(x * x);
    let mut sums = [0.0; FUNCTIONS];
    for (vector, sum) in S::as_mut_simd_f64s(&mut sums).0.iter_mut().enumerate() {
        let line = |number: usize| S::as_simd_f64s(&lines[number].0).0[vector];
        *sum = line(0);
        for number in 1..COEFFICIENTS / 2 {
            *sum = simd.mul_add_f64s(*sum, square, line(number));
        }
    }
    let (odd, even) = sums.split_at(FEW_FUNCTIONS);
    for ((result, odd), even) in result.iter_mut().zip(odd).zip(even) {
        *result = odd.mul_add(x, *even);
    }
}

/// Computes the interval of each voltage (mV), in the lowest bits of a number, and its position there, from -1 to 1;
/// returns true if all voltages are covered. All slices have the same length.
#[inline(always)]
pub fn locate(v: &[f64], places: &mut [f64], intervals: &mut [f64]) -> bool {
    const LAST: f64 = INTERVALS as f64;
    let count = v.len().min(places.len()).min(intervals.len());
    let (v, places, intervals) = (&v[..count], &mut places[..count], &mut intervals[..count]);
    let mut outside = 0;
    for k in 0..count {
        let x = v[k] - Interpolant::LOW;
        outside |= u64::from(!(x >= 0.0 && x < INTERVALS as f64));
        let x = if x > 0.0 { x } else { 0.0 };
        let x = if x < LAST { x } else { LAST };
        let rounded = (x - 0.5) + Interpolant::ROUND;
        intervals[k] = rounded;
        places[k] = 2.0 * (x - (rounded - Interpolant::ROUND)) - 1.0;
    }
    outside == 0
}

/// Values of the functions at up to [`BATCH`] voltages.
#[derive(Clone, Debug)]
pub struct Values {
    functions: [[f64; BATCH]; FUNCTIONS],
    places: [f64; BATCH],
    intervals: [f64; BATCH],
}

impl Default for Values {
    fn default() -> Self {
        Self { functions: [[0.0; BATCH]; FUNCTIONS], places: [0.0; BATCH], intervals: [0.0; BATCH] }
    }
}

impl Values {
    /// Values of one function.
    #[inline(always)]
    pub fn function(&self, function: usize) -> &[f64; BATCH] {
        &self.functions[function]
    }

    /// Replaces the values at one voltage.
    pub fn set(&mut self, k: usize, values: [f64; FUNCTIONS]) {
        for (function, value) in self.functions.iter_mut().zip(values) {
            function[k] = value;
        }
    }
}

/// Samples for each polynomial.
const POINTS: usize = 2 * COEFFICIENTS;

/// Computes polynomials from samples: the Chebyshev series, truncated after as many terms as there are
/// coefficients.
struct Fit {
    /// Positions of the samples, between -1 and 1.
    points: [f64; POINTS],
    /// The weight of a sample in each term.
    weights: [[f64; COEFFICIENTS]; POINTS],
    polynomials: [[f64; COEFFICIENTS]; COEFFICIENTS],
}

impl Fit {
    fn new() -> Self {
        // The angle of a point, in units of pi / 32, is an odd number.
        let cosine = |point: usize, order: usize| cosine(order * (2 * point + 1));
        let weight =
            |point: usize, order: usize| cosine(point, order) * if order == 0 { 1.0 } else { 2.0 } / POINTS as f64;
        Self {
            points: from_fn(|point| cosine(point, 1)),
            weights: from_fn(|point| from_fn(|order| weight(point, order))),
            polynomials: chebyshev_polynomials(),
        }
    }

    /// Polynomials that approximate functions with these values at the points from -1 to 1.
    fn fit(&self, samples: &[[f64; FUNCTIONS]; POINTS]) -> [Line; COEFFICIENTS] {
        let mut series = [[0.0; FUNCTIONS]; COEFFICIENTS];
        for (samples, weights) in samples.iter().zip(&self.weights) {
            for (term, weight) in series.iter_mut().zip(weights) {
                for (coefficient, sample) in term.iter_mut().zip(samples) {
                    *coefficient += weight * sample;
                }
            }
        }
        let mut lines = [Line([0.0; FUNCTIONS]); COEFFICIENTS];
        for (polynomial, term) in self.polynomials.iter().zip(series) {
            for (line, power) in lines.iter_mut().rev().zip(polynomial) {
                for (sum, coefficient) in line.0.iter_mut().zip(term) {
                    *sum += power * coefficient;
                }
            }
        }
        lines
    }
}

/// The cosine of `angle` times pi / 32: from a table, since the last bits differ between C libraries.
fn cosine(angle: usize) -> f64 {
    const QUARTER: [f64; POINTS + 1] = [
        1.0,
        0.9951847266721969,
        0.9807852804032304,
        0.9569403357322088,
        0.9238795325112867,
        0.881921264348355,
        0.8314696123025452,
        0.773010453362737,
        FRAC_1_SQRT_2,
        0.6343932841636455,
        0.5555702330196022,
        0.47139673682599764,
        0.3826834323650898,
        0.2902846772544624,
        0.19509032201612828,
        0.0980171403295606,
        0.0,
    ];
    let angle = angle % (4 * POINTS);
    let angle = angle.min(4 * POINTS - angle);
    if angle <= POINTS { QUARTER[angle] } else { -QUARTER[2 * POINTS - angle] }
}

/// The coefficients of the Chebyshev polynomials, that of the lowest power first.
fn chebyshev_polynomials() -> [[f64; COEFFICIENTS]; COEFFICIENTS] {
    let mut polynomials = [[0.0; COEFFICIENTS]; COEFFICIENTS];
    polynomials[0][0] = 1.0;
    polynomials[1][1] = 1.0;
    for order in 2..COEFFICIENTS {
        for power in 0..COEFFICIENTS {
            let shifted = if power == 0 { 0.0 } else { polynomials[order - 1][power - 1] };
            polynomials[order][power] = 2.0 * shifted - polynomials[order - 2][power];
        }
    }
    polynomials
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{Lanes, VectorLoop};

    struct Evaluate<'a>(&'a Interpolant, &'a [f64], &'a mut Values);

    impl VectorLoop for Evaluate<'_> {
        type Output = bool;

        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> bool {
            self.0.evaluate(simd, self.1, self.2)
        }
    }

    fn functions(v: f64) -> [f64; FUNCTIONS] {
        let u = -(v + 40.0) / 10.0;
        let trap = if u == 0.0 { 1.0 } else { u / u.exp_m1() };
        let sigmoid = 1.0 / (1.0 + u.exp());
        [trap, sigmoid, 1.0 / (1.0 + (-u).exp()), (v / 80.0).exp(), -(-0.025 * trap).exp_m1(), 200.0 + v, 1.0, 0.0]
    }

    #[test]
    fn interpolates_smooth_functions_to_some_units_in_the_last_place() {
        let interpolant = Interpolant::new(FUNCTIONS, functions);
        let mut values = Values::default();
        for first in 0..4000 {
            let v: Vec<f64> = (0..BATCH).map(|k| -128.0 + 0.001 * (first * BATCH + k) as f64).collect();
            assert!(Lanes::detect().run(Evaluate(&interpolant, &v, &mut values)), "from {} mV", v[0]);
            for (k, &v) in v.iter().enumerate() {
                for (function, expected) in functions(v).into_iter().enumerate() {
                    let value = values.function(function)[k];
                    let error = (value - expected).abs() / expected.abs().max(1e-3);
                    assert!(error < 4e-15, "function {function} at {v} mV: {value}, not {expected}");
                }
            }
        }
    }

    #[test]
    fn few_functions_have_the_same_bits() {
        let [eight, four] = [FUNCTIONS, 3].map(|count| Interpolant::new(count, functions));
        assert_eq!([eight.functions(), four.functions()], [FUNCTIONS, FEW_FUNCTIONS]);
        assert_eq!(four.coefficients().len() * 2, eight.coefficients().len());
        let v: Vec<f64> = (0..BATCH).map(|k| -91.7 + 1.93 * k as f64).collect();
        let values = [eight, four].map(|interpolant| {
            let mut values = Values::default();
            Lanes::detect().run(Evaluate(&interpolant, &v, &mut values));
            values.functions
        });
        assert_eq!(values[0][..3], values[1][..3]);
    }

    #[test]
    fn cosines_are_those_of_the_library() {
        for angle in 0..=256 {
            let expected = (std::f64::consts::PI * angle as f64 / 32.0).cos();
            assert!((cosine(angle) - expected).abs() < 1e-14, "{angle}");
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let v: Vec<f64> = (0..BATCH - 3).map(|k| -91.7 + 1.93 * k as f64).collect();
        for count in [FUNCTIONS, FEW_FUNCTIONS] {
            let interpolant = Interpolant::new(count, functions);
            let mut bits = Lanes::available().into_iter().map(|lanes| {
                let mut values = Values::default();
                lanes.run(Evaluate(&interpolant, &v, &mut values));
                values.functions.map(|function| function[..v.len()].iter().map(|x| x.to_bits()).collect::<Vec<_>>())
            });
            let first = bits.next().expect("there is a baseline");
            assert!(bits.all(|other| other == first));
        }
    }

    #[test]
    fn says_when_a_voltage_is_not_covered() {
        let interpolant = Interpolant::new(FUNCTIONS, functions);
        let mut values = Values::default();
        for (v, covered) in [
            (-128.0, true),
            (127.999, true),
            (128.0, false),
            (-128.001, false),
            (f64::NAN, false),
            (f64::INFINITY, false),
            (f64::NEG_INFINITY, false),
            (1e300, false),
        ] {
            assert_eq!(Lanes::detect().run(Evaluate(&interpolant, &[-65.0, v], &mut values)), covered, "{v} mV");
            assert_eq!(Interpolant::covers(v), covered, "{v} mV");
        }
    }
}
