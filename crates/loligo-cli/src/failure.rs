//! Reasons for the failure of a command, with their exit codes.

use std::fmt;
use std::path::{Path, PathBuf};

use loligo::morphology::MorphologyError;
use loligo::{SimulationError, SinkError};
use loligo_format::configuration::ConfigurationError;
use loligo_format::model_file::LoadError;
use loligo_plot::PlotError;

use crate::signals::StopSignal;
use crate::terminal::complain;

/// The reason for the failure of a command.
#[derive(Debug)]
pub enum Failure {
    /// The model file is invalid.
    Model(LoadError),
    /// The configuration is invalid.
    Configuration(ConfigurationError),
    /// A morphology cannot be read.
    Morphology(MorphologyError),
    /// An option has an invalid value.
    Input(String),
    /// The run ended before its time; the output has the results up to that time.
    Run(SimulationError),
    /// Ctrl-C or another signal, sent to this process or to another rank of the run.
    Interrupted(Option<StopSignal>),
    /// The output cannot be written.
    Output {
        /// The file or directory.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// The pictures cannot be drawn.
    Plot(PlotError),
    /// The command was started in an invalid way.
    Use(String),
    /// A failure that has already been reported to the user.
    Told {
        /// The exit code.
        exit_code: u8,
    },
}

impl Failure {
    /// A path that cannot be written.
    pub fn output(path: &Path, reason: impl ToString) -> Self {
        Self::Output { path: path.to_owned(), reason: reason.to_string() }
    }

    /// The exit code for this failure.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Model(_) | Self::Configuration(_) | Self::Morphology(_) | Self::Input(_) => 1,
            Self::Plot(PlotError::Unwritable { .. } | PlotError::Occupied { .. }) => 4,
            Self::Plot(_) => 1,
            Self::Run(_) => 3,
            Self::Output { .. } => 4,
            Self::Interrupted(signal) => signal.unwrap_or(StopSignal::INTERRUPT).exit_code(),
            Self::Use(_) => 2,
            Self::Told { exit_code } => *exit_code,
        }
    }

    /// Prints the message, unless that has been done.
    pub fn tell(&self) {
        match self {
            Self::Model(LoadError::Invalid(errors)) => crate::report::model_errors(errors),
            Self::Configuration(ConfigurationError::Invalid(errors)) => crate::report::configuration_errors(errors),
            Self::Configuration(ConfigurationError::Circuit(LoadError::Invalid(errors))) => {
                crate::report::model_errors(errors);
            }
            Self::Told { .. } => {}
            Self::Interrupted(_) => complain!("{self}"),
            _ => complain!("error: {self}"),
        }
    }

    /// Prints the message, and returns the exit code.
    pub fn report(&self) -> u8 {
        self.tell();
        self.exit_code()
    }
}

impl From<ConfigurationError> for Failure {
    fn from(error: ConfigurationError) -> Self {
        Self::Configuration(error)
    }
}

impl From<SinkError> for Failure {
    fn from(SinkError { place, reason }: SinkError) -> Self {
        Self::Output { path: place.into(), reason }
    }
}

impl From<SimulationError> for Failure {
    fn from(error: SimulationError) -> Self {
        match error {
            SimulationError::Sink(error) => error.into(),
            other => Self::Run(other),
        }
    }
}

/// The message, with one line for each error.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(error) => error.fmt(f),
            Self::Configuration(error) => error.fmt(f),
            Self::Morphology(error) => error.fmt(f),
            Self::Input(text) | Self::Use(text) => text.fmt(f),
            Self::Plot(error) => error.fmt(f),
            Self::Run(error) => error.fmt(f),
            Self::Output { path, reason } => write!(f, "cannot write {}: {reason}", path.display()),
            Self::Interrupted(Some(signal)) => write!(f, "stopped by {signal}; what was computed is in the output"),
            Self::Interrupted(None) => {
                f.write_str("stopped by a signal to another process of the run; what was computed is in the output")
            }
            Self::Told { .. } => Ok(()),
        }
    }
}
