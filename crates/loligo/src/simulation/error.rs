//! Errors of a simulation, of its checkpoints and of its outputs.

use std::path::PathBuf;

use loligo_engine::{EngineError, SendingFault};
use loligo_io::{InputError, plain, visible};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::ModelErrors;

/// What a [`Sink`](crate::Sink) could not do.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("cannot write {}: {reason}", visible(place))]
pub struct SinkError {
    /// Where it was to write, such as a path.
    pub place: String,
    /// What was wrong there, such as what the system says.
    pub reason: String,
}

/// What is wrong with a checkpoint's file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It can't be read.
    #[error("cannot read {}: {reason}", visible(path.display()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        reason: InputError,
    },
    /// It can't be written.
    #[error("cannot write {}: {reason}", visible(path.display()))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// It is something else.
    #[error("this is no checkpoint; give a file that --save or Checkpoint::write made")]
    NoCheckpoint,
    /// It was made by a Loligo whose checkpoints are laid out otherwise.
    #[error("this checkpoint has layout {found}, this Loligo reads layout {expected}; use the one that made it")]
    Version {
        /// The layout that it has.
        found: u32,
        /// The layout that can be read.
        expected: u32,
    },
    /// Its end is missing.
    #[error("this checkpoint is cut short: {found} of {expected} bytes; copy it again, or use an earlier one")]
    CutShort {
        /// Its bytes.
        found: u64,
        /// The bytes that it should have, at least.
        expected: u64,
    },
    /// Its bytes were changed.
    #[error(
        "this checkpoint is damaged: its contents are not those that were written; copy it again, or use an earlier one"
    )]
    Damaged,
}

/// A run that did not start or not end.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The model has errors.
    #[error(transparent)]
    Model(#[from] ModelErrors),
    /// A voltage left the finite numbers.
    #[error(
        "the voltage of cell \"{cell}\" at {section}({x}) became {voltage} at t = {t} ms{}; \
         look at the parameters there, or take a smaller dt", blame(.mechanism), x = plain(*.x), voltage = plain(*.voltage), t = plain(*.t))]
    NonFinite {
        /// Name of the cell.
        cell: String,
        /// Name of the section.
        section: String,
        /// Centre of the segment (or 0 or 1 for an end).
        x: f64,
        /// The voltage, mV.
        voltage: f64,
        /// When, ms.
        t: f64,
        /// A mechanism there whose current or state is not finite.
        mechanism: Option<String>,
    },
    /// An artificial cell sent more spikes and events to itself within one step than any model needs.
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
        /// When, ms.
        t: f64,
        /// Whether connections lead from it back to it with delays shorter than a step.
        in_loop: bool,
    },
    /// A mechanism sent an event that cannot be delivered.
    #[error("{mechanism} of {sender} {fault} at t = {t} ms", t = plain(*.t))]
    Sending {
        /// The sender: a place on a cell, or the name of an artificial cell.
        sender: String,
        /// Its mechanism.
        mechanism: String,
        /// What is wrong.
        fault: SendingFault,
        /// When it was sent, ms.
        t: f64,
    },
    /// Events and spikes that wait take too much memory, or there are too many in one step.
    #[error(
        "there are too many events at t = {t} ms, more than {limit}{}; let it spike less often, or shorten the delays of its \
         connections if events pile up (Options::event_room is the memory for them)", busiest(.sender, *.events)
    )]
    TooManyEvents {
        /// What is allowed: "1073741824 bytes of waiting events and spikes", "10000000 in half a step".
        limit: String,
        /// When, ms.
        t: f64,
        /// Name of the source that sent most of them, if any did.
        sender: Option<String>,
        /// How many of them.
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
        /// How many it has.
        expected: usize,
        /// How many were given.
        given: usize,
    },
    /// A handle that another simulation made.
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
    /// Another rank of the run has no such model.
    #[error("rank {rank} did not start: {reason}")]
    RankNotStarted {
        /// The first such rank.
        rank: usize,
        /// What was wrong there.
        reason: String,
    },
    /// What was recorded could not be handed on.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// Something else in the engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What to do about an artificial cell that fires without pause.
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
