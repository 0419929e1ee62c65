//! The arithmetic in which elementary functions are written.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, or a value in a program that computes numbers: a formula is written once for both, and so has the same bits.
///
/// Every method is one instruction of a processor with AVX2 or AVX-512, or a comparison and a choice.
///
/// ```
/// use loligo_mechanisms::math::{Number, exp};
///
/// fn boltzmann<N: Number>(v: N, half: f64, slope: f64) -> N {
///     let one = v.number(1.0);
///     one / (one + exp((v.number(half) - v) / v.number(slope)))
/// }
///
/// assert_eq!(boltzmann(-40.0, -40.0, 5.0), 0.5);
/// ```
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A constant; `self` has no effect on its value.
    #[must_use]
    fn number(self, constant: f64) -> Self;

    /// self times `factor` plus `summand`, rounded once.
    #[must_use]
    fn mul_add(self, factor: Self, summand: Self) -> Self;

    /// `then` if self is less than `limit`, else `otherwise`.
    #[must_use]
    fn if_less(self, limit: Self, then: Self, otherwise: Self) -> Self;

    /// `then` if self is greater than `limit`, else `otherwise`.
    #[must_use]
    fn if_greater(self, limit: Self, then: Self, otherwise: Self) -> Self;

    /// `then` if self is not less than `limit`, else `otherwise`, which is the result for NaN.
    #[must_use]
    fn if_at_least(self, limit: Self, then: Self, otherwise: Self) -> Self;

    /// `then` if self equals `other`, else `otherwise`.
    #[must_use]
    fn if_equal(self, other: Self, then: Self, otherwise: Self) -> Self;

    /// Moves all bits to higher places.
    #[must_use]
    fn shift_left(self, places: u8) -> Self;

    /// Moves all bits to lower places; the highest become 0.
    #[must_use]
    fn shift_right(self, places: u8) -> Self;

    /// The bits that are set in both.
    #[must_use]
    fn and_bits(self, bits: u64) -> Self;

    /// The bits that are set in one of both.
    #[must_use]
    fn or_bits(self, bits: u64) -> Self;

    /// The sum of the bits as whole numbers, without a carry from the highest.
    #[must_use]
    fn add_bits(self, bits: u64) -> Self;
}

impl Number for f64 {
    #[inline(always)]
    fn number(self, constant: f64) -> Self {
        constant
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        f64::mul_add(self, factor, summand)
    }

    #[inline(always)]
    fn if_less(self, limit: Self, then: Self, otherwise: Self) -> Self {
        if self < limit { then } else { otherwise }
    }

    #[inline(always)]
    fn if_greater(self, limit: Self, then: Self, otherwise: Self) -> Self {
        if self > limit { then } else { otherwise }
    }

    #[inline(always)]
    fn if_at_least(self, limit: Self, then: Self, otherwise: Self) -> Self {
        if self >= limit { then } else { otherwise }
    }

    #[inline(always)]
    fn if_equal(self, other: Self, then: Self, otherwise: Self) -> Self {
        if self == other { then } else { otherwise }
    }

    #[inline(always)]
    fn shift_left(self, places: u8) -> Self {
        Self::from_bits(self.to_bits() << places)
    }

    #[inline(always)]
    fn shift_right(self, places: u8) -> Self {
        Self::from_bits(self.to_bits() >> places)
    }

    #[inline(always)]
    fn and_bits(self, bits: u64) -> Self {
        Self::from_bits(self.to_bits() & bits)
    }

    #[inline(always)]
    fn or_bits(self, bits: u64) -> Self {
        Self::from_bits(self.to_bits() | bits)
    }

    #[inline(always)]
    fn add_bits(self, bits: u64) -> Self {
        Self::from_bits(self.to_bits().wrapping_add(bits))
    }
}
