//! Machine code at run time: straight-line arithmetic on numbers of many instances, and [procedures](Procedures) with branches
//! and loops for one.
//!
//! ```text
//! Program ─ body (registers) ─ assembly ─ executable memory ─ Function ─ run (Streams)
//! ```
//!
//! A [`Program`] reads numbers of streams, computes, and writes numbers to streams; a stream is a slice with one number
//! for each lane. [`Function::of`] translates it to instructions of AVX2 or AVX-512, four or eight lanes at a time. Every
//! operation is rounded as in Rust: the results have the same bits on every instruction set, except those of NaN.
//!
//! ```
//! use loligo_machine_code::{Binary, Function, InstructionSet, Operation, Program, Streams, Value};
//!
//! // The ohmic current of a channel: i = g (v - e), with g in S/cm2 and e = -70 mV.
//! let operations = vec![
//!     Operation::Load(0),
//!     Operation::Load(1),
//!     Operation::Constant((-70.0_f64).to_bits()),
//!     Operation::Binary(Binary::Subtract, Value(1), Value(2)),
//!     Operation::Binary(Binary::Multiply, Value(0), Value(3)),
//! ];
//! let program = Program::new(3, operations, vec![(2, Value(4))])?;
//! let (g, v, mut i) = ([0.1, 0.2, 0.3], [-65.0, -70.0, -75.0], [0.0; 3]);
//! for set in InstructionSet::available() {
//!     let function = Function::of(&program, set)?;
//!     let mut streams = Streams::default();
//!     streams.read(&g);
//!     streams.read(&v);
//!     streams.write(&mut i);
//!     function.run(&mut streams, 3)?;
//!     assert_eq!(i, [0.5, 0.0, -1.5]); // mA/cm2
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(target_arch = "x86_64")]
mod assembly;
#[cfg(target_arch = "x86_64")]
mod body;
#[cfg(target_arch = "x86_64")]
mod cache;
mod divisions;
mod error;
mod function;
mod instruction_set;
#[cfg(target_arch = "x86_64")]
mod memory;
mod procedure;
mod program;
#[cfg(target_arch = "x86_64")]
mod schedule;
mod streams;

pub use divisions::Divisions;
pub use error::{CodeError, StreamError};
pub use function::Function;
pub use instruction_set::InstructionSet;
pub use procedure::{
    Condition, FunctionOfOne, FunctionOfTwo, Host, ProcedureCode, ProcedureError, Procedures, Slot, Statement, Stop,
    WholeBinary,
};
pub use program::{Binary, Comparison, Operation, Program, ProgramError, Unary, Value};
pub use streams::{StreamTable, Streams};
