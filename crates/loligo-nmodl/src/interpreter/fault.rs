//! Faults that stop a program.

use loligo_io::plain_time;

use crate::source::Span;

/// A fault that stopped a program, with its place in the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The source text of the instruction.
    pub span: Span,
    /// The reason.
    pub reason: FaultReason,
}

/// Reason for which a program stopped.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultReason {
    /// A loop or a chain of function calls does not end.
    #[error("a loop or calls of functions do not end: {rounds} rounds and calls have been made")]
    EndlessLoop {
        /// Rounds of loops and calls that one hook has made for one instance.
        rounds: u64,
    },
    /// Recursion without end.
    #[error("functions call each other more than {depth} deep: it seems without end")]
    TooDeep {
        /// The limit of nested blocks and calls.
        depth: usize,
    },
    /// An index outside the array.
    #[error("there is no element {index}: the array has {length}, numbered from 0")]
    OutOfBounds {
        /// The index.
        index: i32,
        /// Number of elements of the array.
        length: u32,
    },
    /// Division of a whole number by 0.
    #[error("a whole number is divided by 0 in an index or a bound of a loop")]
    DivisionByZero,
    /// Newton's method has not converged.
    #[error(
        "the equations have not been solved: after 50 rounds of Newton's method the unknowns still change; try a smaller dt"
    )]
    NewtonNotConverged,
    /// The equations have no unique solution.
    #[error("the equations cannot be solved: they are singular, which means that one follows from others")]
    Singular,
    /// The iteration of a kinetic scheme has not converged.
    #[error("the kinetic scheme has not been solved: after 22 rounds the states still change; try a smaller dt")]
    KineticNotConverged,
    /// A weight is read during an event that no connection has brought.
    #[error("argument {weight} of NET_RECEIVE is used, but no connection brought this event: ask for `flag` first")]
    NoWeight {
        /// Number of the weight, from 0.
        weight: u32,
    },
    /// LAG by a time so long that too many values would be kept.
    #[error("LAG by {lag} ms keeps more than four million values of the variable: choose a shorter time")]
    LongLag {
        /// The time between, ms.
        lag: f64,
    },
    /// An operation that is only possible while an event is handled or a run starts.
    #[error("this can only be done at the start of a run and when an event is received")]
    NoEvents,
    /// An event is sent to a time in the past.
    #[error("an event is sent to {} ms, before the present, {} ms", plain_time(*.at), plain_time(*.t))]
    InThePast {
        /// Time of the event, ms.
        at: f64,
        /// Present time, ms.
        t: f64,
    },
    /// The program ends the run with a message of its own.
    #[error("{message}")]
    Failed {
        /// The message.
        message: String,
    },
}
