//! Reasons why a workload cannot be made.

use std::path::PathBuf;

use loligo::morphology::MorphologyError;
use loligo::nmodl::LoadErrors;
use thiserror::Error;

/// The reason why a workload cannot be made. Every message says what to do next.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkloadError {
    /// A topology file cannot be read.
    #[error("{}: {source}; check the path and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A topology file is not the expected JSON.
    #[error("{}: {source}; it must have the keys nring, ncell_per_ring and parents", path.display())]
    NoTopology {
        /// The file.
        path: PathBuf,
        /// The position of the fault.
        source: serde_json::Error,
    },
    /// The number of lists of parents differs from the number of cells.
    #[error("{rings} rings of {cells_per_ring} cells, but parents of {cells} cells; give a list for every cell")]
    CellCount {
        /// Number of rings.
        rings: usize,
        /// Number of cells in each ring.
        cells_per_ring: usize,
        /// Number of lists of parents.
        cells: usize,
    },
    /// A cell's list of parents is not a tree.
    #[error(
        "cell {cell}, section {section}: parent {parent}; the first section is the root (-1), the second its child, \
         the others children of earlier ones except the first"
    )]
    NoTree {
        /// The cell.
        cell: usize,
        /// The section.
        section: usize,
        /// Its parent.
        parent: i64,
    },
    /// The morphology cannot be read.
    #[error(transparent)]
    Morphology(#[from] MorphologyError),
    /// Mechanisms of the library cannot be read.
    #[error(transparent)]
    Mechanisms(#[from] LoadErrors),
    /// The morphology has no soma for the electrode.
    #[error("{}: no section is a soma; the electrode needs one", .0.display())]
    NoSoma(PathBuf),
}
