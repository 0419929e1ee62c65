//! Runs programs one instance after the other, one instruction at a time. It is simple and slow, and it is the
//! reference for every faster way to run programs. Kernels of mechanisms have machine code of their programs besides
//! ([`Interpreter::with_machine_code`]).

pub(crate) mod arithmetic;
pub(crate) mod code;
mod compiled;
mod error_function;
mod fault;
mod kernel;
mod limits;
mod machine;
mod memory;
mod operation;
mod plans;
mod random;
mod systems;
pub(crate) mod tables;
mod tabulation;
mod workspace;

pub use fault::{Fault, FaultReason};
pub use kernel::Interpreter;
