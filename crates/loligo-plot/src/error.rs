//! Why a directory cannot be turned into pictures, and what to do about it.

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
        /// Why, and what to do.
        source: InputError,
    },
    /// A picture cannot be written.
    #[error("cannot write {} ({source}); check the permissions and the free space", visible(path.display()))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Something that is not one of these pictures has the name of one.
    #[error("cannot write {}: {source}", path.display())]
    Occupied {
        /// The file.
        path: PathBuf,
        /// What has the name.
        source: OutputError,
    },
    /// None of the files that could be drawn is there.
    #[error(
        "nothing to plot in {}: there is neither traces.csv nor spikes.csv nor cells.json; \
         give the output directory of a run, and record something in the model", visible(dir.display())
    )]
    NothingToPlot {
        /// The directory.
        dir: PathBuf,
    },
    /// A line of a table breaks the format.
    #[error("{}, line {line}: {}; {advice}", visible(path.display()), visible(problem))]
    Table {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
        /// What to do.
        advice: &'static str,
    },
    /// A JSON file breaks the grammar, or its content is not what is expected there.
    #[error(
        "{}, line {}: {}; run the simulation again, or correct the file",
        visible(path.display()), source.line(), visible(source)
    )]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// A cell that has no shape.
    #[error("cell {}, section {}: {problem}", visible(cell), visible(section))]
    Shape {
        /// Name of the cell.
        cell: String,
        /// Name of the section.
        section: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A [`PlotError::Shape`] with the file that it is in.
    #[error("{}: {source}", visible(path.display()))]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        source: Box<PlotError>,
    },
}
