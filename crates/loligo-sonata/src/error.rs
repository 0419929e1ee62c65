//! Errors of the files.

use std::path::{Path, PathBuf};

use loligo::SinkError;
use loligo_io::visible;
use thiserror::Error;

/// The reason why the files cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SonataError {
    /// A name that is not allowed in HDF5.
    #[error("\"{name}\" cannot name a population; give a name without \"/\" that is not empty and not \".\"")]
    PopulationName {
        /// The name.
        name: String,
    },
    /// Cells and artificial cells are numbered separately, so they cannot share a population.
    #[error("cells and artificial cells are both in the population \"{name}\"; give each its own")]
    SamePopulation {
        /// The name.
        name: String,
    },
    /// The network lacks a recorded item: it is not the one from which the simulation was made.
    #[error("recording {recording} is not of this network; give the network of which the simulation was made")]
    OtherNetwork {
        /// Index of the recording.
        recording: usize,
    },
    /// A file that cannot be written.
    #[error("cannot write {} ({reason}); check the path and the free space", visible(path.display()))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The library's message.
        reason: String,
    },
}

impl From<SonataError> for SinkError {
    fn from(error: SonataError) -> Self {
        match error {
            SonataError::Unwritable { path, reason } => Self { place: path.display().to_string(), reason },
            other => Self { place: "SONATA files".to_owned(), reason: other.to_string() },
        }
    }
}

/// Converts the library's error for a file.
pub(crate) fn unwritable(path: &Path) -> impl Fn(hdf5::Error) -> SonataError + '_ {
    |error| SonataError::Unwritable { path: path.to_owned(), reason: error.to_string() }
}
