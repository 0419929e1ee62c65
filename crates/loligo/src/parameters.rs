//! Parameters that differ from cell to cell.

use std::collections::HashSet;

use loligo_io::{USUAL_BYTES, shortened, visible};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Shared;

/// A parameter of a cell.
///
/// Text is enough where the parameter has a name of its own:
///
/// | text | means |
/// |---|---|
/// | `"soma.hh.gnabar"` | a parameter of a painted mechanism (or of an ion: `"all.na_ion.ena"`), wherever the region has it |
/// | `"electrode.amp"` | a parameter of a point process |
/// | `"dend.Ra"`, `"all.cm"`, `"soma.L"`, `"soma.diam"` | ohm cm, uF/cm2, um, um, of every section of the region |
///
/// A region is `all`, or the name of a list of sections, of a section, or of a kind (soma, axon, dendrite, apical):
/// whatever comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterRef {
    /// By its name.
    Named(String),
    /// Of one painting. Where later paintings set the same parameter, they count.
    Painted {
        /// Index among the cell's paintings.
        painted: usize,
        /// Name of the parameter.
        parameter: String,
    },
    /// Of a point process.
    Point {
        /// Index among the cell's point processes.
        point: usize,
        /// Name of the parameter.
        parameter: String,
    },
}

impl From<&str> for ParameterRef {
    fn from(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

impl From<String> for ParameterRef {
    fn from(name: String) -> Self {
        Self::Named(name)
    }
}

impl std::fmt::Display for ParameterRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Painted { parameter, .. } | Self::Point { parameter, .. } => f.write_str(parameter),
        }
    }
}

/// Values that a cell has instead of those of its description: what distinguishes cells that share one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnValues {
    parameters: Shared<Vec<ParameterRef>>,
    values: Vec<f64>,
}

impl OwnValues {
    /// Values for parameters of which other cells have values, too; the shorter of the two lists counts.
    pub(crate) fn new(parameters: Shared<Vec<ParameterRef>>, values: Vec<f64>) -> Self {
        Self { parameters, values }
    }

    /// Which parameters, in the order in which they are set: the last counts.
    pub fn parameters(&self) -> &Shared<Vec<ParameterRef>> {
        &self.parameters
    }

    /// The value of each, in its unit.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The values with what they belong to.
    pub fn iter(&self) -> impl Iterator<Item = (&ParameterRef, f64)> {
        self.parameters.iter().zip(self.values.iter().copied())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds one.
    pub(crate) fn push(&mut self, parameter: ParameterRef, value: f64) {
        self.parameters.push(parameter);
        self.values.push(value);
    }
}

/// The parameters of an ensemble: a column for each that varies, a row for each cell.
///
/// ```
/// use loligo::ParameterTable;
/// let table = ParameterTable::new().with("soma.hh.gnabar", [0.10, 0.12, 0.14]).with("electrode.amp", [0.1, 0.2, 0.3]);
/// assert_eq!(table.rows()?, 3);
/// let same = ParameterTable::read("soma.hh.gnabar, electrode.amp\n0.10, 0.1\n0.12, 0.2\n0.14, 0.3\n".as_bytes())?;
/// assert_eq!(table, same);
/// # Ok::<(), loligo::TableError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParameterTable {
    columns: Vec<(ParameterRef, Vec<f64>)>,
}

/// A table that cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// Columns of different lengths.
    #[error("the column \"{parameter}\" has {given} values, the first one {expected}; give each cell one")]
    Length {
        /// The column.
        parameter: String,
        /// Its values.
        given: usize,
        /// Those of the first column.
        expected: usize,
    },
    /// A line with too few or too many values.
    #[error("line {line} has {given} values, the header {expected} names; give a value for each")]
    Width {
        /// The line, from 1.
        line: usize,
        /// Its values.
        given: usize,
        /// The names of the first line.
        expected: usize,
    },
    /// Something that is not a number.
    #[error("line {line}, column {column}: \"{}\" for \"{}\" is not a finite number{}",
        visible(shortened(.text)), visible(.parameter), loligo_io::number_hint(.text))]
    Number {
        /// The line, from 1.
        line: usize,
        /// The first character of it, from 1.
        column: usize,
        /// Name of the parameter.
        parameter: String,
        /// What stands there.
        text: String,
    },
    /// A column without a name, or two of one name.
    #[error("line 1, column {column}: {}; name each parameter once, as \"soma.hh.gnabar\" or \"electrode.amp\"", visible(.problem))]
    Name {
        /// The first character of it, from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// No rows.
    #[error("the table has no rows; give each cell one, below a line with the names of the parameters")]
    Empty,
    /// What is no table of comma-separated values.
    #[error("{0}")]
    Unreadable(String),
}

impl ParameterTable {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter with a value for each cell, in the parameter's unit. Of columns that set the same the last counts.
    #[must_use]
    pub fn with(mut self, parameter: impl Into<ParameterRef>, values: impl IntoIterator<Item = f64>) -> Self {
        self.columns.push((parameter.into(), values.into_iter().collect()));
        self
    }

    /// Reads comma-separated values: a first line with the names of the parameters, then a line for each cell.
    ///
    /// # Errors
    /// What cannot be read or is not a table of finite numbers.
    pub fn read(file: impl std::io::Read) -> Result<Self, TableError> {
        let text = loligo_io::contents(file, USUAL_BYTES).and_then(|bytes| Ok(loligo_io::decode(bytes)?));
        let text = text.map_err(|error| TableError::Unreadable(error.to_string()))?;
        let mut table = Self::new();
        for record in reader(&text).records() {
            let record = record.map_err(|error| TableError::Unreadable(error.to_string()))?;
            let line = || line_of(&record, &text);
            if table.columns.is_empty() {
                table.read_names(&record)?;
                continue;
            }
            let (given, expected) = (record.len(), table.columns.len());
            if given != expected {
                return Err(TableError::Width { line: line(), given, expected });
            }
            for (k, (text, (parameter, values))) in record.iter().zip(&mut table.columns).enumerate() {
                let value = text.trim().parse().ok().filter(|value: &f64| value.is_finite());
                values.push(value.ok_or_else(|| TableError::Number {
                    line: line(),
                    column: column_of(&record, k),
                    parameter: parameter.to_string(),
                    text: text.trim().to_owned(),
                })?);
            }
        }
        match table.rows()? {
            0 => Err(TableError::Empty),
            _ => Ok(table),
        }
    }

    fn read_names(&mut self, record: &csv::StringRecord) -> Result<(), TableError> {
        let mut names = HashSet::with_capacity(record.len());
        for (k, name) in record.iter().map(str::trim).enumerate() {
            let refuse = |problem: String| Err(TableError::Name { column: column_of(record, k), problem });
            let name = name.strip_prefix('\u{feff}').unwrap_or(name);
            let hint = loligo_io::separator_hint(record.get(k).unwrap_or_default());
            if !hint.is_empty() {
                return refuse(format!("\"{}\" is more than a name{hint}", loligo_io::shortened(name)));
            }
            if name.is_empty() {
                return refuse(format!("the {}. name is empty", k + 1));
            }
            if !names.insert(name) {
                return refuse(format!("\"{name}\" comes twice"));
            }
            self.columns.push((ParameterRef::from(name), Vec::new()));
        }
        Ok(())
    }

    /// The number of cells that it describes.
    ///
    /// # Errors
    /// Columns of different lengths.
    pub fn rows(&self) -> Result<usize, TableError> {
        let expected = self.columns.first().map_or(0, |(_, values)| values.len());
        match self.columns.iter().find(|(_, values)| values.len() != expected) {
            Some((parameter, values)) => {
                Err(TableError::Length { parameter: parameter.to_string(), given: values.len(), expected })
            }
            None => Ok(expected),
        }
    }

    /// Which parameters vary, and their values.
    pub fn columns(&self) -> &[(ParameterRef, Vec<f64>)] {
        &self.columns
    }
}

pub(crate) fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes())
}

/// The line of a record, from 1; where the reader says that it begins there may be empty lines first.
fn line_of(record: &csv::StringRecord, text: &str) -> usize {
    let byte = record.position().map_or(0, |position| position.byte() as usize);
    let (before, after) = text.as_bytes().split_at(byte.min(text.len()));
    let empty = after.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    before.iter().chain(empty).filter(|&&byte| byte == b'\n').count() + 1
}

/// The first character of a record's field that is not blank, from 1, as far as fields are not quoted.
fn column_of(record: &csv::StringRecord, field: usize) -> usize {
    first_characters(record).get(field).copied().unwrap_or(1)
}

/// The same of all fields.
pub(crate) fn first_characters(record: &csv::StringRecord) -> Vec<usize> {
    let mut next = 1;
    let first = record.iter().map(|text| {
        let start = next;
        next += text.chars().count() + 1;
        start + text.chars().take_while(|c| c.is_whitespace()).count()
    });
    first.collect()
}
