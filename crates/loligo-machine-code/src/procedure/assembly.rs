//! The instructions of procedures.
//!
//! Every result is stored to its slot, and stays in a register until that is needed for another one; where paths meet, the
//! registers are forgotten.

use std::collections::BTreeMap;

use iced_x86::IcedError;
use iced_x86::code_asm::{
    AsmMemoryOperand, CodeAssembler, CodeLabel, dword_ptr, eax, ecx, esi, qword_ptr, r12, r13, r14, r15, rax, rbp, rbx,
    rcx, rdi, rdx, rsi, rsp, xmm0, xmm1,
};

use super::calls::{ENDED_BY_HOST, FINISHED, call_of_one, call_of_two};
use super::registers::{Number, Registers};
use super::{Condition, Procedures, Slot, Statement, WholeBinary};
use crate::error::CodeError;
use crate::memory::Executable;
use crate::program::{Binary, Comparison, Unary};

const SIGN: u64 = 1 << 63;
/// `vroundsd` without an exception for inexact results.
const ROUND_DOWN: u32 = 9;
const ROUND_UP: u32 = 10;

/// Predicates of `vcmpsd`.
const EQUAL: u32 = 0;
const LESS: u32 = 1;
const LESS_OR_EQUAL: u32 = 2;
const NOT_EQUAL: u32 = 4;

/// Translates procedures. Arguments are the slots (rdi), the host (rsi), the function that calls it (rdx) and the place of
/// the number of rounds left (rcx); the result (eax) is the reason why the run ended.
pub(super) fn executable(procedures: &Procedures) -> Result<Executable, CodeError> {
    let mut assembler = CodeAssembler::new(64)?;
    let bodies: Vec<CodeLabel> = procedures.bodies().iter().map(|_| assembler.create_label()).collect();
    let end = assembler.create_label();
    let mut writer = Writer { assembler, registers: Registers::default(), bodies, end, stops: BTreeMap::new() };
    writer.entry()?;
    for (number, body) in procedures.bodies().iter().enumerate() {
        writer.procedure(number, body)?;
    }
    for (stop, mut label) in std::mem::take(&mut writer.stops) {
        writer.assembler.set_label(&mut label)?;
        writer.assembler.mov(eax, stop)?;
        writer.assembler.jmp(writer.end)?;
    }
    Ok(Executable::new(&writer.assembler.assemble(0)?, &[])?)
}

struct Writer {
    assembler: CodeAssembler,
    registers: Registers,
    /// The first instruction of each procedure.
    bodies: Vec<CodeLabel>,
    /// The end of the run, with its result in eax.
    end: CodeLabel,
    /// The place where the run ends with each result.
    stops: BTreeMap<u32, CodeLabel>,
}

/// A number in memory.
fn number(slot: Slot) -> AsmMemoryOperand {
    qword_ptr(rbx + offset(slot))
}

/// A whole number in memory.
fn whole(slot: Slot) -> AsmMemoryOperand {
    dword_ptr(rbx + offset(slot))
}

/// Bytes before a slot; there are at most 2^20 slots.
fn offset(slot: Slot) -> i32 {
    slot.0 as i32 * 8
}

type Written = Result<(), IcedError>;

impl Writer {
    /// Saves registers, calls the last procedure, and restores them, also from within a procedure.
    fn entry(&mut self) -> Written {
        let assembler = &mut self.assembler;
        for register in [rbp, rbx, r12, r13, r14, r15] {
            assembler.push(register)?;
        }
        assembler.sub(rsp, 8)?; // a multiple of 16 before each call
        assembler.mov(r15, rsp)?;
        assembler.mov(rbx, rdi)?;
        assembler.mov(r12, rsi)?;
        assembler.mov(r14, rdx)?;
        assembler.mov(r13, rcx)?;
        if let Some(&last) = self.bodies.last() {
            assembler.call(last)?;
        }
        assembler.mov(eax, FINISHED)?;
        assembler.set_label(&mut self.end)?;
        assembler.mov(rsp, r15)?;
        assembler.add(rsp, 8)?;
        for register in [r15, r14, r13, r12, rbx, rbp] {
            assembler.pop(register)?;
        }
        assembler.ret()
    }

    fn procedure(&mut self, number: usize, body: &[Statement]) -> Written {
        self.registers.clear();
        self.assembler.set_label(&mut self.bodies[number])?;
        self.assembler.sub(rsp, 8)?;
        self.block(body)?;
        self.assembler.add(rsp, 8)?;
        self.assembler.ret()
    }

    fn block(&mut self, block: &[Statement]) -> Written {
        block.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Statement) -> Written {
        match *statement {
            Statement::Constant { to, bits } => {
                let result = self.registers.take();
                self.constant(result, bits)?;
                self.store(to, result)
            }
            Statement::Copy { to, x } => {
                let x = self.load(x)?;
                let result = self.registers.take();
                self.assembler.vmovapd(Registers::name(result), Registers::name(x))?;
                self.store(to, result)
            }
            Statement::Unary { to, function, x } => self.unary(to, function, x),
            Statement::Binary { to, function, x, y } => self.binary(to, function, x, y),
            Statement::Compare { to, comparison, x, y } => self.compare(to, comparison, x, y),
            Statement::CallOfOne { to, function, x } => {
                self.assembler.vmovsd(xmm0, number(x))?;
                self.call(to, function as *const () as u64, call_of_one as *const () as u64)
            }
            Statement::CallOfTwo { to, function, x, y } => {
                self.assembler.vmovsd(xmm0, number(x))?;
                self.assembler.vmovsd(xmm1, number(y))?;
                self.call(to, function as *const () as u64, call_of_two as *const () as u64)
            }
            Statement::WholeConstant { to, value } => self.assembler.mov(whole(to), value),
            Statement::WholeCopy { to, x } => {
                self.assembler.mov(eax, whole(x))?;
                self.assembler.mov(whole(to), eax)
            }
            Statement::WholeBinary { to, function, x, y } => {
                self.assembler.mov(eax, whole(x))?;
                match function {
                    WholeBinary::Add => self.assembler.add(eax, whole(y))?,
                    WholeBinary::Subtract => self.assembler.sub(eax, whole(y))?,
                    WholeBinary::Multiply => self.assembler.imul_2(eax, whole(y))?,
                }
                self.assembler.mov(whole(to), eax)
            }
            Statement::WholeDivide { to, x, y, stop } => self.whole_divide(to, x, y, stop),
            Statement::Truncate { to, x } => {
                self.assembler.vcvttsd2si(eax, number(x))?;
                self.assembler.mov(whole(to), eax)
            }
            Statement::Float { to, x } => {
                let result = self.registers.take();
                let name = Registers::name(result);
                self.assembler.vxorpd(name, name, name)?;
                self.assembler.vcvtsi2sd(name, name, whole(x))?;
                self.store(to, result)
            }
            Statement::LoadElement { to, first, length, index, stop } => {
                self.index(index, length, stop)?;
                let result = self.registers.take();
                self.assembler.vmovsd(Registers::name(result), qword_ptr(rbx + rax * 8 + offset(first)))?;
                self.store(to, result)
            }
            Statement::StoreElement { first, length, index, x, stop } => {
                let x = self.load(x)?;
                self.index(index, length, stop)?;
                self.assembler.vmovsd(qword_ptr(rbx + rax * 8 + offset(first)), Registers::name(x))?;
                self.registers.forget(first, length);
                Ok(())
            }
            Statement::If { condition, ref then, ref otherwise } => self.branch(condition, then, otherwise),
            Statement::While { ref test, condition, ref body, stop } => self.repeat(test, condition, body, stop),
            Statement::Call { procedure, stop } => {
                self.count_round(stop)?;
                self.assembler.call(self.bodies[procedure as usize])?;
                self.registers.clear();
                Ok(())
            }
            Statement::Host { number } => {
                self.assembler.mov(rdi, r12)?;
                self.assembler.mov(esi, number)?;
                self.assembler.mov(rdx, rbx)?;
                self.assembler.call(r14)?;
                self.registers.clear();
                self.assembler.test(eax, eax)?;
                let label = self.stop(ENDED_BY_HOST);
                self.assembler.je(label)
            }
            Statement::Stop { stop } => {
                let label = self.stop(stop + 1);
                self.assembler.jmp(label)
            }
        }
    }

    /// The register that has the number of a slot.
    fn load(&mut self, slot: Slot) -> Result<Number, IcedError> {
        if let Some(held) = self.registers.find(slot) {
            return Ok(held);
        }
        let loaded = self.registers.take();
        self.assembler.vmovsd(Registers::name(loaded), number(slot))?;
        self.registers.hold(loaded, slot);
        Ok(loaded)
    }

    fn store(&mut self, to: Slot, result: Number) -> Written {
        self.assembler.vmovsd(number(to), Registers::name(result))?;
        self.registers.hold(result, to);
        Ok(())
    }

    fn constant(&mut self, result: Number, bits: u64) -> Written {
        let name = Registers::name(result);
        if bits == 0 {
            return self.assembler.vxorpd(name, name, name);
        }
        self.assembler.mov(rax, bits)?;
        self.assembler.vmovq(name, rax)
    }

    fn unary(&mut self, to: Slot, function: Unary, x: Slot) -> Written {
        let x = Registers::name(self.load(x)?);
        let result = self.registers.take();
        let name = Registers::name(result);
        let assembler = &mut self.assembler;
        match function {
            Unary::Negative => {
                assembler.mov(rax, SIGN)?;
                assembler.vmovq(xmm0, rax)?;
                assembler.vxorpd(name, x, xmm0)?;
            }
            Unary::Absolute => {
                assembler.mov(rax, !SIGN)?;
                assembler.vmovq(xmm0, rax)?;
                assembler.vandpd(name, x, xmm0)?;
            }
            Unary::SquareRoot => assembler.vsqrtsd(name, x, x)?,
            Unary::Floor => assembler.vroundsd(name, x, x, ROUND_DOWN)?,
            Unary::Ceil => assembler.vroundsd(name, x, x, ROUND_UP)?,
            Unary::ShiftLeft(places) => assembler.vpsllq(name, x, u32::from(places))?,
            Unary::ShiftRight(places) => assembler.vpsrlq(name, x, u32::from(places))?,
        }
        self.store(to, result)
    }

    fn binary(&mut self, to: Slot, function: Binary, x: Slot, y: Slot) -> Written {
        let (x, y) = (Registers::name(self.load(x)?), Registers::name(self.load(y)?));
        let result = self.registers.take();
        let name = Registers::name(result);
        let assembler = &mut self.assembler;
        match function {
            Binary::Add => assembler.vaddsd(name, x, y)?,
            Binary::Subtract => assembler.vsubsd(name, x, y)?,
            Binary::Multiply => assembler.vmulsd(name, x, y)?,
            Binary::Divide => assembler.vdivsd(name, x, y)?,
            Binary::And => assembler.vandpd(name, x, y)?,
            Binary::Or => assembler.vorpd(name, x, y)?,
            Binary::AddBits => assembler.vpaddq(name, x, y)?,
        }
        self.store(to, result)
    }

    fn compare(&mut self, to: Slot, comparison: Comparison, x: Slot, y: Slot) -> Written {
        let (x, y) = (Registers::name(self.load(x)?), Registers::name(self.load(y)?));
        let result = self.registers.take();
        let (predicate, x, y) = match comparison {
            Comparison::Less => (LESS, x, y),
            Comparison::LessOrEqual => (LESS_OR_EQUAL, x, y),
            Comparison::Greater => (LESS, y, x),
            Comparison::GreaterOrEqual => (LESS_OR_EQUAL, y, x),
            Comparison::Equal => (EQUAL, x, y),
            Comparison::NotEqual => (NOT_EQUAL, x, y),
        };
        self.assembler.vcmpsd(xmm1, x, y, predicate)?;
        self.constant(result, 1.0_f64.to_bits())?;
        let name = Registers::name(result);
        self.assembler.vandpd(name, name, xmm1)?;
        self.store(to, result)
    }

    /// Calls a function through the one that knows how to call it; its arguments are in xmm0 and xmm1.
    fn call(&mut self, to: Slot, function: u64, through: u64) -> Written {
        self.assembler.mov(rdi, function)?;
        self.assembler.mov(rax, through)?;
        self.assembler.call(rax)?;
        self.registers.clear();
        let result = self.registers.take();
        self.assembler.vmovapd(Registers::name(result), xmm0)?;
        self.store(to, result)
    }

    fn whole_divide(&mut self, to: Slot, x: Slot, y: Slot, stop: u32) -> Written {
        let (mut negative, mut end) = (self.assembler.create_label(), self.assembler.create_label());
        let stop = self.stop(stop + 1);
        self.assembler.mov(eax, whole(x))?;
        self.assembler.mov(ecx, whole(y))?;
        self.assembler.test(ecx, ecx)?;
        self.assembler.je(stop)?;
        self.assembler.cmp(ecx, -1)?;
        self.assembler.je(negative)?;
        self.assembler.cdq()?;
        self.assembler.idiv(ecx)?;
        self.assembler.jmp(end)?;
        self.assembler.set_label(&mut negative)?;
        self.assembler.neg(eax)?; // the instruction for a division has no result for the smallest number
        self.assembler.set_label(&mut end)?;
        self.assembler.mov(whole(to), eax)
    }

    /// The index of an element in rax, if it is one of the array.
    fn index(&mut self, index: Slot, length: u32, stop: u32) -> Written {
        let stop = self.stop(stop + 1);
        self.assembler.mov(eax, whole(index))?;
        self.assembler.cmp(eax, length)?;
        self.assembler.jae(stop)
    }

    /// Compares a number with 0; it is 0 if the flags are "equal" and not "parity".
    fn compare_with_zero(&mut self, x: Slot) -> Written {
        let x = Registers::name(self.load(x)?);
        self.assembler.vxorpd(xmm0, xmm0, xmm0)?;
        self.assembler.vucomisd(x, xmm0)
    }

    fn branch(&mut self, condition: Slot, then: &[Statement], otherwise: &[Statement]) -> Written {
        let [mut is_true, mut is_false, mut end] = std::array::from_fn(|_| self.assembler.create_label());
        self.compare_with_zero(condition)?;
        self.assembler.jp(is_true)?;
        self.assembler.je(is_false)?;
        self.place(&mut is_true)?;
        self.block(then)?;
        if !otherwise.is_empty() {
            self.assembler.jmp(end)?;
        }
        self.place(&mut is_false)?;
        self.block(otherwise)?;
        self.place(&mut end)
    }

    fn repeat(&mut self, test: &[Statement], condition: Condition, body: &[Statement], stop: u32) -> Written {
        let [mut again, mut inside, mut end] = std::array::from_fn(|_| self.assembler.create_label());
        self.place(&mut again)?;
        self.block(test)?;
        match condition {
            Condition::True(x) => {
                self.compare_with_zero(x)?;
                self.assembler.jp(inside)?;
                self.assembler.je(end)?;
            }
            Condition::AtMost(x, y) => {
                self.assembler.mov(eax, whole(x))?;
                self.assembler.cmp(eax, whole(y))?;
                self.assembler.jg(end)?;
            }
        }
        self.place(&mut inside)?;
        self.count_round(stop)?;
        self.block(body)?;
        self.assembler.jmp(again)?;
        self.place(&mut end)
    }

    fn count_round(&mut self, stop: u32) -> Written {
        let stop = self.stop(stop + 1);
        self.assembler.dec(qword_ptr(r13))?;
        self.assembler.js(stop)
    }

    /// A place to which other places jump.
    fn place(&mut self, label: &mut CodeLabel) -> Written {
        self.registers.clear();
        self.assembler.set_label(label)?;
        self.assembler.zero_bytes() // an instruction has at most one label
    }

    /// The place where the run ends with a result.
    fn stop(&mut self, result: u32) -> CodeLabel {
        *self.stops.entry(result).or_insert_with(|| self.assembler.create_label())
    }
}
