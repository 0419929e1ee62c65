//! Intervals of the values that an expression can have.

use std::ops::{Add, Mul, Neg, Sub};

/// The values from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Range {
    /// Gates and probabilities.
    pub(super) const UNIT: Range = Range::new(0.0, 1.0);

    pub(super) const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    pub(super) fn width(self) -> f64 {
        self.high - self.low
    }

    /// Largest absolute value.
    pub(super) fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// Smallest absolute value.
    pub(super) fn least(self) -> f64 {
        if self.low > 0.0 {
            self.low
        } else if self.high < 0.0 {
            -self.high
        } else {
            0.0
        }
    }

    pub(super) fn contains(self, other: Range) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// The values of a quotient; the divisor must not contain zero.
    pub(super) fn over(self, divisor: Range) -> Self {
        self * Self::new(1.0 / divisor.high, 1.0 / divisor.low)
    }

    /// The smallest range with both.
    pub(super) fn or(self, other: Range) -> Self {
        Self::new(self.low.min(other.low), self.high.max(other.high))
    }
}

impl Add for Range {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.low + other.low, self.high + other.high)
    }
}

impl Sub for Range {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Range {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(-self.high, -self.low)
    }
}

impl Mul for Range {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let products = [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        Self::new(
            products.into_iter().fold(f64::INFINITY, f64::min),
            products.into_iter().fold(-f64::INFINITY, f64::max),
        )
    }
}
