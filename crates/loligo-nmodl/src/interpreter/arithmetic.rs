//! Elementary functions by the rules of C and of NEURON.

use loligo_mechanisms::math::{Exact, Math};
use loligo_mechanisms::{ghk, nernst};

use super::error_function::erf;
use crate::program::{Binary, Function, IntegerBinary, Unary};

/// 2 pi with the digits of NEURON's `gauss` and `factorial`.
#[expect(clippy::approx_constant, reason = "the digits that NEURON has")]
const CIRCLE: f64 = 6.28318530;

/// A truth value as a number of NMODL: 1 or 0.
pub(crate) fn truth(value: bool) -> f64 {
    f64::from(u8::from(value))
}

/// `true` if a number counts as true: every number except 0, NaN included.
pub(crate) fn is_true(x: f64) -> bool {
    x != 0.0
}

pub(crate) fn unary(function: Unary, x: f64) -> f64 {
    match function {
        Unary::Negative => -x,
        Unary::Not => truth(!is_true(x)),
        Unary::IsTrue => truth(is_true(x)),
        Unary::Exp => Exact::exp(x),
        Unary::ExpM1 => Exact::exp_m1(x),
        Unary::Log => x.ln(),
        Unary::Log10 => x.log10(),
        Unary::Sqrt => x.sqrt(),
        Unary::Abs => x.abs(),
        Unary::Sin => x.sin(),
        Unary::Cos => x.cos(),
        Unary::Tan => x.tan(),
        Unary::Asin => x.asin(),
        Unary::Acos => x.acos(),
        Unary::Atan => x.atan(),
        Unary::Sinh => x.sinh(),
        Unary::Cosh => x.cosh(),
        Unary::Tanh => x.tanh(),
        Unary::Floor => x.floor(),
        Unary::Ceil => x.ceil(),
        Unary::Erf => erf(x),
    }
}

pub(crate) fn binary(function: Binary, x: f64, y: f64) -> f64 {
    match function {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::Divide => x / y,
        Binary::Power => Exact::pow(x, y),
        Binary::Remainder => x % y,
        Binary::Atan2 => x.atan2(y),
        Binary::Less => truth(x < y),
        Binary::LessOrEqual => truth(x <= y),
        Binary::Greater => truth(x > y),
        Binary::GreaterOrEqual => truth(x >= y),
        Binary::Equal => truth(x == y),
        Binary::NotEqual => truth(x != y),
    }
}

/// The value of a function at its arguments and the temperature `celsius` (degC).
pub(crate) fn function(function: Function, x: &[f64], celsius: f64) -> f64 {
    match (function, x) {
        (Function::Nernst, &[inside, outside, charge]) => nernst(inside, outside, charge, celsius),
        (Function::Ghk, &[v, inside, outside, charge]) => ghk(v, inside, outside, charge, celsius),
        (Function::Gauss, &[x, mean, deviation]) => {
            (-0.5 * ((x - mean) / deviation).powf(2.0)).exp() / (CIRCLE.sqrt() * deviation)
        }
        (Function::Factorial, &[x]) => factorial(x),
        (Function::Poisson, &[x, mean]) => mean.powf(x) * (-mean).exp() / factorial(x),
        (Function::And, &[x, y]) => (bits(x) & bits(y)) as f64,
        (Function::Or, &[x, y]) => (bits(x) | bits(y)) as f64,
        (Function::ExclusiveOr, &[x, y]) => (bits(x) ^ bits(y)) as f64,
        (Function::ShiftLeft, &[x, y]) => shifted(x, y, i64::wrapping_shl),
        (Function::ShiftRight, &[x, y]) => shifted(x, y, i64::wrapping_shr),
        (Function::NextState, &[state]) => {
            f64::from((state as i64 as u32).wrapping_mul(2_147_437_301).wrapping_add(453_816_981))
        }
        _ => f64::NAN, // verified programs have the right number of arguments
    }
}

/// A whole number as one of 64 bits; numbers out of its range give the nearest.
fn bits(x: f64) -> i64 {
    x as i64
}

/// x shifted by y; x86 processors use the last six bits of y.
fn shifted(x: f64, y: f64, shift: fn(i64, u32) -> i64) -> f64 {
    shift(bits(x), (bits(y) & 63) as u32) as f64 // masked: fits
}

/// x!; from 20 on by Stirling's formula, as in NEURON: up to 0.4 % too small. NaN from -1.1 down, where NEURON ends the
/// run.
fn factorial(x: f64) -> f64 {
    let whole = (x + 0.1).trunc();
    if whole < 0.0 {
        return f64::NAN;
    }
    if whole >= 20.0 {
        return (CIRCLE * whole).sqrt() * ((-whole).exp() * whole.powf(whole));
    }
    let mut product = 1.0;
    let mut factor = 2.0;
    while factor <= x {
        product *= factor;
        factor += 1.0;
    }
    product
}

/// Truncates to a whole number of 32 bits as x86 processors do: a value out of range gives the smallest number.
pub(crate) fn truncate(x: f64) -> i32 {
    let whole = x.trunc();
    if whole > f64::from(i32::MIN) - 1.0 && whole < f64::from(i32::MAX) + 1.0 { whole as i32 } else { i32::MIN }
}

/// Whole-number arithmetic of C, which wraps on overflow; `None` for a division by 0.
pub(crate) fn integer(function: IntegerBinary, x: i32, y: i32) -> Option<i32> {
    match function {
        IntegerBinary::Add => Some(x.wrapping_add(y)),
        IntegerBinary::Subtract => Some(x.wrapping_sub(y)),
        IntegerBinary::Multiply => Some(x.wrapping_mul(y)),
        IntegerBinary::Divide => (y != 0).then(|| x.wrapping_div(y)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of `scop_random` computed by NEURON 9.0.2.
    #[test]
    fn uniform_numbers_are_neurons() {
        let mut state = 1.0;
        for expected in [0.6056517089264588, 0.9659154210160289, 0.3236550931641029] {
            state = function(Function::NextState, &[state], 6.3);
            assert_eq!(state / 4_294_967_295.0, expected);
        }
    }

    /// Values computed by NEURON 9.0.2.
    #[test]
    fn functions_have_the_values_of_c() {
        let binaries = [
            (Binary::Remainder, -7.5, 2.0, -1.5),
            (Binary::Atan2, 0.0, -1.0, std::f64::consts::PI),
            (Binary::Power, 0.0, 0.0, 1.0),
            (Binary::Power, 0.0, -1.0, f64::INFINITY),
            (Binary::Power, -2.0, 3.0, -8.0),
            (Binary::Divide, 1.0, 0.0, f64::INFINITY),
            (Binary::Less, f64::NAN, 1.0, 0.0),
            (Binary::NotEqual, f64::NAN, 1.0, 1.0),
        ];
        for (function, x, y, expected) in binaries {
            assert_eq!(binary(function, x, y), expected, "{function:?} {x} {y}");
        }
        for (function, x) in [(Unary::Log, -1.0), (Unary::Acos, 2.0), (Unary::Sqrt, -1.0)] {
            assert!(unary(function, x).is_nan(), "{function:?} {x}");
        }
        assert_eq!(unary(Unary::Log, 0.0), f64::NEG_INFINITY);
        assert_eq!(unary(Unary::Sinh, 0.2), 0.20133600254109402);
        assert_eq!([Unary::Not, Unary::IsTrue].map(|function| unary(function, f64::NAN)), [0.0, 1.0]);
    }

    #[test]
    fn whole_numbers_are_those_of_c() {
        assert_eq!([2.9, -2.9, 3e9, f64::NAN].map(truncate), [2, -2, i32::MIN, i32::MIN]);
        assert_eq!([2147483647.5, -2147483648.5].map(truncate), [i32::MAX, i32::MIN]);
        assert_eq!(integer(IntegerBinary::Divide, 5, 2), Some(2));
        assert_eq!(integer(IntegerBinary::Divide, i32::MIN, -1), Some(i32::MIN));
        assert_eq!(integer(IntegerBinary::Divide, 5, 0), None);
    }
}
