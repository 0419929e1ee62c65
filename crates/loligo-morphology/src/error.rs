//! Reasons why a file cannot be read as a morphology, with their remedies.

use std::path::PathBuf;

use loligo_io::{InputError, plain, visible};
use thiserror::Error;

/// A file that cannot be read as a morphology. Every message says what to do next.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MorphologyError {
    /// An error, with the file in which it occurred.
    #[error("{}: {source}", visible(path.display()))]
    InFile {
        /// The file.
        path: PathBuf,
        /// The fault found in it.
        source: Box<MorphologyError>,
    },
    /// The file cannot be opened or read.
    #[error("cannot read the file: {0}")]
    Unreadable(#[from] InputError),
    /// Writing failed.
    #[error("cannot write the morphology ({0}); check the path and the free space")]
    Unwritable(#[source] std::io::Error),
    /// The file is neither SWC nor Neurolucida ASC nor H5.
    #[error(
        "this is neither SWC (lines of seven numbers) nor Neurolucida ASC (nested brackets) nor H5; \
         export the reconstruction as .swc or .asc"
    )]
    UnknownFormat,
    /// A known format that is not supported.
    #[error("this is {format}, which is not read; export the reconstruction as .swc or .asc")]
    Unsupported {
        /// Name of the format.
        format: &'static str,
    },
    /// A file with the extension `.h5` whose content is not HDF5.
    #[error(
        "the extension says HDF5, but the file does not begin as an HDF5 file; check that it was copied completely"
    )]
    NotHdf5,
    /// An H5 morphology, in a build without HDF5 support.
    #[cfg(not(feature = "hdf5"))]
    #[error(
        "this is an HDF5 file, which is read by builds with the feature \"hdf5\": cargo build --release --features hdf5"
    )]
    WithoutHdf5,
    /// An HDF5 file without a valid morphology.
    #[cfg(feature = "hdf5")]
    #[error(transparent)]
    H5(#[from] crate::H5Error),
    /// Text in UTF-16, as written by some editors on Windows.
    #[error(
        "this is text in UTF-16 (line 1 begins with its mark or with zero bytes), which is not read; save it as UTF-8 or \
         plain text (ANSI)"
    )]
    Utf16,
    /// An SWC file in which no line is a point.
    #[error("line {line}: {fault}; {}; {}", no_point(*.lines), .fault.remedy())]
    NoReadableLine {
        /// The first line that resembles a point, else the first that is no comment; from 1.
        line: usize,
        /// The fault in that line.
        fault: crate::LineFault,
        /// Number of lines that are neither points nor comments.
        lines: usize,
    },
    /// The file has no points.
    #[error("the file holds no points; check that the reconstruction was exported completely")]
    Empty,
    /// A value that is infinite or not a number.
    #[error("line {line}: a value is not finite ({quantity} = {value}); write a measured number there", value = plain(*.value))]
    NotFinite {
        /// Line, from 1.
        line: usize,
        /// Name of the column or value.
        quantity: &'static str,
        /// The value found.
        value: f64,
    },
    /// An id, type or parent that is not a whole number or is out of range.
    #[error("line {line}: the {quantity} must be a whole number, not {value}; renumber the points", value = plain(*.value))]
    NotWhole {
        /// Line, from 1.
        line: usize,
        /// `id`, `type` or `parent`.
        quantity: &'static str,
        /// The value found.
        value: f64,
    },
    /// A point with a negative id: -1 means "no parent", so the point cannot be referred to.
    #[error("line {line}: id {id} is negative; number the points from 1")]
    NegativeId {
        /// Line, from 1.
        line: usize,
        /// The id.
        id: i64,
    },
    /// Two different points with one id.
    #[error(
        "line {line}: id {id} is already taken by a different point in line {first_line}; \
         give each point its own id{}", rounded_ids(*.id)
    )]
    DuplicateId {
        /// Line of the second, from 1.
        line: usize,
        /// Line of the first, from 1.
        first_line: usize,
        /// The id.
        id: i64,
    },
    /// Points that are their own ancestors.
    #[error(
        "line {line}: point {id} is its own ancestor ({length} points form a ring); \
         give one of them parent -1 or a point nearer to the soma"
    )]
    Cycle {
        /// Line of the ring's lowest id, from 1.
        line: usize,
        /// That id.
        id: i64,
        /// Number of points in the ring.
        length: usize,
    },
    /// The text does not follow the grammar of Neurolucida ASC.
    #[error("line {line}: expected {expected}, found {}; correct the line or export the file again", visible(found))]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// The expected syntax.
        expected: &'static str,
        /// The text found.
        found: String,
    },
    /// A quotation mark that is not closed on the same line.
    #[error("line {line}: the text in quotation marks does not end on its line; add the closing \"")]
    UnclosedString {
        /// Line, from 1.
        line: usize,
    },
    /// A bracket that is not closed before the end of the file.
    #[error("line {line}: the bracket opened here is never closed; the file may be cut off, export it again")]
    UnclosedBracket {
        /// Line of the opening bracket, from 1.
        line: usize,
    },
    /// A soma contour without area.
    #[error(
        "line {line}: the soma contour has no extent across its longest axis, so no diameter follows from it; \
         draw at least three points that are not on one line"
    )]
    FlatContour {
        /// Line where the contour begins, from 1.
        line: usize,
    },
}

fn no_point(lines: usize) -> String {
    match lines {
        1 => "no other line is a point (id type x y z radius parent)".to_owned(),
        _ => format!("none of {lines} lines is a point (id type x y z radius parent)"),
    }
}

/// A note that ids are read as `f32`, as in NEURON, if that changes the id.
fn rounded_ids(id: i64) -> &'static str {
    if id >= 1 << 24 { " (ids are stored as 32-bit floats: above 16777216 neighbours coincide)" } else { "" }
}
