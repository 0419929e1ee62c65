//! Random choices for drawing models.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A reproducible source of random choices.
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The random choices for the `index`-th model of `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        // an odd multiplier separates the sequences of different seeds at the same index
        let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(index);
        Dice(Xoshiro256PlusPlus::seed_from_u64(mixed))
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// Uniform between two values.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// Like [`Dice::uniform`], but sometimes rounded to two digits, as a person would write it.
    pub fn value(&mut self, low: f64, high: f64) -> f64 {
        let exact = self.uniform(low, high);
        if self.chance(0.4) { two_digits(exact).clamp(low, high) } else { exact }
    }

    /// Between two positive values, uniform in the logarithm.
    pub fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        let exact = self.uniform(low.ln(), high.ln()).exp();
        if self.chance(0.4) { two_digits(exact).clamp(low, high) } else { exact }
    }

    /// A whole number between two, both included.
    pub fn count(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high.max(low))
    }

    /// One of a list; `None` if the list is empty.
    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() { None } else { list.get(self.count(0, list.len() - 1)) }
    }

    /// One of some values.
    pub fn pick<T: Copy, const N: usize>(&mut self, values: [T; N]) -> T {
        const { assert!(N > 0, "nothing to pick from") };
        values[self.count(0, N - 1)]
    }

    /// One of some values, each with a weight.
    pub fn weighted<T: Copy, const N: usize>(&mut self, values: [(f64, T); N]) -> T {
        const { assert!(N > 0, "nothing to pick from") };
        let mut rest = self.uniform(0.0, values.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in values {
            if rest < weight {
                return value;
            }
            rest -= weight;
        }
        values[N - 1].1
    }

    /// Puts a list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.count(0, last));
        }
    }
}

/// The number rounded to two significant decimal digits.
fn two_digits(value: f64) -> f64 {
    // the decimal text has the form that a person would write; it always parses
    format!("{value:.1e}").parse().unwrap_or(value)
}
