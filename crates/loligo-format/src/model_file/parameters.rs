//! `parameters = "table.csv"` of a `[[cell]]`: one row per cell.

use std::cell::OnceCell;

use loligo::table_text::{MOST_ERRORS, TableText};
use loligo::{LEAST_CAPACITANCE, ModelError, ParameterRef};
use loligo_io::InputError;

use crate::model_file::decoder::Decoder;
use crate::model_file::error::Problem;
use crate::model_file::parameter_file::ParameterFile;
use crate::model_file::table::{At, Table};
use crate::model_file::text::read_text;

impl Decoder {
    /// Reads the table of the key `parameters`, and reports all its errors; it must have as many rows as there are
    /// cells.
    pub(crate) fn parameters(&mut self, table: &Table<'_>, count: Option<&At<u64>>) -> Option<ParameterFile> {
        const MEANING: &str = "path of a table of comma-separated values, one row a cell";
        let path = table.text("parameters", MEANING, &mut self.errors)?;
        let file = self.parameter_file(path, count);
        self.cut_short |= file.is_none();
        file
    }

    fn parameter_file(&mut self, path: At<&str>, count: Option<&At<u64>>) -> Option<ParameterFile> {
        let unreadable =
            |reason: String| Problem::TableFile { what: "parameters", path: path.value.to_owned(), reason };
        let text = self.table_text("parameters", &path)?;
        let mut read = TableText::read(&text);
        for error in std::mem::take(&mut read.errors) {
            self.errors.push(path.span.clone(), unreadable(error.to_string()));
        }
        if read.rows == 0 {
            return None;
        }
        let mut file =
            ParameterFile { path: path.value.to_owned(), text, places: OnceCell::new(), read, span: path.span };
        self.properties(&mut file);
        // References to these cells rely on the number given.
        let rows = file.read.rows;
        if let Some(count) = count.filter(|count| count.value != rows as u64) {
            let remedy =
                format!("\"{}\" has {rows} rows, one a cell; give that number, or leave \"count\" out", path.value);
            self.errors.range(count.span.clone(), "count", count.value, remedy);
            file.read.resize(count.value as usize);
        }
        Some(file)
    }

    /// The text of a table of comma-separated values, for the file's list of other files; `what` is its contents, for
    /// messages.
    pub(crate) fn table_text(&mut self, what: &'static str, path: &At<&str>) -> Option<String> {
        let full = self.folder_of(&path.span).join(path.value);
        match read_text(&full) {
            Ok(text) => {
                self.files.push(full);
                Some(text)
            }
            Err(error) => {
                let reason = match error {
                    InputError::System { .. } => format!("{error}; paths are relative to the file that names them"),
                    other => other.to_string(),
                };
                let problem = Problem::TableFile { what, path: path.value.to_owned(), reason };
                self.errors.push(path.span.clone(), problem);
                None
            }
        }
    }

    /// Reports invalid lengths, diameters, resistivities and capacitances.
    fn properties(&mut self, file: &mut ParameterFile) {
        let mut wrong = Vec::new();
        for (column, (parameter, values)) in file.read.table.columns().iter().enumerate() {
            let ParameterRef::Named(name) = parameter else { continue };
            let (what, smallest, remedy) = match name.rsplit_once('.').map(|(_, property)| property) {
                Some("L") => ("L (um)", f64::MIN_POSITIVE, "give a length greater than 0 um"),
                Some("diam") => ("diam (um)", f64::MIN_POSITIVE, "give a diameter greater than 0 um"),
                Some("Ra") => ("Ra (ohm cm)", f64::MIN_POSITIVE, "give a resistivity greater than 0 ohm cm"),
                Some("cm") => ("cm (uF/cm2)", LEAST_CAPACITANCE, "give a capacitance of at least 1e-6 uF/cm2"),
                _ => continue,
            };
            let too_small = values.iter().enumerate().filter(|(_, value)| **value < smallest);
            wrong
                .extend(too_small.map(|(row, &value)| {
                    (row, column, ModelError::Value { place: name.clone(), what, value, remedy })
                }));
        }
        wrong.sort_by_key(|&(row, column, _)| (row, column));
        for (row, column, _) in &wrong {
            file.read.forget(*row, *column);
        }
        let more = wrong.len() > MOST_ERRORS;
        for (row, column, error) in wrong.into_iter().take(MOST_ERRORS) {
            self.errors.push(file.span.clone(), file.problem(Some(row), column, error));
        }
        if more {
            self.errors.push(file.span.clone(), file.more_errors());
        }
    }
}
