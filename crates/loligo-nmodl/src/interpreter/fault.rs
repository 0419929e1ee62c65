//! Why a program stopped.

use crate::source::Span;

/// Why a program stopped, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The text of the instruction.
    pub span: Span,
    /// The reason.
    pub reason: FaultReason,
}

/// Why a program stopped.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultReason {
    /// A loop goes on and on, or functions call each other.
    #[error("a loop or calls of functions do not end: {rounds} rounds and calls have been made")]
    EndlessLoop {
        /// Rounds and calls made so far by one hook for one instance.
        rounds: u64,
    },
    /// Functions call each other without end.
    #[error("functions call each other more than {depth} deep: it seems without end")]
    TooDeep {
        /// Blocks and calls within each other.
        depth: usize,
    },
    /// There is no such element.
    #[error("there is no element {index}: the array has {length}, numbered from 0")]
    OutOfBounds {
        /// The index.
        index: i32,
        /// Number of elements.
        length: u32,
    },
    /// A whole number is divided by 0.
    #[error("a whole number is divided by 0 in an index or a bound of a loop")]
    DivisionByZero,
    /// Newton's method fails.
    #[error(
        "the equations have not been solved: after 50 rounds of Newton's method the unknowns still change; try a smaller dt"
    )]
    NewtonNotConverged,
    /// The equations have no single solution.
    #[error("the equations cannot be solved: they are singular, which means that one follows from others")]
    Singular,
    /// A kinetic scheme does not settle.
    #[error("the kinetic scheme has not been solved: after 22 rounds the states still change; try a smaller dt")]
    KineticNotConverged,
    /// A weight is read where no connection brought the event.
    #[error("argument {weight} of NET_RECEIVE is used, but no connection brought this event: ask for `flag` first")]
    NoWeight {
        /// Its number, from 0.
        weight: u32,
    },
    /// Something that only the handling of events can do.
    #[error("this can only be done at the start of a run and when an event is received")]
    NoEvents,
    /// An event is to come in the past.
    #[error("an event is sent to {at} ms, before the present, {t} ms")]
    InThePast {
        /// When it is to come, ms.
        at: f64,
        /// The present, ms.
        t: f64,
    },
    /// The program says so.
    #[error("{message}")]
    Failed {
        /// Its message.
        message: String,
    },
}
