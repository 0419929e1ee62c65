//! The intermediate representation of a mechanism: programs over registers, one for each hook and each function.
//!
//! [`Programs`] holds all of one mechanism. They are made by the lowering, [checked](verify()) once, [printed](print()) for
//! people, and run by an interpreter or translated further. The numbers that a program works on are
//!
//! * registers, which belong to one call of one program: numbers ([`Real`]) and whole numbers ([`Integer`]);
//! * [places](Place): columns of the instance, globals, what the engine says (voltage, time, step, ...), and *temporaries*,
//!   which all programs share while one hook works on one instance and which start at 0.
//!
//! Every instruction says where in the source it comes from.

mod flow;
mod instruction;
mod print;
mod programs;
mod verify;
mod walk;

pub use flow::{Flow, flow};
pub use instruction::{
    Array, Binary, Block, Draw, Function, Instruction, Integer, IntegerBinary, Operation, Place, ProgramId, Range,
    Real, Sparse, Unary,
};
pub use print::print;
pub use programs::{Current, Diffusion, Hooks, Program, Programs, Table};
pub use verify::{VerifyError, verify};
pub use walk::{places_read, places_written, walk};
