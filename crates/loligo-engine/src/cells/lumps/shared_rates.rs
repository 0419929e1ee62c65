//! A few decay rates that stand for all rates of a range.
//!
//! An exponential exp(-rate t), as a function of the logarithm of the rate, is interpolated by the polynomial through its
//! values at some fixed rates: a sum of exponentials of these rates, whose factors do not depend on t. So a sum of any
//! number of decaying amounts, each with its own rate, is a sum of a few amounts that decay at the fixed rates, at all
//! times. Points are those of Chebyshev, the polynomial is in barycentric form (Berrut & Trefethen 2004,
//! doi:10.1137/S0036144502417715).

use std::f64::consts::{FRAC_PI_2, PI};

use smallvec::SmallVec;

/// The largest error of an interpolated exponential, relative to its value at the start.
const LARGEST_ERROR: f64 = 1e-14;

/// Fixed rates at which amounts decay, relative to a range of rates: -1 and 1 are the logarithms of its ends.
#[derive(Clone, Debug)]
pub(super) struct SharedRates {
    points: Vec<f64>,
    /// Barycentric weights.
    weights: Vec<f64>,
}

/// A range of the logarithms of rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RateRange {
    middle: f64,
    half_width: f64,
}

impl RateRange {
    /// The range of the logarithms of some rates; `None` if one of these is not finite.
    pub(super) fn of(logarithms: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        if !logarithms.clone().all(f64::is_finite) {
            return None;
        }
        let least = logarithms.clone().reduce(f64::min)?;
        let largest = logarithms.reduce(f64::max)?;
        Some(Self { middle: 0.5 * (least + largest), half_width: 0.5 * (largest - least) })
    }

    /// The place of a rate's logarithm in the range, from -1 to 1.
    pub(super) fn place(self, logarithm: f64) -> f64 {
        match self.half_width > 0.0 {
            true => ((logarithm - self.middle) / self.half_width).clamp(-1.0, 1.0),
            false => 0.0,
        }
    }

    /// The logarithm of the rate at a place.
    pub(super) fn logarithm(self, place: f64) -> f64 {
        self.middle + self.half_width * place
    }

    /// Number of fixed rates that are enough for all rates of the range, a multiple of eight.
    ///
    /// The exponential of a rate with the logarithm s, exp(-exp(s) t), is at most 1 where the imaginary part of s is at
    /// most pi/2. In this strip lies an ellipse with foci at the ends of the range, whose half axes have the sum `sum` if
    /// those of the foci's distance is 1; the error of a polynomial of degree n is then at most 4 sum^-n / (sum - 1)
    /// (Trefethen 2013, Approximation Theory and Approximation Practice, theorem 8.2, doi:10.1137/1.9781611975949).
    pub(super) fn needed(self) -> usize {
        const MULTIPLE: usize = 8;
        if self.half_width <= 0.0 {
            return MULTIPLE;
        }
        let half_axis = FRAC_PI_2 / self.half_width;
        let sum = half_axis + half_axis.hypot(1.0);
        let degree = (4.0 / ((sum - 1.0) * LARGEST_ERROR)).ln() / sum.ln();
        // Conversion saturates: a wide range needs more rates than there are synapses.
        (degree.max(0.0).ceil() as usize).saturating_add(1).next_multiple_of(MULTIPLE)
    }
}

impl SharedRates {
    /// This number of rates.
    pub(super) fn new(count: usize) -> Self {
        let angle = |k: usize| PI * (2 * k + 1) as f64 / (2 * count) as f64;
        let weight = |k: usize| if k.is_multiple_of(2) { angle(k).sin() } else { -angle(k).sin() };
        Self { points: (0..count).map(|k| angle(k).cos()).collect(), weights: (0..count).map(weight).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// The places of the rates in their range.
    pub(super) fn places(&self) -> &[f64] {
        &self.points
    }

    /// Adds to the amounts that decay at the shared rates an amount that decays at the rate of a place.
    pub(super) fn add(&self, amount: f64, place: f64, amounts: &mut [f64]) {
        if let Some(at) = self.points.iter().position(|&point| point == place) {
            amounts[at] += amount;
            return;
        }
        let parts = self.weights.iter().zip(&self.points).map(|(weight, point)| weight / (place - point));
        let parts: SmallVec<[f64; 64]> = parts.collect();
        let amount = amount / parts.iter().sum::<f64>();
        amounts.iter_mut().zip(&parts).for_each(|(own, part)| *own += amount * part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error of an amount of 1, over the rates of a range and all times.
    fn largest_error(ratio: f64, count: usize) -> f64 {
        let range = RateRange::of([0.0, ratio.ln()].into_iter()).expect("they are finite");
        let rates = SharedRates::new(count);
        let mut largest: f64 = 0.0;
        for place in (0..=200).map(|k| f64::from(k - 100) / 100.0) {
            let rate = range.logarithm(place).exp();
            let mut amounts = vec![0.0; count];
            rates.add(1.0, range.place(rate.ln()), &mut amounts);
            for t in (0..400).map(|k| 40.0 * (f64::from(k) / 400.0).powi(3)) {
                let decayed = |(amount, &place): (&f64, &f64)| amount * (-range.logarithm(place).exp() * t).exp();
                let sum: f64 = amounts.iter().zip(rates.places()).map(decayed).sum();
                largest = largest.max((sum - (-rate * t).exp()).abs());
            }
        }
        largest
    }

    #[test]
    fn the_needed_rates_are_enough_for_all_times_and_hardly_too_many() {
        for ratio in [1.0, 1.0 + 1e-12, 1.01, 2.0, 5.0, 10.0, 100.0, 1e4] {
            let range = RateRange::of([0.0, f64::ln(ratio)].into_iter()).expect("they are finite");
            let needed = range.needed();
            assert!(largest_error(ratio, needed) < 2e-14, "{ratio}: {}", largest_error(ratio, needed));
            assert!(needed == 8 || largest_error(ratio, needed / 2) > 1e-13, "{ratio}: {needed}");
        }
    }

    #[test]
    fn an_amount_at_a_shared_rate_is_added_there_alone() {
        let rates = SharedRates::new(8);
        let mut amounts = [0.0; 8];
        rates.add(2.0, rates.places()[3], &mut amounts);
        assert_eq!(amounts, [0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]);
        // The shares of any other amount have its sum.
        rates.add(1.0, 0.1234, &mut amounts);
        assert!((amounts.iter().sum::<f64>() - 3.0).abs() < 1e-15);
    }

    #[test]
    fn a_rate_that_is_not_finite_has_no_range() {
        assert_eq!(RateRange::of([0.0, f64::NEG_INFINITY].into_iter()), None);
        assert_eq!(RateRange::of(std::iter::empty()), None);
        let single = RateRange::of([-2.0].into_iter()).expect("it is finite");
        assert_eq!((single.place(-2.0), single.needed()), (0.0, 8));
    }
}
