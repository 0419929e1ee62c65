//! Parameters that differ from cell to cell.

use std::collections::{HashMap, HashSet};
use std::fmt;

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

impl fmt::Display for ParameterRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    /// Properties of sections, which have these values already.
    #[serde(default)]
    properties: Shared<Vec<ParameterRef>>,
    #[serde(default)]
    property_values: Vec<f64>,
}

impl OwnValues {
    /// Values for parameters of which other cells have values, too; the shorter of the two lists counts.
    pub(crate) fn new(parameters: Shared<Vec<ParameterRef>>, values: Vec<f64>) -> Self {
        Self { parameters, values, ..Self::default() }
    }

    /// The same, and which properties of the sections are the cell's own, with their values.
    #[must_use]
    pub(crate) fn with_properties(mut self, properties: Shared<Vec<ParameterRef>>, values: Vec<f64>) -> Self {
        (self.properties, self.property_values) = (properties, values);
        self
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

    /// The lengths, diameters, resistivities and capacitances (um, um, ohm cm, uF/cm2) that were set like parameters. The
    /// sections have them already; they are kept here to tell what distinguishes the cell.
    pub fn properties(&self) -> impl Iterator<Item = (&ParameterRef, f64)> {
        self.properties.iter().zip(self.property_values.iter().copied())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.property_values.is_empty()
    }

    /// Adds one.
    pub(crate) fn push(&mut self, parameter: ParameterRef, value: f64) {
        self.parameters.push(parameter);
        self.values.push(value);
    }

    /// Adds a property of sections.
    pub(crate) fn push_property(&mut self, property: ParameterRef, value: f64) {
        self.properties.push(property);
        self.property_values.push(value);
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
/// # Ok::<(), loligo::TableErrors>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParameterTable {
    columns: Vec<(ParameterRef, Vec<f64>)>,
}

/// One thing wrong with a table of parameters.
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
    /// More columns than are taken.
    #[error("the table has {columns} columns; at most {limit} are taken, to protect this computer's memory")]
    TooWide {
        /// Its columns.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// More errors than are shown.
    #[error("these are the first {shown} errors; there are more")]
    More {
        /// How many errors come before.
        shown: usize,
    },
    /// What is no table of comma-separated values.
    #[error("{0}")]
    Unreadable(String),
}

/// How many errors of one table are told at most.
pub(crate) const MOST_ERRORS: usize = 100;

/// How many columns a table that is read may have.
const MOST_COLUMNS: usize = 100_000;

/// Everything wrong with a table, in the order of its lines; of more than a hundred errors the first.
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
    /// ```
    /// let wrong = loligo::ParameterTable::read("electrode.amp,electrode.dur\n0.1,long\n0.2\n".as_bytes());
    /// assert_eq!(
    ///     wrong.unwrap_err().to_string(),
    ///     "line 2, column 5: \"long\" for \"electrode.dur\" is not a finite number\n\
    ///      line 3 has 1 values, the header 2 names; give a value for each"
    /// );
    /// ```
    ///
    /// # Errors
    /// Everything that cannot be read or is not a table of finite numbers.
    pub fn read(file: impl std::io::Read) -> Result<Self, TableErrors> {
        let text = loligo_io::contents(file, USUAL_BYTES).and_then(|bytes| Ok(loligo_io::decode(bytes)?));
        let text = text.map_err(|error| TableErrors(vec![TableError::Unreadable(error.to_string())]))?;
        let TableText { table, errors, .. } = TableText::read(&text);
        if errors.is_empty() { Ok(table) } else { Err(TableErrors(errors)) }
    }

    /// The number of cells that it describes.
    ///
    /// # Errors
    /// All columns of another length than the first.
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

    /// Which parameters vary, and their values.
    pub fn columns(&self) -> &[(ParameterRef, Vec<f64>)] {
        &self.columns
    }
}

/// A table as far as its text can be read, and everything that is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableText {
    /// Each row has a value in each column, also where the text has none.
    pub(crate) table: ParameterTable,
    pub(crate) rows: usize,
    pub(crate) errors: Vec<TableError>,
    /// Row and column of the values that the text does not have, but for those of rows that end early.
    missing: HashSet<(usize, usize)>,
    /// The number of values of rows that end early.
    short: HashMap<usize, usize>,
    /// Rows of the text.
    rows_of_text: usize,
    /// Columns without a name of their own.
    nameless: HashSet<usize>,
}

impl TableText {
    /// What stands for a value that is missing: a number that hardly anything refuses, so that there are no errors that only
    /// follow.
    const MISSING: f64 = 1.0;

    pub(crate) fn read(text: &str) -> Self {
        let mut read = Self::default();
        for record in reader(text).records() {
            match record {
                Ok(record) if read.table.columns.is_empty() => {
                    if record.len() > MOST_COLUMNS {
                        read.errors.push(TableError::TooWide { columns: record.len(), limit: MOST_COLUMNS });
                        break;
                    }
                    if read.names(&record) {
                        // The rows are separated alike: their errors would only follow.
                        break;
                    }
                }
                Ok(record) => read.row(&record, text),
                Err(error) => read.errors.push(TableError::Unreadable(error.to_string())),
            }
            if read.errors.len() > MOST_ERRORS {
                read.errors.truncate(MOST_ERRORS);
                read.errors.push(TableError::More { shown: MOST_ERRORS });
                break;
            }
        }
        if read.rows == 0 && read.errors.is_empty() {
            read.errors.push(TableError::Empty);
        }
        read.rows_of_text = read.rows;
        read
    }

    /// Reads the names; says whether they are separated by something else than commas.
    fn names(&mut self, record: &csv::StringRecord) -> bool {
        let mut taken = HashSet::new();
        let mut other_separators = false;
        for (k, name) in record.iter().map(str::trim).enumerate() {
            let name = name.strip_prefix('\u{feff}').unwrap_or(name);
            let hint = loligo_io::separator_hint(record.get(k).unwrap_or_default());
            other_separators |= !hint.is_empty();
            let problem = if !hint.is_empty() {
                Some(format!("\"{}\" is more than a name{hint}", shortened(name)))
            } else if name.is_empty() {
                Some(format!("the {}. name is empty", k + 1))
            } else {
                (!taken.insert(name)).then(|| format!("\"{name}\" comes twice"))
            };
            if let Some(problem) = problem {
                self.errors.push(TableError::Name { column: column_of(record, k), problem });
                self.nameless.insert(k);
            }
            self.table.columns.push((name.into(), Vec::new()));
        }
        other_separators
    }

    fn row(&mut self, record: &csv::StringRecord, text: &str) {
        let (given, expected) = (record.len(), self.table.columns.len());
        if given != expected {
            self.errors.push(TableError::Width { line: line_of(record, text), given, expected });
        }
        if given < expected {
            self.short.insert(self.rows, given);
        }
        for (k, (parameter, values)) in self.table.columns.iter_mut().enumerate() {
            let field = record.get(k).map(str::trim);
            let value = field.and_then(|text| text.parse().ok()).filter(|value: &f64| value.is_finite());
            if let (None, Some(field)) = (value, field) {
                self.errors.push(TableError::Number {
                    line: line_of(record, text),
                    column: column_of(record, k),
                    parameter: parameter.to_string(),
                    text: field.to_owned(),
                });
                self.missing.insert((self.rows, k));
            }
            values.push(value.unwrap_or(Self::MISSING));
        }
        self.rows += 1;
    }

    /// Whether the text has no such value, or one that makes no sense; without a row: no such name.
    pub(crate) fn lacks(&self, row: Option<usize>, column: usize) -> bool {
        let Some(row) = row else { return self.nameless.contains(&column) };
        row >= self.rows_of_text
            || self.missing.contains(&(row, column))
            || self.short.get(&row).is_some_and(|&values| column >= values)
    }

    /// Takes a value out that makes no sense.
    pub(crate) fn forget(&mut self, row: usize, column: usize) {
        if let Some(value) = self.table.columns.get_mut(column).and_then(|(_, values)| values.get_mut(row)) {
            *value = Self::MISSING;
            self.missing.insert((row, column));
        }
    }

    /// Adds rows without values, or leaves the last ones out.
    pub(crate) fn resize(&mut self, rows: usize) {
        self.table.columns.iter_mut().for_each(|(_, values)| values.resize(rows, Self::MISSING));
        self.rows = rows;
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
