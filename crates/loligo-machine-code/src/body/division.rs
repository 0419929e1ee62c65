//! Divisions by multiplications, which give the bits of the instruction for division.
//!
//! A processor divides eight numbers in the time of thirty other operations, and computes these meanwhile: the fastest
//! program makes some of its divisions by the one way and some by the other. With y, the reciprocal of the divisor rounded
//! to nearest, a quotient q that is one of the two numbers next to a / b becomes the nearest one by q + (a - q b) y, where
//! the remainder is exact (Markstein, IBM J. Res. Dev. 34:111-119, 1990, doi:10.1147/rd.341.0111). The same step makes such
//! a q of a times y, and rounds y itself unless all bits of the divisor's mantissa are 1. Numbers that are so large or
//! small that a step might not be exact, and those divisors, are left to the instruction.

use iced_x86::{Code, Instruction, Register};

use super::encoding::{FIRST_MASK_OF_COMPARISON, REST_MASK, Source};
use super::{Allocation, EncodingError, Item};
use crate::divisions::{Divisions, Target};
use crate::instruction_set::InstructionSet;
use crate::program::{Binary, Operation, Program, Value};

/// The smallest and the largest magnitude for which every step is exact, 2^-500 and 2^500: their bits without the sign, times
/// two.
const MAGNITUDES: [u64; 2] = [(1023 - 500) << 53, (1023 + 500) << 53];
/// The bits of a mantissa.
const MANTISSA: u64 = (1 << 52) - 1;

/// True if a number can be divided, or be a divisor, by multiplications.
fn is_usual(x: f64) -> bool {
    let [low, high] = MAGNITUDES;
    (low..=high).contains(&(x.to_bits() << 1)) && x.to_bits() & MANTISSA != MANTISSA
}

/// The number of a value that is a constant, if it is usual.
fn usual_constant(program: &Program, value: Value) -> Option<f64> {
    match program.operations()[value.index()] {
        Operation::Constant(bits) => Some(f64::from_bits(bits)).filter(|&x| is_usual(x)),
        _ => None,
    }
}

/// Cycles in which a processor can begin the operations of a division by multiplications.
fn cost(program: &Program, x: Value, y: Value) -> usize {
    match (usual_constant(program, x), usual_constant(program, y)) {
        (_, Some(_)) => 5,
        (Some(_), None) => 9,
        (None, None) => 10,
    }
}

/// By operation: true for divisions that are made by multiplications, so that both ways take as long.
pub(super) fn by_multiplications(program: &Program, target: Target) -> Vec<bool> {
    /// Cycles of the instruction.
    const DIVISION: usize = 16;
    let operations = program.operations();
    let mut chosen = vec![false; operations.len()];
    if target != (InstructionSet::Avx512, Divisions::Balanced) {
        return chosen;
    }
    let divisions = operations.iter().enumerate().filter_map(|(position, operation)| match *operation {
        Operation::Binary(Binary::Divide, x, y) => Some((cost(program, x, y), position)),
        _ => None,
    });
    let mut divisions: Vec<(usize, usize)> = divisions.collect();
    divisions.sort_unstable();
    let is_computed = |operation: &&Operation| !operation.is_in_memory();
    let (mut dividing, mut others) = (DIVISION * divisions.len(), operations.iter().filter(is_computed).count() / 2);
    for (cost, position) in divisions {
        if others + cost < dividing {
            chosen[position] = true;
            (dividing, others) = (dividing - DIVISION, others + cost);
        }
    }
    chosen
}

impl Allocation<'_> {
    /// Computes a quotient by multiplications.
    pub(super) fn divide(&mut self, position: usize, x: Value, y: Value) -> Result<(), EncodingError> {
        let (dividend, divisor) = (usual_constant(self.program, x), usual_constant(self.program, y));
        let a = self.register(x, position, &[])?;
        let (q, e) = (self.temporary(position, &[a])?, self.temporary(position, &[a])?);
        let b = match divisor {
            Some(b) => {
                let reciprocal = self.constant((1.0 / b).to_bits());
                let b = self.constant(b.to_bits());
                self.quotient([q, e, a], b, reciprocal)?;
                None
            }
            None => {
                let b = self.register(y, position, &[a])?;
                let reciprocal = self.temporary(position, &[a, b])?;
                self.reciprocal([reciprocal, e, b])?;
                self.quotient([q, e, a], Source::Register(b), Source::Register(reciprocal))?;
                self.registers[reciprocal] = None;
                Some(b)
            }
        };
        self.check_and_divide([q, e, a], (b, divisor), (dividend.is_some(), y), position)?;
        (self.registers[q], self.registers[e]) = (None, None);
        self.release_registers(position);
        self.occupy(q, Value(position as u32));
        Ok(())
    }

    fn vector(&self, register: usize) -> Register {
        super::vector_register(InstructionSet::Avx512, register)
    }

    fn copy(&mut self, to: usize, from: usize) -> Result<(), EncodingError> {
        let copy = self.encoding.load(to, Source::Register(from))?;
        self.emit(copy);
        Ok(())
    }

    /// `y` = 1 / `b`, rounded to nearest.
    fn reciprocal(&mut self, [y, e, b]: [usize; 3]) -> Result<(), EncodingError> {
        const NEGATIVE_PRODUCT: Code = Code::EVEX_Vfnmadd213pd_zmm_k1z_zmm_zmmm512b64_er;
        const PRODUCT: Code = Code::EVEX_Vfmadd213pd_zmm_k1z_zmm_zmmm512b64_er;
        let one = self.constant(1.0_f64.to_bits());
        let [vy, vb] = [y, b].map(|register| self.vector(register));
        // 14 bits, then 28, 53 but for the last, all.
        self.emit(Instruction::with2(Code::EVEX_Vrcp14pd_zmm_k1z_zmmm512b64, vy, vb)?);
        for _ in 0..3 {
            self.copy(e, y)?;
            self.emit_of_two(NEGATIVE_PRODUCT, e, b, one)?;
            self.emit_of_two(PRODUCT, y, e, Source::Register(y))?;
        }
        Ok(())
    }

    /// `q` = `a` / `b`, given the reciprocal of `b`.
    fn quotient(&mut self, [q, e, a]: [usize; 3], b: Source, reciprocal: Source) -> Result<(), EncodingError> {
        const REMAINDER: Code = Code::EVEX_Vfmsub132pd_zmm_k1z_zmm_zmmm512b64_er;
        const CORRECTION: Code = Code::EVEX_Vfnmadd231pd_zmm_k1z_zmm_zmmm512b64_er;
        let product = self.encoding.binary(Binary::Multiply, q, a, reciprocal)?;
        self.emit(product);
        for _ in 0..2 {
            self.copy(e, q)?;
            self.emit_of_two(REMAINDER, e, a, b)?;
            self.emit_of_two(CORRECTION, q, e, reciprocal)?;
        }
        Ok(())
    }

    /// Divides by the instruction if one of the lanes is unusual. `b` is the register of a divisor that is no constant,
    /// `divisor` the constant.
    fn check_and_divide(
        &mut self,
        [q, e, a]: [usize; 3],
        (b, divisor): (Option<usize>, Option<f64>),
        (is_dividend_usual, y): (bool, Value),
        position: usize,
    ) -> Result<(), EncodingError> {
        const DOUBLE: Code = Code::EVEX_Vpaddq_zmm_k1z_zmm_zmmm512b64;
        if b.is_none() && is_dividend_usual {
            return Ok(());
        }
        // The steps keep the sign of zeros divided by positive numbers.
        let are_zeros_usual = divisor.is_some_and(|divisor| divisor > 0.0);
        let [found, other] = [0, 1].map(|k| Register::K0 + FIRST_MASK_OF_COMPARISON as u32 + k);
        if !is_dividend_usual {
            self.emit_of_two(DOUBLE, e, a, Source::Register(a))?;
            if are_zeros_usual {
                let ve = self.vector(e);
                let nonzero = Instruction::with3(Code::EVEX_Vptestmq_kr_k1_zmm_zmmm512b64, found, ve, ve)?;
                self.emit_for_rest(nonzero);
                let mut compare = self.out_of_range(found, e)?;
                compare.set_op_mask(found);
                self.emit(compare);
            } else {
                let compare = self.out_of_range(found, e)?;
                self.emit_for_rest(compare);
            }
        }
        if let Some(b) = b {
            let mantissa = self.constant(MANTISSA);
            self.emit_of_two(DOUBLE, e, b, Source::Register(b))?;
            let compare = self.out_of_range(if is_dividend_usual { found } else { other }, e)?;
            self.emit_for_rest(compare);
            if !is_dividend_usual {
                self.emit(Instruction::with3(Code::VEX_Korw_kr_kr_kr, found, found, other)?);
            }
            self.emit_of_two(Code::EVEX_Vpandnq_zmm_k1z_zmm_zmmm512b64, e, b, mantissa)?;
            let ve = self.vector(e);
            let all_ones = Instruction::with3(Code::EVEX_Vptestnmq_kr_k1_zmm_zmmm512b64, other, ve, ve)?;
            self.emit_for_rest(all_ones);
            self.emit(Instruction::with3(Code::VEX_Korw_kr_kr_kr, found, found, other)?);
        }
        self.emit(Instruction::with2(Code::VEX_Kortestw_kr_kr, found, found)?);
        let end = self.label();
        self.body.items.push(Item::JumpIfZero(end));
        let divisor = match b {
            Some(b) => Source::Register(b),
            None => self.source(y, position, &[a])?,
        };
        let division = self.encoding.binary(Binary::Divide, q, a, divisor)?;
        self.emit(division);
        self.body.items.push(Item::Place(end));
        Ok(())
    }

    /// Compares the doubled bits of numbers, in a register, with the usual magnitudes.
    fn out_of_range(&mut self, mask: Register, e: usize) -> Result<Instruction, EncodingError> {
        const ABOVE: u32 = 6;
        let [low, high] = MAGNITUDES;
        let (low, range) = (self.constant(low), self.constant(high - low));
        self.emit_of_two(Code::EVEX_Vpsubq_zmm_k1z_zmm_zmmm512b64, e, e, low)?;
        self.encoding.compare_numbers(mask, e, range, ABOVE)
    }

    fn emit_of_two(&mut self, code: Code, to: usize, x: usize, y: Source) -> Result<(), EncodingError> {
        let instruction = self.encoding.of_two(code, to, x, y)?;
        self.emit(instruction);
        Ok(())
    }

    /// Adds a comparison that counts for the lanes of the rest alone, where there is one.
    fn emit_for_rest(&mut self, mut comparison: Instruction) {
        if self.is_rest {
            comparison.set_op_mask(REST_MASK);
        }
        self.emit(comparison);
    }
}
