//! What can go wrong while time goes forward.

use loligo_io::plain;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::communicator::CommunicationError;

/// A run that cannot go on.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EngineError {
    /// A voltage left the finite numbers.
    #[error("the voltage of cell {cell}, node {node} became {voltage} at t = {t} ms", voltage = plain(*.voltage), t = plain(*.t))]
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
        mechanism: Option<String>,
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
         excites itself: give its connections a delay", t = plain(*.t))]
    EventStorm {
        /// Events delivered.
        limit: usize,
        /// Time of the last, ms.
        t: f64,
    },
    /// The ranks of a run were not given the same.
    #[error(
        "rank {rank} was given another network or other options than rank 0; give every rank the same (threads may differ)"
    )]
    RanksDiffer {
        /// The first rank that differs.
        rank: usize,
    },
    /// A state was taken from another model.
    #[error(
        "this checkpoint is of another model; what differs is {part}: go on with the model and options that it was made \
         with, or start at t = 0"
    )]
    OtherModel {
        /// The first part of the model that differs.
        part: String,
    },
    /// A state that contradicts itself.
    #[error(
        "this checkpoint is broken: {what} in it and in the model that it names do not fit; use another one, or start at \
         t = 0"
    )]
    BrokenState {
        /// What does not fit.
        what: String,
    },
    /// The ranks of a run cannot speak to each other.
    #[error(transparent)]
    Communication(#[from] CommunicationError),
}

impl EngineError {
    /// Of several the one that came first in time; of those of one time that of the first cell.
    pub(crate) fn first(errors: impl IntoIterator<Item = Self>) -> Option<Self> {
        let moment = |error: &Self| match error {
            Self::NonFinite { t, cell, .. } => (*t, *cell),
            Self::EventStorm { t, .. } => (*t, 0),
            Self::Threads { .. }
            | Self::RanksDiffer { .. }
            | Self::OtherModel { .. }
            | Self::BrokenState { .. }
            | Self::Communication(_) => (0.0, 0),
        };
        errors.into_iter().min_by(|a, b| {
            let ((t, cell), (other_t, other_cell)) = (moment(a), moment(b));
            t.total_cmp(&other_t).then(cell.cmp(&other_cell))
        })
    }
}
