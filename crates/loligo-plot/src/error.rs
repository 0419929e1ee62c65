//! Reasons why a directory cannot be drawn, with their remedies.

use std::path::PathBuf;

use loligo_io::{InputError, OutputError, visible};
use thiserror::Error;

/// A run's output that cannot be drawn. Every message names the file and says what to do next.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlotError {
    /// A file or the directory cannot be opened or read.
    #[error("cannot read {}: {source}", visible(path.display()))]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// The reason and the remedy.
        source: InputError,
    },
    /// A picture cannot be written.
    #[error("cannot write {} ({source}); check the permissions and the free space", visible(path.display()))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A file with the name of a picture is not one of these pictures.
    #[error("cannot write {}: {source}", path.display())]
    Occupied {
        /// The file.
        path: PathBuf,
        /// The kind of the existing file.
        source: OutputError,
    },
    /// None of the files that can be drawn exists.
    #[error(
        "nothing to plot in {}: there is neither traces.csv nor spikes.csv nor cells.json; \
         give the output directory of a run, and record something in the model", visible(dir.display())
    )]
    NothingToPlot {
        /// The directory.
        dir: PathBuf,
    },
    /// A line of a table does not follow the format.
    #[error("{}, line {line}: {}; {advice}", visible(path.display()), visible(problem))]
    Table {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// The fault.
        problem: String,
        /// The remedy.
        advice: &'static str,
    },
    /// A JSON file has a syntax error, or unexpected content.
    #[error(
        "{}, line {}: {}; run the simulation again, or correct the file",
        visible(path.display()), source.line(), visible(source)
    )]
    Json {
        /// The file.
        path: PathBuf,
        /// The fault and its position.
        source: serde_json::Error,
    },
    /// A cell that has no shape.
    #[error("cell {}, section {}: {problem}", visible(cell), visible(section))]
    Shape {
        /// Name of the cell.
        cell: String,
        /// Name of the section.
        section: String,
        /// The fault and the remedy.
        problem: String,
    },
    /// A [`PlotError::Shape`] with the file in which it occurred.
    #[error("{}: {source}", visible(path.display()))]
    InFile {
        /// The file.
        path: PathBuf,
        /// The fault found in it.
        source: Box<PlotError>,
    },
}
