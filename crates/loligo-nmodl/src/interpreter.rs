//! Runs programs one instance after the other, an instruction at a time: slow, simple, and the measure of everything faster.

mod arithmetic;
mod fault;
mod kernel;
mod machine;
mod memory;
mod random;
mod systems;
mod tables;

pub use fault::{Fault, FaultReason};
pub use kernel::Interpreter;
