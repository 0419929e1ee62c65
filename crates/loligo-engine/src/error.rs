//! Errors of a run.

use loligo_io::{plain, plain_time};
use loligo_mechanisms::CompileError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::communicator::CommunicationError;

/// An error that ends a run.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EngineError {
    /// A voltage is no longer finite.
    #[error("the voltage of cell {cell}, node {node} became {voltage} at t = {t} ms", voltage = plain(*.voltage), t = plain_time(*.t))]
    NonFinite {
        /// Index of the cell.
        cell: usize,
        /// Index of the node within the cell.
        node: u32,
        /// The voltage, mV.
        voltage: f64,
        /// End of the step in which it happened, ms.
        t: f64,
        /// Name of a mechanism at that node whose current or state is not finite either, if any.
        mechanism: Option<String>,
    },
    /// A mechanism cannot be computed: a loop without end, equations without a solution.
    #[error("the mechanism {mechanism} failed before t = {t} ms: {reason}", t = plain_time(*.t))]
    MechanismFault {
        /// Name of the mechanism.
        mechanism: String,
        /// The reason, and its location in the mechanism's text.
        reason: String,
        /// The instance that failed.
        instance: Sender,
        /// Time at which it was noticed, ms.
        t: f64,
    },
    /// A mechanism cannot be compiled for this run.
    #[error("the mechanism {mechanism} cannot be compiled: {reason}")]
    Compile {
        /// Name of the mechanism.
        mechanism: String,
        /// The reason, and the remedy.
        reason: String,
    },
    /// The threads could not be started.
    #[error("could not start {threads} threads: {reason}; ask for fewer")]
    Threads {
        /// The requested number of threads.
        threads: usize,
        /// The operating system's message.
        reason: String,
    },
    /// An artificial cell sent more spikes and self events within one step than is allowed.
    #[error(
        "artificial cell {instance} of mechanism {mechanism} sent more than {limit} spikes and events to itself within the \
         step at t = {t} ms; {}", runaway_remedy(*.in_loop), t = plain_time(*.t)
    )]
    Runaway {
        /// Index into the blueprint's populations.
        population: u32,
        /// Index in the population.
        instance: u32,
        /// Name of its mechanism.
        mechanism: String,
        /// Number of spikes and events allowed in a step.
        limit: u32,
        /// Time of the last one, ms.
        t: f64,
        /// True if connections lead from it back to it with delays shorter than a step.
        in_loop: bool,
    },
    /// A mechanism sent an event that cannot be delivered.
    #[error("{mechanism} {fault} at t = {t} ms", t = plain_time(*.t))]
    Sending {
        /// The sender.
        sender: Sender,
        /// Name of its mechanism.
        mechanism: String,
        /// The reason.
        fault: SendingFault,
        /// Time at which it was sent, ms.
        t: f64,
    },
    /// Events and spikes need more memory than is allowed.
    #[error(
        "at t = {t} ms events and spikes take more than {room} bytes{}; let it spike less often or shorten the delays of its \
         connections, or give more room (Options::event_room)", busiest(*.sender, *.events), t = plain_time(*.t)
    )]
    TooManyEvents {
        /// Bytes allowed.
        room: usize,
        /// Time, ms.
        t: f64,
        /// The source that sent most of them.
        sender: Option<u32>,
        /// Number of events from this source.
        events: usize,
    },
    /// More events were delivered in a step than is allowed.
    #[error("more than {limit} events were delivered within one half of the step at t = {t} ms{}; let it spike less often", busiest(*.sender, *.events), t = plain_time(*.t))]
    TooManyDeliveries {
        /// Deliveries allowed.
        limit: usize,
        /// Time of the last one, ms.
        t: f64,
        /// The source of most of the pending events.
        sender: Option<u32>,
        /// Number of events from this source.
        events: usize,
    },
    /// The run was [asked to stop](crate::StopRequest) during an epoch that takes long.
    #[error("the run was stopped at t = {t} ms, in the middle of an epoch; to go on, start it anew", t = plain_time(*.t))]
    Stopped {
        /// Number of steps made.
        step: u64,
        /// Time up to which there are results, ms.
        t: f64,
    },
    /// The ranks of a run were given different networks or options.
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
    /// A state is inconsistent.
    #[error(
        "this checkpoint is broken: {what} in it and in the model that it names do not fit; use another one, or start at \
         t = 0"
    )]
    BrokenState {
        /// The part that does not fit.
        what: String,
    },
    /// The ranks of a run cannot communicate.
    #[error(transparent)]
    Communication(#[from] CommunicationError),
}

/// An instance of a mechanism, as the sender of an event or as the one that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sender {
    /// A point process on a cell.
    Point {
        /// Index of the cell.
        cell: usize,
        /// Index of the node within the cell.
        node: u32,
    },
    /// An artificial cell.
    Artificial {
        /// Index into the blueprint's populations.
        population: u32,
        /// Index in the population.
        instance: u32,
    },
}

/// The reason why an event that a mechanism sent cannot be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SendingFault {
    /// It is due before it is sent, or its time is NaN.
    #[error("sent an event for {at} ms, which has passed; look at its delays, which must be 0 ms or more", at = plain_time(*.at))]
    Past {
        /// Time at which it is due, ms.
        at: f64,
    },
    /// No pending event can be moved.
    #[error("moved its event of flag 1, but none waits; send one first")]
    NothingToMove,
    /// The mechanism's signature does not declare that it sends events.
    #[error("sends an event or watches a condition, but its signature does not say so; set Signature::sends_events")]
    NotDeclared,
    /// An artificial cell has no voltage and cannot watch conditions.
    #[error("watches a condition, which only point processes can")]
    NothingToWatch,
    /// It sent more events within one step than is allowed.
    #[error(
        "sent more than {limit} events to itself within a step; look at its parameters and at the weights of its connections"
    )]
    TooMany {
        /// Number of events allowed.
        limit: usize,
    },
}

impl EngineError {
    /// Of several errors, the one that occurred first; of simultaneous ones, that of the first
    /// cell.
    pub(crate) fn first(errors: impl IntoIterator<Item = Self>) -> Option<Self> {
        let moment = |error: &Self| match error {
            Self::NonFinite { t, cell, .. } => (*t, *cell),
            Self::Runaway { t, .. }
            | Self::Sending { t, .. }
            | Self::MechanismFault { t, .. }
            | Self::TooManyEvents { t, .. }
            | Self::TooManyDeliveries { t, .. }
            | Self::Stopped { t, .. } => (*t, 0),
            Self::Compile { .. }
            | Self::Threads { .. }
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

impl From<CompileError> for EngineError {
    fn from(CompileError { mechanism, reason }: CompileError) -> Self {
        Self::Compile { mechanism, reason }
    }
}

/// The advice for an artificial cell that spikes without pause.
fn runaway_remedy(in_loop: bool) -> &'static str {
    if in_loop {
        "connections with delays shorter than a step lead from it back to it: give one of them a longer delay"
    } else {
        "look at its parameters, and at the weights of the connections to it"
    }
}

fn busiest(sender: Option<u32>, events: usize) -> String {
    sender.map_or_else(String::new, |source| format!(", {events} of them from source {source}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(cell: usize, t: f64) -> EngineError {
        EngineError::NonFinite { cell, node: 0, voltage: f64::NAN, t, mechanism: None }
    }

    #[test]
    fn of_several_errors_the_earliest_and_of_one_time_the_first_cells_counts() {
        let stopped = EngineError::Stopped { step: 1, t: 1.0 };
        assert_eq!(EngineError::first([broken(3, 2.0), stopped.clone(), broken(0, 2.0)]), Some(stopped));
        let found = EngineError::first([broken(3, 2.0), broken(1, 2.0), broken(2, 2.0)]);
        assert!(matches!(found, Some(EngineError::NonFinite { cell: 1, .. })));
        assert_eq!(EngineError::first([]), None);
    }

    #[test]
    fn what_has_no_time_comes_before_the_run() {
        let lost = EngineError::from(CommunicationError::RankLost { rank: 1 });
        assert_eq!(EngineError::first([broken(0, 1.0), lost.clone()]), Some(lost));
    }

    #[test]
    fn messages_name_the_sender_and_the_remedy() {
        let many = EngineError::TooManyEvents { room: 10, t: 1.5, sender: Some(7), events: 3 }.to_string();
        assert!(many.contains("t = 1.5 ms") && many.contains("3 of them from source 7"), "{many}");
        let none = EngineError::TooManyEvents { room: 10, t: 1.5, sender: None, events: 0 }.to_string();
        assert!(!none.contains("of them"), "{none}");
        let runaway = |in_loop| {
            let mechanism = "IntFire1".to_owned();
            EngineError::Runaway { population: 0, instance: 2, mechanism, limit: 5, t: 1.0, in_loop }.to_string()
        };
        assert!(runaway(true).contains("a longer delay") && runaway(false).contains("look at its parameters"));
    }
}
