//! A cell's table of parameters, and where values that a cell has of its own come from.

use std::cell::OnceCell;

use loligo::ModelError;
use loligo::TableError;
use loligo::table_text::{MOST_ERRORS, TableText};

use crate::model_file::error::Problem;
use crate::model_file::table::Span;
use crate::model_file::table_places::TablePlaces;

/// A table of parameters that was read.
#[derive(Clone, Debug)]
pub(crate) struct ParameterFile {
    /// Its path as the model file has it.
    pub(super) path: String,
    pub(super) text: String,
    /// Where its values stand, once somebody asks.
    pub(super) places: OnceCell<TablePlaces>,
    pub(crate) read: TableText,
    /// Where the model file names it.
    pub(crate) span: Span,
}

impl ParameterFile {
    /// What is wrong with a value, and where it stands.
    pub(crate) fn problem(&self, row: Option<usize>, column: usize, error: ModelError) -> Problem {
        let places = self.places.get_or_init(|| TablePlaces::of(&self.text));
        let (line, column) = places.at(&self.text, row, column);
        Problem::ParameterValue { path: self.path.clone(), line, column, error }
    }

    /// That not all errors are told.
    pub(crate) fn more_errors(&self) -> Problem {
        let reason = TableError::More { shown: MOST_ERRORS }.to_string();
        Problem::ParameterFile { path: self.path.clone(), reason }
    }
}

/// Where a value that a cell has of its own comes from.
#[derive(Clone, Debug)]
pub(crate) enum OwnSource {
    /// A number that varies, in this entry.
    Entry(Span),
    /// A column of the cell's file of parameters.
    File(usize),
}
