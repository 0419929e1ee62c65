//! Why a workload cannot be made.

use std::path::PathBuf;

use loligo::morphology::MorphologyError;
use thiserror::Error;

/// Why a workload cannot be made. Every message says what to do next.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkloadError {
    /// A topology file cannot be read.
    #[error("{}: {source}; check the path and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A topology file is not the JSON that it should be.
    #[error("{}: {source}; it must have the keys nring, ncell_per_ring and parents", path.display())]
    NoTopology {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong.
        source: serde_json::Error,
    },
    /// Not one list of parents for each cell.
    #[error("{rings} rings of {cells_per_ring} cells, but parents of {cells} cells; give a list for every cell")]
    CellCount {
        /// Rings.
        rings: usize,
        /// Cells in each.
        cells_per_ring: usize,
        /// Lists of parents.
        cells: usize,
    },
    /// A cell's list of parents is no tree.
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
    /// The morphology has no soma to put the electrode into.
    #[error("{}: no section is a soma; the electrode needs one", .0.display())]
    NoSoma(PathBuf),
}
