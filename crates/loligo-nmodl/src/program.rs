//! The intermediate representation of a mechanism: programs that use registers, one for each hook and each function.
//!
//! [`Programs`] holds all programs of one mechanism. The lowering makes them, [`verify`](verify()) checks them once,
//! [`print`](print()) gives them as text, and an interpreter runs them; they can also be translated further.
//! A program works on
//!
//! * registers, which belong to one call of one program: numbers ([`Real`]) and whole numbers ([`Integer`]);
//! * [places](Place): columns of the instance, globals, values of the engine (voltage, time, step, ...), and
//!   *temporaries*, which all programs share while one hook works on one instance and which start at 0.
//!
//! Every instruction has its place in the source.

mod flow;
mod folding;
mod instruction;
mod print;
mod programs;
mod registers;
mod sharing;
mod tables;
mod verify;
mod walk;

pub use flow::{Flow, flow};
pub use folding::fold_constants;
pub use instruction::{
    Array, Binary, Block, Draw, Function, Instruction, Integer, IntegerBinary, Operation, Place, ProgramId, Range,
    Real, Sparse, Unary,
};
pub use print::print;
pub use programs::{Current, Diffusion, Hooks, Program, Programs, Table};
pub use registers::{RegisterSet, read_before_set};
pub use sharing::differs_if_separate;
pub(crate) use tables::columns;
pub use tables::{TableFlow, tables_used};
pub use verify::{VerifyError, verify};
pub use walk::{is_recursive, places_read, places_written, programs_run, walk};
