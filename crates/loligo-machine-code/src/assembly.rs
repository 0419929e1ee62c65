//! The instructions of a whole function: full vectors in a loop, then the rest.

use iced_x86::IcedError;
use iced_x86::code_asm::{
    CodeAssembler, CodeLabel, edx, k1, ptr, qword_ptr, r9, r9d, r12, rbp, rbx, rdx, rsi, rsp, ymm15,
};

use crate::body::{Body, Constants, Item, body};
use crate::divisions::Target;
use crate::error::CodeError;
use crate::instruction_set::InstructionSet;
use crate::memory::Executable;
use crate::program::Program;
use crate::schedule::scheduled;

/// The most vectors on the stack, 60 KiB of AVX-512.
const MOST_SLOTS: u32 = 960;

/// Bytes of a page of memory, or fewer.
const PAGE: i32 = 4096;

impl From<IcedError> for CodeError {
    fn from(error: IcedError) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Translates a program.
pub(crate) fn executable(program: &Program, target: Target) -> Result<Executable, CodeError> {
    let (set, _) = target;
    let program = &scheduled(program, set);
    let mut constants = Constants::default();
    let full = body(program, target, false, &mut constants)?;
    let rest = body(program, target, true, &mut constants)?;
    let slots = full.slots.max(rest.slots);
    if slots > MOST_SLOTS {
        return Err(CodeError::Values { count: slots });
    }
    let instructions = assembled(set, slots, full, rest)?;
    Ok(Executable::new(&instructions, &constants.bytes(set))?)
}

/// Arguments are the pointers of the streams (rdi), the bytes of full vectors (rsi), the rest (rdx), the pointers of the
/// tables (rcx) and the constants (r8).
fn assembled(set: InstructionSet, slots: u32, full: Body, rest: Body) -> Result<Vec<u8>, CodeError> {
    let bytes = 8 * set.lanes() as i32;
    let mut assembler = CodeAssembler::new(64)?;
    let (mut next, mut remaining, mut end) =
        (assembler.create_label(), assembler.create_label(), assembler.create_label());
    assembler.push(rbp)?;
    assembler.mov(rbp, rsp)?;
    assembler.push(rbx)?;
    assembler.push(r12)?;
    if slots > 0 {
        let size = slots as i32 * bytes;
        // Each page is touched, so that a stack that is too small ends the program and no other memory is used.
        for _ in 0..size / PAGE {
            assembler.sub(rsp, PAGE)?;
            assembler.or(qword_ptr(rsp), 0)?;
        }
        assembler.sub(rsp, size % PAGE)?;
        assembler.and(rsp, -64)?;
    }
    assembler.xor(r9d, r9d)?;
    assembler.test(rsi, rsi)?;
    assembler.je(remaining)?;
    assembler.set_label(&mut next)?;
    add(&mut assembler, full)?;
    assembler.add(r9, bytes)?;
    assembler.cmp(r9, rsi)?;
    assembler.jb(next)?;
    assembler.set_label(&mut remaining)?;
    assembler.test(rdx, rdx)?;
    assembler.je(end)?;
    match set {
        InstructionSet::Avx2 => assembler.vmovupd(ymm15, ptr(rdx))?,
        InstructionSet::Avx512 => assembler.kmovw(k1, edx)?,
    }
    add(&mut assembler, rest)?;
    assembler.set_label(&mut end)?;
    assembler.vzeroupper()?;
    assembler.mov(rbx, ptr(rbp - 8))?;
    assembler.mov(r12, ptr(rbp - 16))?;
    assembler.mov(rsp, rbp)?;
    assembler.pop(rbp)?;
    assembler.ret()?;
    Ok(assembler.assemble(0)?)
}

fn add(assembler: &mut CodeAssembler, body: Body) -> Result<(), IcedError> {
    let mut labels: Vec<CodeLabel> = (0..body.labels).map(|_| assembler.create_label()).collect();
    for item in body.items {
        match item {
            Item::Instruction(instruction) => assembler.add_instruction(instruction)?,
            Item::Jump(label) => assembler.jmp(labels[label.0])?,
            Item::JumpIfZero(label) => assembler.je(labels[label.0])?,
            Item::JumpUnlessZero(label) => assembler.jne(labels[label.0])?,
            Item::Place(label) => {
                assembler.set_label(&mut labels[label.0])?;
                // An instruction has at most one label.
                assembler.zero_bytes()?;
            }
        }
    }
    Ok(())
}
