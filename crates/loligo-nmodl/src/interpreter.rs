//! Runs programs one instance after the other, one instruction at a time. It is simple and slow, and it is the
//! reference for every faster way to run programs.

mod arithmetic;
mod fault;
mod kernel;
mod machine;
mod memory;
mod plans;
mod random;
mod systems;
mod tables;
mod tabulation;

pub use fault::{Fault, FaultReason};
pub use kernel::Interpreter;
