//! Computes hooks for many instances at once, each operation as a loop over a row of numbers.
//!
//! ```text
//! programs ─ translate ─ graph ─ passes, interpolation (Fast) ─ fusion ─ plan with machine code ─ run
//! ```
//!
//! In a plan, the arithmetic between functions of the library is machine code (`code.rs`), or each operation a loop where
//! there is none. Mechanisms on the same nodes have one plan (`joint.rs`).
//!
//! A hook has a plan for any instances, and one for those with the usual parameters (`variant.rs`), in which these are
//! numbers and, in `Fast`, functions of the voltage are polynomials; `choice.rs` chooses for each instance.
//!
//! A hook that cannot be translated, for example because it sends events, runs in the plain
//! [interpreter](crate::interpreter). In `Exact` all results have the bits of the plain interpreter.

mod by_bits;
mod choice;
mod code;
mod code_run;
mod dependence;
mod follows_voltage;
mod formula;
mod fusion;
mod graph;
mod hook;
mod interpolation;
mod joint;
mod kernel;
mod lookup;
mod loops;
mod machine_code;
mod members;
mod newton;
mod part;
mod passes;
mod plan;
mod recursion;
mod row;
mod run;
mod scheme;
mod slope;
mod slow_code;
mod translate;
mod variant;

pub use follows_voltage::follows_voltage;
pub use kernel::{BlockInterpreter, Columns};
pub use machine_code::{CodeError, NoMachineCode, machine_code};
pub use recursion::iterates_function;
pub use slow_code::slow_code;
pub use variant::constants;
