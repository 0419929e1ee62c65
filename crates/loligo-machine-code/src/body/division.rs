//! Divisions by multiplications, which give the bits of the instruction for division.
//!
//! A processor divides eight numbers in the time of thirty other operations, and computes these meanwhile: the fastest
//! program makes some of its divisions by the one way and some by the other. With y, the reciprocal of the divisor rounded
//! to nearest, a quotient q that is one of the two numbers next to a / b becomes the nearest one by q + (a - q b) y, where
//! the remainder is exact (Markstein, IBM J. Res. Dev. 34:111-119, 1990, doi:10.1147/rd.341.0111). The same step makes such
//! a q of a times y, and rounds y itself unless all bits of the divisor's mantissa are 1. Numbers that are so large or
//! small that a step might not be exact, and those divisors, are left to the instruction.

use iced_x86::{Code, Instruction, MemoryOperand, Register};

use super::encoding::{FIRST_MASK_OF_COMPARISON, REST_MASK, Source};
use super::{Allocation, EncodingError, Item, Occupant, general};
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

/// Cycles in which a processor can begin the operations of a division by multiplications.
fn cost(program: &Program, x: Value, y: Value) -> usize {
    let constant = |value: Value| match program.operations()[value.index()] {
        Operation::Constant(bits) => Some(f64::from_bits(bits)),
        _ => None,
    };
    match (constant(x), constant(y)) {
        (_, Some(y)) if is_usual(y) => 5,
        (Some(x), _) if is_usual(x) => 9,
        _ => 10,
    }
}

/// By operation: true for divisions that are made by multiplications, so that both ways take as long.
pub(super) fn by_multiplications(program: &Program, set: InstructionSet) -> Vec<bool> {
    /// Cycles of the instruction.
    const DIVISION: usize = 16;
    let operations = program.operations();
    let mut chosen = vec![false; operations.len()];
    if set != InstructionSet::Avx512 {
        return chosen;
    }
    let divisions = operations.iter().enumerate().filter_map(|(position, operation)| match *operation {
        Operation::Binary(Binary::Divide, x, y) => Some((cost(program, x, y), position)),
        _ => None,
    });
    let mut divisions: Vec<(usize, usize)> = divisions.collect();
    divisions.sort_unstable();
    let is_computed = |operation: &&Operation| !matches!(operation, Operation::Load(_) | Operation::Constant(_));
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
        let constant_of = |value: Value| match self.program.operations()[value.index()] {
            Operation::Constant(bits) => Some(f64::from_bits(bits)).filter(|&x| is_usual(x)),
            _ => None,
        };
        let (dividend, divisor) = (constant_of(x), constant_of(y));
        let a = self.register(x, position, &[])?;
        let (q, e) = (self.temporary(position, &[a])?, self.temporary(position, &[a])?);
        let b = match divisor {
            Some(b) => {
                self.quotient_by_constant([q, e, a], b)?;
                None
            }
            None => {
                let b = self.register(y, position, &[a])?;
                let reciprocal = self.temporary(position, &[a, b])?;
                self.reciprocal([reciprocal, e, b])?;
                self.quotient([q, e, a], b, reciprocal)?;
                self.registers[reciprocal] = None;
                Some(b)
            }
        };
        self.check_and_divide([q, e, a], (b, divisor), (dividend.is_some(), y), position)?;
        (self.registers[q], self.registers[e]) = (None, None);
        self.take_result(position, q);
        Ok(())
    }

    fn take_result(&mut self, position: usize, register: usize) {
        self.release_registers(position);
        self.registers[register] = Some(Occupant::Value(Value(position as u32)));
        self.places[position].register = Some(register);
    }

    fn vector(&self, register: usize) -> Register {
        super::vector_register(InstructionSet::Avx512, register)
    }

    fn broadcast(&mut self, bits: u64) -> MemoryOperand {
        let index = self.constants.index(bits) as i64;
        let mut memory = MemoryOperand::with_base_displ(general::CONSTANTS, 8 * index);
        memory.is_broadcast = true;
        memory
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
        let one = self.broadcast(1.0_f64.to_bits());
        let [vy, ve, vb] = [y, e, b].map(|register| self.vector(register));
        // 14 bits, then 28, 53 but for the last, all.
        self.emit(Instruction::with2(Code::EVEX_Vrcp14pd_zmm_k1z_zmmm512b64, vy, vb)?);
        for _ in 0..3 {
            self.copy(e, y)?;
            self.emit(Instruction::with3(NEGATIVE_PRODUCT, ve, vb, one)?);
            self.emit(Instruction::with3(PRODUCT, vy, ve, vy)?);
        }
        Ok(())
    }

    /// `q` = `a` / `b`, given the reciprocal of `b`.
    fn quotient(&mut self, [q, e, a]: [usize; 3], b: usize, reciprocal: usize) -> Result<(), EncodingError> {
        const REMAINDER: Code = Code::EVEX_Vfmsub213pd_zmm_k1z_zmm_zmmm512b64_er;
        const CORRECTION: Code = Code::EVEX_Vfnmadd231pd_zmm_k1z_zmm_zmmm512b64_er;
        let product = self.encoding.binary(Binary::Multiply, q, a, Source::Register(reciprocal))?;
        self.emit(product);
        let [vq, ve, va, vb] = [q, e, a, b].map(|register| self.vector(register));
        let reciprocal = self.vector(reciprocal);
        for _ in 0..2 {
            self.copy(e, q)?;
            self.emit(Instruction::with3(REMAINDER, ve, vb, va)?);
            self.emit(Instruction::with3(CORRECTION, vq, ve, reciprocal)?);
        }
        Ok(())
    }

    fn quotient_by_constant(&mut self, [q, e, a]: [usize; 3], b: f64) -> Result<(), EncodingError> {
        const REMAINDER: Code = Code::EVEX_Vfmsub132pd_zmm_k1z_zmm_zmmm512b64_er;
        const CORRECTION: Code = Code::EVEX_Vfnmadd231pd_zmm_k1z_zmm_zmmm512b64_er;
        let (reciprocal, divisor) = (self.broadcast((1.0 / b).to_bits()), self.broadcast(b.to_bits()));
        let product = self.encoding.binary(Binary::Multiply, q, a, Source::Memory(reciprocal))?;
        self.emit(product);
        let [vq, ve, va] = [q, e, a].map(|register| self.vector(register));
        for _ in 0..2 {
            self.copy(e, q)?;
            self.emit(Instruction::with3(REMAINDER, ve, va, divisor)?);
            self.emit(Instruction::with3(CORRECTION, vq, ve, reciprocal)?);
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
        if b.is_none() && is_dividend_usual {
            return Ok(());
        }
        // The steps keep the sign of zeros divided by positive numbers.
        let are_zeros_usual = divisor.is_some_and(|divisor| divisor > 0.0);
        let [found, other] = [0, 1].map(|k| Register::K0 + FIRST_MASK_OF_COMPARISON as u32 + k);
        let ve = self.vector(e);
        let mut is_first = true;
        if !is_dividend_usual {
            let va = self.vector(a);
            self.emit(Instruction::with3(Code::EVEX_Vpaddq_zmm_k1z_zmm_zmmm512b64, ve, va, va)?);
            if are_zeros_usual {
                let nonzero = Instruction::with3(Code::EVEX_Vptestmq_kr_k1_zmm_zmmm512b64, found, ve, ve)?;
                self.emit_for_rest(nonzero);
                let mut compare = self.out_of_range(found, e)?;
                compare.set_op_mask(found);
                self.emit(compare);
            } else {
                let compare = self.out_of_range(found, e)?;
                self.emit_for_rest(compare);
            }
            is_first = false;
        }
        if let Some(b) = b {
            let (vb, mantissa) = (self.vector(b), self.broadcast(MANTISSA));
            let mask = if is_first { found } else { other };
            self.emit(Instruction::with3(Code::EVEX_Vpaddq_zmm_k1z_zmm_zmmm512b64, ve, vb, vb)?);
            let compare = self.out_of_range(mask, e)?;
            self.emit_for_rest(compare);
            if !is_first {
                self.emit(Instruction::with3(Code::VEX_Korw_kr_kr_kr, found, found, other)?);
            }
            self.emit(Instruction::with3(Code::EVEX_Vpandnq_zmm_k1z_zmm_zmmm512b64, ve, vb, mantissa)?);
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
        let (low, range, ve) = (self.broadcast(low), self.broadcast(high - low), self.vector(e));
        self.emit(Instruction::with3(Code::EVEX_Vpsubq_zmm_k1z_zmm_zmmm512b64, ve, ve, low)?);
        Instruction::with4(Code::EVEX_Vpcmpuq_kr_k1_zmm_zmmm512b64_imm8, mask, ve, range, ABOVE)
    }

    /// Adds a comparison that counts for the lanes of the rest alone, where there is one.
    fn emit_for_rest(&mut self, mut comparison: Instruction) {
        if self.is_rest {
            comparison.set_op_mask(REST_MASK);
        }
        self.emit(comparison);
    }
}
