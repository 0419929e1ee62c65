//! Reads comma-separated rows by the names of their columns.

use loligo_io::shortened;

use crate::network::parameter_table::TableError;
use crate::network::table_text::{MOST_ERRORS, first_characters, line_of, reader};

/// A column of a table that is read.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the first line.
    pub name: &'static str,
    /// `true` if a table without it is an error.
    pub is_required: bool,
}

/// A line of a table, with its values by the columns' order in [`read_rows`].
pub struct Row<'a> {
    record: &'a csv::StringRecord,
    text: &'a str,
    columns: &'a [Column],
    /// For each column its number in the table.
    places: &'a [Option<usize>],
    /// The errors of the table so far.
    errors: &'a mut Vec<TableError>,
}

impl Row<'_> {
    /// `true` if the table has the column.
    pub fn has(&self, column: usize) -> bool {
        self.places[column].is_some()
    }

    /// The text in a column, without blanks around it; empty if there is none.
    pub fn text(&self, column: usize) -> &str {
        self.places[column].and_then(|place| self.record.get(place)).map_or("", str::trim)
    }

    /// The finite number in a column; reports an error if there is none.
    pub fn number(&mut self, column: usize) -> Option<f64> {
        let text = self.text(column);
        let found = text.parse().ok().filter(|number: &f64| number.is_finite());
        if found.is_none() {
            let ((line, place), text) = (self.place(column), text.to_owned());
            let parameter = self.columns[column].name.to_owned();
            self.errors.push(TableError::Number { line, column: place, parameter, text });
        }
        found
    }

    /// The finite numbers in a column, separated by blanks, at least one; reports an error if there is something else.
    pub fn numbers(&mut self, column: usize) -> Option<Vec<f64>> {
        let words = self.text(column).split_whitespace();
        let numbers: Option<Vec<f64>> =
            words.map(|word| word.parse().ok().filter(|number: &f64| number.is_finite())).collect();
        match numbers {
            Some(numbers) if !numbers.is_empty() => Some(numbers),
            _ => self.number(column).map(|number| vec![number]),
        }
    }

    /// Reports a value that the table's reader cannot use.
    pub fn refuse(&mut self, column: usize, reason: String) {
        let (line, column) = self.place(column);
        self.errors.push(TableError::Value { line, column, reason });
    }

    /// Line and column of a value, both from 1.
    fn place(&self, column: usize) -> (usize, usize) {
        let character = self.places[column].and_then(|place| first_characters(self.record).get(place).copied());
        (line_of(self.record, self.text), character.unwrap_or(1))
    }
}

/// Reads a table whose first line names its columns, in any order, and passes on its rows; other columns are ignored.
///
/// Returns its errors, at most [`MOST_ERRORS`] of them. The rows before an error are passed on too.
pub fn read_rows(text: &str, columns: &[Column], mut take: impl FnMut(Row<'_>)) -> Vec<TableError> {
    let mut errors = Vec::new();
    let mut header: Option<(usize, Vec<Option<usize>>)> = None;
    let mut records = reader(text);
    let mut record = csv::StringRecord::new();
    loop {
        match records.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                errors.push(TableError::Unreadable(error.to_string()));
                break;
            }
        }
        let Some((width, places)) = &header else {
            let places = places_of(&record, columns, &mut errors);
            if !errors.is_empty() {
                return errors;
            }
            header = Some((record.len(), places));
            continue;
        };
        if record.len() == *width {
            take(Row { record: &record, text, columns, places, errors: &mut errors });
        } else {
            errors.push(TableError::Width { line: line_of(&record, text), given: record.len(), expected: *width });
        }
        if errors.len() > MOST_ERRORS {
            errors.truncate(MOST_ERRORS);
            errors.push(TableError::More { shown: MOST_ERRORS });
            break;
        }
    }
    if header.is_none() && errors.is_empty() {
        places_of(&record, columns, &mut errors);
    }
    errors
}

fn places_of(record: &csv::StringRecord, columns: &[Column], errors: &mut Vec<TableError>) -> Vec<Option<usize>> {
    let name = |text: &str| text.trim().trim_start_matches('\u{feff}').to_owned();
    let names: Vec<String> = record.iter().map(name).collect();
    let places: Vec<_> = columns.iter().map(|column| names.iter().position(|name| name == column.name)).collect();
    let missing = columns.iter().zip(&places).filter(|(column, place)| column.is_required && place.is_none());
    let missing: Vec<&str> = missing.map(|(column, _)| column.name).collect();
    if !missing.is_empty() {
        let hint = record.get(0).map_or("", |first| loligo_io::separator_hint(first));
        let found = shortened(&names.join(","));
        errors.push(TableError::Columns { missing: missing.join(", "), found, hint: hint.to_owned() });
    }
    for column in columns {
        if names.iter().filter(|name| *name == column.name).count() > 1 {
            errors.push(TableError::Twice { column: column.name.to_owned() });
        }
    }
    places
}
