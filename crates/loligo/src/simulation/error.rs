//! Errors of a simulation, of its checkpoints and of its outputs.

use std::path::PathBuf;

use loligo_engine::{EngineError, SendingFault};
use loligo_io::{InputError, plain, plain_time, visible};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::ModelErrors;

/// A failure of a [`Sink`](crate::Sink).
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("cannot write {}: {reason}", visible(place))]
pub struct SinkError {
    /// Its destination, such as a path.
    pub place: String,
    /// The reason, such as the operating system's message.
    pub reason: String,
}

/// An error of a checkpoint's file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It can't be read.
    #[error("cannot read {}: {reason}", visible(path.display()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The reason, and the remedy.
        reason: InputError,
    },
    /// It can't be written.
    #[error("cannot write {}: {reason}", visible(path.display()))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// The file is not a checkpoint.
    #[error("this is no checkpoint; give a file that --save or Checkpoint::write made")]
    NoCheckpoint,
    /// It was made by a version of Loligo with another layout of checkpoints.
    #[error("this checkpoint has layout {found}, this Loligo reads layout {expected}; use the one that made it")]
    Version {
        /// The layout found.
        found: u32,
        /// The layout that can be read.
        expected: u32,
    },
    /// It is truncated.
    #[error("this checkpoint is cut short: {found} of {expected} bytes; copy it again, or use an earlier one")]
    CutShort {
        /// Number of its bytes.
        found: u64,
        /// The smallest number of bytes that it should have.
        expected: u64,
    },
    /// Its bytes were changed.
    #[error(
        "this checkpoint is damaged: its contents are not those that were written; copy it again, or use an earlier one"
    )]
    Damaged,
}

/// An error of a run, or of its start.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The model has errors.
    #[error(transparent)]
    Model(#[from] ModelErrors),
    /// A voltage became infinite or NaN.
    #[error(
        "the voltage of cell \"{cell}\" at {section}({x}) became {voltage} at t = {t} ms{}; \
         look at the parameters there, or take a smaller dt", blame(.mechanism), x = plain(*.x), voltage = plain(*.voltage), t = plain_time(*.t))]
    NonFinite {
        /// Name of the cell.
        cell: String,
        /// Name of the section.
        section: String,
        /// Centre of the segment (or 0 or 1 for an end).
        x: f64,
        /// The voltage, mV.
        voltage: f64,
        /// Time, ms.
        t: f64,
        /// A mechanism there whose current or state is not finite.
        mechanism: Option<String>,
    },
    /// The number of spikes and self events of an artificial cell within one step exceeds the limit.
    #[error(
        "artificial cell \"{cell}\" ({mechanism}) fires without pause: within the step at t = {t} ms it sent more than {limit} \
         spikes and events to itself; {}", runaway_remedy(*.in_loop)
    )]
    Runaway {
        /// Name of the artificial cell.
        cell: String,
        /// Its mechanism.
        mechanism: String,
        /// Emissions allowed in a step.
        limit: u32,
        /// Time, ms.
        t: f64,
        /// `true` if connections lead from it back to it with delays shorter than a step.
        in_loop: bool,
    },
    /// A mechanism sent an event that cannot be delivered.
    #[error("{mechanism} of {sender} {fault} at t = {t} ms", t = plain_time(*.t))]
    Sending {
        /// The sender: a place on a cell, or the name of an artificial cell.
        sender: String,
        /// Its mechanism.
        mechanism: String,
        /// The fault found.
        fault: SendingFault,
        /// Time of sending, ms.
        t: f64,
    },
    /// A mechanism cannot be computed: a loop without end, equations without a solution.
    #[error("{mechanism} of {instance} failed before t = {t} ms: {reason}", t = plain_time(*.t))]
    MechanismFault {
        /// A place on a cell, or the name of an artificial cell.
        instance: String,
        /// The mechanism.
        mechanism: String,
        /// The reason, and its location in the mechanism's text.
        reason: String,
        /// Time at which it was noticed, ms.
        t: f64,
    },
    /// Waiting events and spikes need too much memory, or there are too many in one step.
    #[error(
        "there are too many events at t = {t} ms, more than {limit}{}; let it spike less often, or shorten the delays of its \
         connections if events pile up (Options::event_room is the memory for them)", busiest(.sender, *.events)
    )]
    TooManyEvents {
        /// The limit: "1073741824 bytes of waiting events and spikes", "10000000 in half a step".
        limit: String,
        /// Time, ms.
        t: f64,
        /// Name of the source that sent most of them, if any did.
        sender: Option<String>,
        /// Number of events that it sent.
        events: usize,
    },
    /// No procedure of that name.
    #[error(
        "the mechanism has no procedure \"{procedure}\", or the handle leads to no point process or density mechanism"
    )]
    NoProcedure {
        /// The name given.
        procedure: String,
    },
    /// A procedure was called with another number of arguments than it has.
    #[error("the procedure \"{procedure}\" has {expected} arguments, not {given}")]
    ProcedureArguments {
        /// Its name.
        procedure: String,
        /// Its number of arguments.
        expected: usize,
        /// Number of arguments given.
        given: usize,
    },
    /// A handle made by another simulation.
    #[error("this handle belongs to another simulation; make one with Simulation::handle of this one")]
    ForeignHandle,
    /// There is no recording of that index.
    #[error(
        "there is no recording {index}: the simulation has {count}, numbered from 0; Network::record returns the number"
    )]
    NoRecording {
        /// The index asked for.
        index: usize,
        /// Number of recordings.
        count: usize,
    },
    /// Another rank of the run has found an error in the model.
    #[error("rank {rank} did not start: {reason}")]
    RankNotStarted {
        /// The first such rank.
        rank: usize,
        /// The error found there.
        reason: String,
    },
    /// A sink failed to take the recorded samples and spikes.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// Another error of the engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The remedy for an artificial cell with too many spikes.
fn runaway_remedy(in_loop: bool) -> &'static str {
    if in_loop {
        "connections with delays shorter than a step lead from it back to it: give one of them a longer delay"
    } else {
        "look at its parameters, and at the weights of the connections to it"
    }
}

fn busiest(sender: &Option<String>, events: usize) -> String {
    sender.as_ref().map_or_else(String::new, |source| format!(", {events} of them from \"{source}\""))
}

fn blame(mechanism: &Option<String>) -> String {
    mechanism.as_ref().map_or_else(String::new, |name| format!(" (mechanism {name} is not finite there either)"))
}
