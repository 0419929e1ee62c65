//! What can go wrong while time goes forward.

use thiserror::Error;

/// A run that cannot go on.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A voltage left the finite numbers.
    #[error("the voltage of cell {cell}, node {node} became {voltage} at t = {t} ms")]
    NonFinite {
        /// Index of the cell.
        cell: usize,
        /// Index of the node within the cell.
        node: u32,
        /// The voltage, mV.
        voltage: f64,
        /// End of the step in which it happened, ms.
        t: f64,
        /// Name of a mechanism at that node whose current or state is not finite either, if there is one.
        mechanism: Option<&'static str>,
    },
    /// The threads could not be started.
    #[error("could not start {threads} threads: {reason}; ask for fewer")]
    Threads {
        /// The number asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
    /// An event was to be delivered without end at one instant.
    #[error(
        "more than {limit} events were delivered within one step at t = {t} ms; a loop of connections without delay \
         excites itself: give its connections a delay"
    )]
    EventStorm {
        /// Events delivered.
        limit: usize,
        /// Time of the last, ms.
        t: f64,
    },
}
