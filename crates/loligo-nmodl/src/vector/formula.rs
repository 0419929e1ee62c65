//! Formulas of elementary functions as operations of machine code.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use loligo_machine_code::{Binary, Comparison, Operation, Unary, Value};
use loligo_mechanisms::math::Number;

/// A value of a program; arithmetic with it appends operations to the program.
#[derive(Clone, Copy)]
pub(super) struct Formula<'a> {
    operations: &'a RefCell<Vec<Operation>>,
    value: Value,
}

impl<'a> Formula<'a> {
    /// A value that is already computed.
    pub(super) fn new(operations: &'a RefCell<Vec<Operation>>, value: Value) -> Self {
        Self { operations, value }
    }

    pub(super) fn value(self) -> Value {
        self.value
    }

    fn push(self, operation: Operation) -> Self {
        let mut operations = self.operations.borrow_mut();
        operations.push(operation);
        Self { value: Value(operations.len() as u32 - 1), ..self }
    }

    fn unary(self, function: Unary) -> Self {
        self.push(Operation::Unary(function, self.value))
    }

    fn binary(self, function: Binary, other: Self) -> Self {
        self.push(Operation::Binary(function, self.value, other.value))
    }

    fn with_bits(self, function: Binary, bits: u64) -> Self {
        self.binary(function, self.push(Operation::Constant(bits)))
    }

    fn choose(self, comparison: Comparison, other: Self, then: Self, otherwise: Self) -> Self {
        let (x, y, then, otherwise) = (self.value, other.value, then.value, otherwise.value);
        self.push(Operation::Select { comparison, x, y, then, otherwise })
    }
}

impl Add for Formula<'_> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.binary(Binary::Add, other)
    }
}

impl Sub for Formula<'_> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.binary(Binary::Subtract, other)
    }
}

impl Mul for Formula<'_> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.binary(Binary::Multiply, other)
    }
}

impl Div for Formula<'_> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        self.binary(Binary::Divide, other)
    }
}

impl Neg for Formula<'_> {
    type Output = Self;

    fn neg(self) -> Self {
        self.unary(Unary::Negative)
    }
}

impl Number for Formula<'_> {
    fn number(self, constant: f64) -> Self {
        self.push(Operation::Constant(constant.to_bits()))
    }

    fn mul_add(self, factor: Self, summand: Self) -> Self {
        self.push(Operation::MultiplyAdd([self.value, factor.value, summand.value]))
    }

    fn if_less(self, limit: Self, then: Self, otherwise: Self) -> Self {
        self.choose(Comparison::Less, limit, then, otherwise)
    }

    fn if_greater(self, limit: Self, then: Self, otherwise: Self) -> Self {
        self.choose(Comparison::Greater, limit, then, otherwise)
    }

    fn if_at_least(self, limit: Self, then: Self, otherwise: Self) -> Self {
        self.choose(Comparison::GreaterOrEqual, limit, then, otherwise)
    }

    fn if_equal(self, other: Self, then: Self, otherwise: Self) -> Self {
        self.choose(Comparison::Equal, other, then, otherwise)
    }

    fn shift_left(self, places: u8) -> Self {
        self.unary(Unary::ShiftLeft(places))
    }

    fn shift_right(self, places: u8) -> Self {
        self.unary(Unary::ShiftRight(places))
    }

    fn and_bits(self, bits: u64) -> Self {
        self.with_bits(Binary::And, bits)
    }

    fn or_bits(self, bits: u64) -> Self {
        self.with_bits(Binary::Or, bits)
    }

    fn add_bits(self, bits: u64) -> Self {
        self.with_bits(Binary::AddBits, bits)
    }
}

#[cfg(test)]
mod tests {
    use loligo_machine_code::{Function, InstructionSet, Program, Streams};
    use loligo_mechanisms::math::{exp, exp_m1, log};

    use super::*;

    #[test]
    fn elementary_functions_have_the_bits_of_those_of_numbers() {
        let special = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, 1e-310, f64::MIN_POSITIVE];
        let limits = [700.0, 700.1, -700.0, -700.1, 1e300, -1e300, f64::MAX, 1.0, -1.0, 1e-20];
        let usual = (0..2000).map(|k| 0.731 * f64::from(k) - 720.0);
        let near_1 = (0..2000).map(|k| 0.6 + 4e-4 * f64::from(k));
        let small = (0..600).map(|k| 2.0_f64.powi(-k) * 1.37);
        let x: Vec<f64> = special.into_iter().chain(limits).chain(usual).chain(near_1).chain(small).collect();
        let operations = RefCell::new(vec![Operation::Load(0)]);
        let argument = Formula::new(&operations, Value(0));
        let values = [exp(argument), exp_m1(argument), log(argument)].map(Formula::value);
        let stores = (1..).zip(values).collect();
        let program = Program::new(4, operations.into_inner(), stores).unwrap();
        for set in InstructionSet::available() {
            let mut results = [(); 3].map(|()| vec![0.0; x.len()]);
            let mut streams = Streams::default();
            streams.read(&x);
            results.iter_mut().for_each(|results| streams.write(results));
            Function::of(&program, set).unwrap().run(&mut streams, x.len()).unwrap();
            for (k, &x) in x.iter().enumerate() {
                let bits = |x: f64| if x.is_nan() { None } else { Some(x.to_bits()) };
                let expected = [exp(x), exp_m1(x), log(x)].map(bits);
                assert_eq!([0, 1, 2].map(|function| bits(results[function][k])), expected, "{set:?}: {x:e}");
            }
        }
    }
}
