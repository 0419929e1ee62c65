//! What runs a case.

use std::path::PathBuf;
use std::time::Duration;

use crate::vocabulary::{Definition, Results};

/// A simulator that can run models of the case vocabulary.
pub trait Simulator {
    /// The simulator's name and version, as written into case files and reports.
    fn name(&self) -> String;

    /// Builds and runs a model.
    ///
    /// # Errors
    /// If the simulator cannot do what the model asks for, or fails at it.
    fn run(&mut self, case: &Definition) -> Result<Results, SimulatorError>;
}

/// Why a simulator has no results for a case.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The model needs what the simulator does not have.
    #[error("not supported: {feature}")]
    Unsupported {
        /// What the model asks for: `method cvode`.
        feature: String,
    },
    /// The simulator finds fault with the model.
    #[error("refused: {message}")]
    Refused {
        /// The simulator's own words.
        message: String,
    },
    /// The simulator went down with the case.
    #[error("crashed: {message}")]
    Crashed {
        /// How it ended, and what it said last.
        message: String,
    },
    /// The case took too long.
    #[error("no results after {} s; shorten the model or raise --timeout", limit.as_secs_f64())]
    TimedOut {
        /// The time it was given.
        limit: Duration,
    },
    /// The simulator's program cannot be started.
    #[error(
        "cannot start {}: {what}; run validation/neuron/setup.sh or name a Python with NEURON by --python",
        program.display()
    )]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// What went wrong.
        what: String,
    },
    /// The simulator's program gives answers that are none.
    #[error("{} answered nonsense: {what}", program.display())]
    Protocol {
        /// The program.
        program: PathBuf,
        /// What was read, and why it is no answer.
        what: String,
    },
}
