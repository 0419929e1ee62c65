//! Why a command did not do its work, and the exit code that says so.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use loligo::morphology::MorphologyError;
use loligo::{SimulationError, SinkError};
use loligo_format::configuration::ConfigurationError;
use loligo_format::model_file::LoadError;
use loligo_plot::PlotError;

use crate::signals::StopSignal;
use crate::terminal::complain;

/// Why a command did not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The model file gives no model.
    Model(LoadError),
    /// The configuration gives no run.
    Configuration(ConfigurationError),
    /// A morphology cannot be read.
    Morphology(MorphologyError),
    /// The command line asks for something that makes no sense.
    Input(String),
    /// The run ended before its time; the output holds what was computed.
    Run(SimulationError),
    /// Ctrl-C or another signal, of this process or of one that it runs together with.
    Interrupted(Option<StopSignal>),
    /// The output cannot be written.
    Output {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The pictures cannot be drawn.
    Plot(PlotError),
    /// The command was started in a way that makes no sense.
    Use(String),
    /// Something of which the user has been told.
    Told {
        /// The exit code that says so.
        exit_code: u8,
    },
}

impl Failure {
    /// A path that cannot be written.
    pub fn output(path: &Path, reason: impl ToString) -> Self {
        Self::Output { path: path.to_owned(), reason: reason.to_string() }
    }

    /// The exit code that says what went wrong.
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

    /// Says on the terminal what went wrong, unless that has been done.
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

    /// Says what went wrong, and by which exit code.
    pub fn report(&self) -> ExitCode {
        self.tell();
        ExitCode::from(self.exit_code())
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

/// The message, on as many lines as there are errors.
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
