//! The interface of simulators that run cases.

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
    /// If the simulator does not support a feature of the model, or fails.
    fn run(&mut self, case: &Definition) -> Result<Results, SimulatorError>;
}

/// The reason why a simulator has no results for a case.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The model needs a feature that the simulator does not have.
    #[error("not supported: {feature}")]
    Unsupported {
        /// The feature: `method cvode`.
        feature: String,
    },
    /// The simulator rejects the model.
    #[error("refused: {message}")]
    Refused {
        /// The simulator's message.
        message: String,
    },
    /// The simulator crashed while running the case.
    #[error("crashed: {message}")]
    Crashed {
        /// Exit status and last output.
        message: String,
    },
    /// The case exceeded its time limit.
    #[error("no results after {} s; shorten the model or raise --timeout", limit.as_secs_f64())]
    TimedOut {
        /// The time limit.
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
        /// The fault.
        what: String,
    },
    /// The simulator's program sends an invalid reply.
    #[error("{} answered nonsense: {what}", program.display())]
    Protocol {
        /// The program.
        program: PathBuf,
        /// The text received, and the reason why it is invalid.
        what: String,
    },
}
