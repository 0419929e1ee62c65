//! Why a command did not do its work, and the exit code that says so.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use loligo::SimulationError;
use loligo::model_file::LoadError;
use loligo::morphology::MorphologyError;
use loligo_plot::PlotError;

use crate::terminal::complain;

/// Why a command did not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The model file gives no model.
    Model(LoadError),
    /// A morphology cannot be read.
    Morphology(MorphologyError),
    /// The command line asks for something that makes no sense.
    Input(String),
    /// The run ended before its time; the output holds what was computed.
    Run(SimulationError),
    /// Ctrl-C.
    Interrupted,
    /// The output cannot be written.
    Output {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The pictures cannot be drawn.
    Plot(PlotError),
}

impl Failure {
    /// A path that cannot be written.
    pub fn output(path: &Path, reason: impl ToString) -> Self {
        Self::Output { path: path.to_owned(), reason: reason.to_string() }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Model(_) | Self::Morphology(_) | Self::Input(_) => 1,
            Self::Plot(PlotError::Unwritable { .. }) => 4,
            Self::Plot(_) => 1,
            Self::Run(_) => 3,
            Self::Output { .. } => 4,
            Self::Interrupted => 130,
        }
    }

    /// Says on the terminal what went wrong.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Model(LoadError::Invalid(errors)) => crate::report::model_errors(errors),
            Self::Model(other) => complain!("error: {other}"),
            Self::Morphology(error) => complain!("error: {error}"),
            Self::Input(text) => complain!("error: {text}"),
            Self::Plot(error) => complain!("error: {error}"),
            Self::Run(error) => complain!("error: {error}"),
            Self::Output { path, reason } => {
                complain!("error: cannot write {}: {reason}", path.display());
            }
            Self::Interrupted => complain!("stopped by Ctrl-C; what was computed is in the output"),
        }
        ExitCode::from(self.exit_code())
    }
}
