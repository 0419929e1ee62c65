//! Code with branches, loops and calls, for one instance after the other.
//!
//! Where [`Program`](crate::Program) is arithmetic in vectors, [`Procedures`] are for what vectors cannot do: loops whose
//! length depends on the instance, random numbers, events. All numbers are in one slice, the slots.

#[cfg(target_arch = "x86_64")]
mod assembly;
#[cfg(target_arch = "x86_64")]
mod calls;
mod code;
#[cfg(target_arch = "x86_64")]
mod registers;
mod verify;

pub use code::{Host, ProcedureCode, Stop};
pub use verify::{ProcedureError, Procedures};

use crate::program::{Binary, Comparison, Unary};

/// Number of a slot: of a number, or of a whole number of 32 bits in its lower half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(pub u32);

/// A function of one number, called by the code.
pub type FunctionOfOne = fn(f64) -> f64;
/// A function of two numbers, called by the code.
pub type FunctionOfTwo = fn(f64, f64) -> f64;

/// Arithmetic on whole numbers of 32 bits, which wraps on overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WholeBinary {
    /// x + y.
    Add,
    /// x - y.
    Subtract,
    /// x y.
    Multiply,
}

/// The condition of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// A number is not 0 (NaN is not 0).
    True(Slot),
    /// A whole number is at most another one.
    AtMost(Slot, Slot),
}

/// A statement of a procedure. Slots hold numbers, but those called whole, `index` and `step`. `stop` is the number with which
/// the run ends if the statement is not possible.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields are named in the line above them: to = the slot that receives the result")]
pub enum Statement {
    /// `to` = a number, by its bits.
    Constant { to: Slot, bits: u64 },
    /// `to` = x.
    Copy { to: Slot, x: Slot },
    /// `to` = function(x).
    Unary { to: Slot, function: Unary, x: Slot },
    /// `to` = function(x, y).
    Binary { to: Slot, function: Binary, x: Slot, y: Slot },
    /// `to` = 1 if the comparison of x and y is true, otherwise 0.
    Compare { to: Slot, comparison: Comparison, x: Slot, y: Slot },
    /// `to` = function(x).
    CallOfOne { to: Slot, function: FunctionOfOne, x: Slot },
    /// `to` = function(x, y).
    CallOfTwo { to: Slot, function: FunctionOfTwo, x: Slot, y: Slot },

    /// The whole number `to` = value.
    WholeConstant { to: Slot, value: i32 },
    /// The whole number `to` = x.
    WholeCopy { to: Slot, x: Slot },
    /// The whole number `to` = function(x, y).
    WholeBinary { to: Slot, function: WholeBinary, x: Slot, y: Slot },
    /// The whole number `to` = x / y, truncated; stops if y is 0.
    WholeDivide { to: Slot, x: Slot, y: Slot, stop: u32 },
    /// The whole number `to` = the number x, truncated; the smallest whole number if it does not fit.
    Truncate { to: Slot, x: Slot },
    /// The number `to` = the whole number x.
    Float { to: Slot, x: Slot },

    /// `to` = the slot `first` + the whole number in `index`; stops if that is not from 0 to `length` - 1.
    LoadElement { to: Slot, first: Slot, length: u32, index: Slot, stop: u32 },
    /// The slot `first` + the whole number in `index` = x; stops if that is not from 0 to `length` - 1.
    StoreElement { first: Slot, length: u32, index: Slot, x: Slot, stop: u32 },

    /// Runs the first statements if the number is not 0 (NaN is not 0), otherwise the second.
    If { condition: Slot, then: Vec<Statement>, otherwise: Vec<Statement> },
    /// Runs `test`; while the condition is true after it, runs `body` and then `test` again. Stops after the most rounds.
    While { test: Vec<Statement>, condition: Condition, body: Vec<Statement>, stop: u32 },
    /// Runs another procedure, which counts as a round.
    Call { procedure: u32, stop: u32 },
    /// Calls the [host](Host).
    Host { number: u32 },
    /// Stops.
    Stop { stop: u32 },
}
