//! Table of the parameters of an ensemble, and its errors.

use std::fmt;

use loligo_io::{shortened, visible};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cell::own_values::ParameterRef;

/// The parameters of an ensemble: a column for each parameter that varies, a row for each cell.
///
/// ```
/// use loligo::ParameterTable;
/// let table = ParameterTable::new().with("soma.hh.gnabar", [0.10, 0.12, 0.14]).with("electrode.amp", [0.1, 0.2, 0.3]);
/// assert_eq!(table.rows()?, 3);
/// let same = ParameterTable::read("soma.hh.gnabar, electrode.amp\n0.10, 0.1\n0.12, 0.2\n0.14, 0.3\n".as_bytes())?;
/// assert_eq!(table, same);
/// # Ok::<(), loligo::TableErrors>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParameterTable {
    pub(crate) columns: Vec<(ParameterRef, Vec<f64>)>,
}

/// An error of a table of parameters, positions or connections.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// Columns of different lengths.
    #[error("the column \"{parameter}\" has {given} values, the first one {expected}; give each cell one")]
    Length {
        /// The column.
        parameter: String,
        /// Number of its values.
        given: usize,
        /// Number of values of the first column.
        expected: usize,
    },
    /// A line with too few or too many values.
    #[error("line {line} has {given} values, the header {expected} names; give a value for each")]
    Width {
        /// Number of the line, from 1.
        line: usize,
        /// Number of its values.
        given: usize,
        /// Number of names in the first line.
        expected: usize,
    },
    /// Something that is not a number.
    #[error("line {line}, column {column}: \"{}\" for \"{}\" is not a finite number{}",
        visible(shortened(.text)), visible(.parameter), loligo_io::number_hint(.text))]
    Number {
        /// Number of the line, from 1.
        line: usize,
        /// Position of its first character in the line, from 1.
        column: usize,
        /// Name of the parameter.
        parameter: String,
        /// The text found there.
        text: String,
    },
    /// A value that cannot be used.
    #[error("line {line}, column {column}: {}", visible(.reason))]
    Value {
        /// Number of the line, from 1.
        line: usize,
        /// Position of its first character in the line, from 1.
        column: usize,
        /// The fault found, and the remedy.
        reason: String,
    },
    /// A column without a name, or two columns with one name.
    #[error("line 1, column {column}: {}; name each parameter once, as \"soma.hh.gnabar\" or \"electrode.amp\"", visible(.problem))]
    Name {
        /// Position of its first character in the line, from 1.
        column: usize,
        /// The fault found.
        problem: String,
    },
    /// Columns that the table lacks.
    #[error("the first line must name the columns {missing}; it is \"{}\"{hint}", visible(.found))]
    Columns {
        /// Their names.
        missing: String,
        /// The first line.
        found: String,
        /// Advice about separators, or nothing.
        hint: String,
    },
    /// Two columns with one name.
    #[error("the first line has two columns \"{column}\"; keep one of them")]
    Twice {
        /// The name.
        column: String,
    },
    /// No rows.
    #[error("the table has no rows; give each cell one, below a line with the names of the parameters")]
    Empty,
    /// More columns than allowed.
    #[error("the table has {columns} columns; at most {limit} are taken, to protect this computer's memory")]
    TooWide {
        /// Number of its columns.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// More errors than are shown.
    #[error("these are the first {shown} errors; there are more")]
    More {
        /// Number of errors shown before.
        shown: usize,
    },
    /// Text that is not a table of comma-separated values.
    #[error("{0}")]
    Unreadable(String),
}

/// All errors of a table, in the order of its lines; the first hundred if there are more.
///
/// `Display` writes one line an error.
#[derive(Clone, Debug, PartialEq)]
pub struct TableErrors(pub Vec<TableError>);

impl fmt::Display for TableErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if k == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for TableErrors {}

impl ParameterTable {
    /// Makes a table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter with a value for each cell, in the parameter's unit. Of columns that set the same parameter the
    /// last applies.
    #[must_use]
    pub fn with(mut self, parameter: impl Into<ParameterRef>, values: impl IntoIterator<Item = f64>) -> Self {
        self.columns.push((parameter.into(), values.into_iter().collect()));
        self
    }

    /// The number of cells described by the table.
    ///
    /// # Errors
    /// All columns whose length differs from the first.
    pub fn rows(&self) -> Result<usize, TableErrors> {
        let expected = self.columns.first().map_or(0, |(_, values)| values.len());
        let differ = self.columns.iter().filter(|(_, values)| values.len() != expected);
        let errors: Vec<_> = differ
            .map(|(parameter, values)| TableError::Length {
                parameter: parameter.to_string(),
                given: values.len(),
                expected,
            })
            .collect();
        if errors.is_empty() { Ok(expected) } else { Err(TableErrors(errors)) }
    }

    /// The parameters that vary, and their values.
    pub fn columns(&self) -> &[(ParameterRef, Vec<f64>)] {
        &self.columns
    }
}
