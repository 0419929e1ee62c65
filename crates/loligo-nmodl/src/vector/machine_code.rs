//! The machine code of hooks: for which instructions, or the reason why there is none.

pub use loligo_machine_code::CodeError;
use loligo_machine_code::{Function, InstructionSet, Program};
use loligo_mechanisms::math::Lanes;

/// The instructions for which there is machine code, if kernels compute in vectors of them.
pub(super) fn instruction_set(lanes: Lanes) -> Option<InstructionSet> {
    match lanes.vector_bits() {
        512 => Some(InstructionSet::Avx512),
        256 => Some(InstructionSet::Avx2),
        _ => None,
    }
}

/// The reason why hooks run in the interpreter and not in machine code; `None` if they run in machine code.
#[derive(Debug, thiserror::Error)]
pub enum NoMachineCode {
    /// The processor, or the choice of vectors, has neither AVX2 nor AVX-512.
    #[error("there are no vectors of AVX2 or AVX-512")]
    Vectors,
    /// It cannot be made.
    #[error(transparent)]
    Code(#[from] CodeError),
}

/// The instructions of the machine code for mechanisms, for a message.
///
/// # Errors
/// If there is no machine code: mechanisms run in the interpreter, with the same results.
///
/// ```
/// use loligo_mechanisms::math::Lanes;
/// use loligo_nmodl::vector::machine_code;
///
/// match machine_code(Lanes::detect()) {
///     Ok(set) => println!("{set:?}"),
///     Err(reason) => println!("mechanisms are interpreted: {reason}"),
/// }
/// assert!(machine_code(Lanes::baseline()).is_err());
/// ```
pub fn machine_code(lanes: Lanes) -> Result<InstructionSet, NoMachineCode> {
    let set = instruction_set(lanes).ok_or(NoMachineCode::Vectors)?;
    // A program without operations needs executable memory like any other.
    let nothing = Program::new(0, Vec::new(), Vec::new()).map_err(CodeError::from)?;
    Function::of(&nothing, set)?;
    Ok(set)
}
