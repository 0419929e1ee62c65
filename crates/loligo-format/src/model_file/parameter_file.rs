//! A cell's table of parameters, and the sources of its own values.

use std::cell::OnceCell;

use loligo::table_text::{MOST_ERRORS, TableText};
use loligo::{ModelError, TableError};

use crate::model_file::error::Problem;
use crate::model_file::table::Span;
use crate::model_file::table_places::TablePlaces;

/// A table of parameters that was read.
#[derive(Clone, Debug)]
pub(crate) struct ParameterFile {
    /// Its path as in the model file.
    pub(super) path: String,
    pub(super) text: String,
    /// Positions of its values, computed on demand.
    pub(super) places: OnceCell<TablePlaces>,
    pub(crate) read: TableText,
    /// Its place in the model file.
    pub(crate) span: Span,
}

impl ParameterFile {
    /// The error of a value, with its position in the table.
    pub(crate) fn problem(&self, row: Option<usize>, column: usize, error: ModelError) -> Problem {
        let places = self.places.get_or_init(|| TablePlaces::of(&self.text));
        let (line, column) = places.at(&self.text, row, column);
        Problem::ParameterValue { path: self.path.clone(), line, column, error }
    }

    /// The error that further errors are not shown.
    pub(crate) fn more_errors(&self) -> Problem {
        let reason = TableError::More { shown: MOST_ERRORS }.to_string();
        Problem::TableFile { what: "parameters", path: self.path.clone(), reason }
    }
}

/// The source of a cell's own value.
#[derive(Clone, Debug)]
pub(crate) enum OwnSource {
    /// A number that varies, in this entry.
    Entry(Span),
    /// A column of the cell's file of parameters.
    File(usize),
}
