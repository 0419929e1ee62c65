//! Reads tables of parameters from comma-separated text, and reports all errors in it.

use std::collections::{HashMap, HashSet};

use loligo_io::{USUAL_BYTES, shortened};

use crate::network::parameter_table::{ParameterTable, TableError, TableErrors};

/// The largest number of errors that is reported of one table.
pub const MOST_ERRORS: usize = 100;

/// The largest number of columns of a table that is read.
const MOST_COLUMNS: usize = 100_000;

impl ParameterTable {
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
    /// All errors of text that cannot be read or is not a table of finite numbers.
    pub fn read(file: impl std::io::Read) -> Result<Self, TableErrors> {
        let text = loligo_io::contents(file, USUAL_BYTES).and_then(|bytes| Ok(loligo_io::decode(bytes)?));
        let text = text.map_err(|error| TableErrors(vec![TableError::Unreadable(error.to_string())]))?;
        let TableText { table, errors, .. } = TableText::read(&text);
        if errors.is_empty() { Ok(table) } else { Err(TableErrors(errors)) }
    }
}

/// A table as far as its text can be read, and all its errors.
#[derive(Clone, Debug, Default)]
pub struct TableText {
    /// Each row has a value in each column, also if the text lacks it.
    pub table: ParameterTable,
    /// Number of rows.
    pub rows: usize,
    /// All errors, in the order of the lines: at most [`MOST_ERRORS`], followed by the number of errors shown if there
    /// are more.
    pub errors: Vec<TableError>,
    /// Row and column of values that are missing in the text, except in rows with too few values.
    missing: HashSet<(usize, usize)>,
    /// The number of values of each row with too few values.
    short: HashMap<usize, usize>,
    /// Number of rows of the text.
    rows_of_text: usize,
    /// Columns without a unique name.
    nameless: HashSet<usize>,
}

impl TableText {
    /// Value in place of a missing one: a number that is valid for almost every parameter, so that no further errors
    /// follow from it.
    const MISSING: f64 = 1.0;

    /// Reads a table: a first line with the names of parameters, then a line for each cell.
    pub fn read(text: &str) -> Self {
        let mut read = Self::default();
        for record in reader(text).records() {
            match record {
                Ok(record) if read.table.columns.is_empty() => {
                    if record.len() > MOST_COLUMNS {
                        read.errors.push(TableError::TooWide { columns: record.len(), limit: MOST_COLUMNS });
                        break;
                    }
                    if read.names(&record) {
                        // The rows have the same separators: they would only repeat the error.
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

    /// Reads the names; returns `true` if they have separators other than commas.
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

    /// `true` if the text has no such value, or an invalid one; without a row: no such name.
    pub fn lacks(&self, row: Option<usize>, column: usize) -> bool {
        let Some(row) = row else { return self.nameless.contains(&column) };
        row >= self.rows_of_text
            || self.missing.contains(&(row, column))
            || self.short.get(&row).is_some_and(|&values| column >= values)
    }

    /// Removes an invalid value.
    pub fn forget(&mut self, row: usize, column: usize) {
        if let Some(value) = self.table.columns.get_mut(column).and_then(|(_, values)| values.get_mut(row)) {
            *value = Self::MISSING;
            self.missing.insert((row, column));
        }
    }

    /// Adds rows without values, or removes the last ones.
    pub fn resize(&mut self, rows: usize) {
        self.table.columns.iter_mut().for_each(|(_, values)| values.resize(rows, Self::MISSING));
        self.rows = rows;
    }
}

/// Makes a reader of comma-separated values that accepts any number of fields per line.
pub fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes())
}

/// The line of a record, from 1; before the position that the reader reports there may be empty lines.
pub(crate) fn line_of(record: &csv::StringRecord, text: &str) -> usize {
    let byte = record.position().map_or(0, |position| position.byte() as usize);
    let (before, after) = text.as_bytes().split_at(byte.min(text.len()));
    let empty = after.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    before.iter().chain(empty).filter(|&&byte| byte == b'\n').count() + 1
}

/// The position of the first character of a record's field that is not blank, from 1, if fields are not quoted.
fn column_of(record: &csv::StringRecord, field: usize) -> usize {
    first_characters(record).get(field).copied().unwrap_or(1)
}

/// The same of all fields.
pub fn first_characters(record: &csv::StringRecord) -> Vec<usize> {
    let mut next = 1;
    let first = record.iter().map(|text| {
        let start = next;
        next += text.chars().count() + 1;
        start + text.chars().take_while(|c| c.is_whitespace()).count()
    });
    first.collect()
}
