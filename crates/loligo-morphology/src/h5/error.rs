//! Reasons why an HDF5 file cannot be read as a morphology.

use thiserror::Error;

/// An HDF5 file without a readable morphology. Rows are those of `/structure`, from 0.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum H5Error {
    /// The library cannot open the file.
    #[error("the HDF5 library cannot open the file ({0}); it may be cut off, copy or export it again")]
    Broken(String),
    /// An invalid value in a header.
    #[error("at byte {byte}: {claim}; the file is damaged, copy or export it again")]
    Damaged {
        /// Position in the file.
        byte: u64,
        /// The fault at that position.
        claim: &'static str,
    },
    /// A dataset is missing: the file has other content.
    #[error("it holds no dataset /{dataset}, so it is no morphology of format H5 v1; export the reconstruction again")]
    Missing {
        /// `points` or `structure`.
        dataset: &'static str,
    },
    /// The format of a version before or after 1.
    #[error("its format is H5 v{version}, not v1; convert it (morph-tool convert file OLD NEW.h5)")]
    Version {
        /// The major version.
        version: u32,
    },
    /// A morphology of glia or spines.
    #[error("it holds no neuron (cell_family {family}); give the file of a neuron")]
    NotANeuron {
        /// 1 for glia, 2 for spines.
        family: u32,
    },
    /// A dataset of the wrong shape.
    #[error("/{dataset} must have {columns} columns, its shape is {shape:?}; export the reconstruction again")]
    Shape {
        /// `points` or `structure`.
        dataset: &'static str,
        /// Expected number of columns.
        columns: usize,
        /// Shape found.
        shape: Vec<usize>,
    },
    /// More rows than a file of this size can contain.
    #[error("/{dataset} claims to have {rows} rows, in a file of {bytes} bytes; the file is damaged, export it again")]
    TooLarge {
        /// `points` or `structure`.
        dataset: &'static str,
        /// Number of rows.
        rows: usize,
        /// Size of the file.
        bytes: u64,
    },
    /// Chunks larger than a file of this size can contain.
    #[error(
        "/{dataset} claims to have chunks of {chunk:?}, in a file of {bytes} bytes; it is damaged, export it again"
    )]
    ChunkTooLarge {
        /// `points` or `structure`.
        dataset: &'static str,
        /// Rows and columns of a chunk.
        chunk: Vec<usize>,
        /// Size of the file.
        bytes: u64,
    },
    /// A dataset of another type, or with missing data.
    #[error("/{dataset} cannot be read ({reason}); the file is damaged, export it again")]
    Unreadable {
        /// `points` or `structure`.
        dataset: &'static str,
        /// The library's message, or the expected type.
        reason: String,
    },
    /// A coordinate or diameter that is infinite or not a number.
    #[error("point {point}: {value} is not finite; write a measured number there")]
    NotFinite {
        /// Row of `/points`, from 0.
        point: usize,
        /// The value found.
        value: f32,
    },
    /// A section that begins before the previous one, or beyond the points.
    #[error("row {row} of /structure begins at point {offset}; it must lie between {least} and {most}")]
    Offset {
        /// The row.
        row: usize,
        /// Its first point.
        offset: i64,
        /// First point of the previous row.
        least: i64,
        /// Number of points.
        most: usize,
    },
    /// A type outside 1 to 18, or a soma that is not the first row.
    #[error("row {row} of /structure has type {code}; the first row is the soma (1), the others have types 2 to 18")]
    Type {
        /// The row.
        row: usize,
        /// Its type.
        code: i64,
    },
    /// A parent that does not exist.
    #[error("row {row} of /structure has parent {parent}, which is no row; neurites at the soma have parent 0")]
    Parent {
        /// The row.
        row: usize,
        /// Its parent.
        parent: i64,
    },
    /// Sections that are their own ancestors.
    #[error("row {row} of /structure is its own ancestor, or hangs on one that is; give one of them parent 0")]
    Cycle {
        /// The first such row.
        row: usize,
    },
    /// The file has no soma, so nothing can be attached.
    #[error("it has no soma, without which neurites have nothing to hang on; add its contour")]
    NoSoma,
    /// A soma of two points, which has no area.
    #[error("its soma has two points; give it one (a sphere) or at least three (a contour)")]
    SomaOfTwoPoints,
    /// A soma contour without area.
    #[error(
        "its soma contour has no extent across its longest axis; draw at least three points that are not on one line"
    )]
    FlatSoma,
}
