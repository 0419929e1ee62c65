//! `parameters = "table.csv"` of a `[[cell]]`: one row a cell.

use std::cell::OnceCell;

use loligo_cable::LEAST_CAPACITANCE;
use loligo_io::InputError;

use super::decoder::Decoder;
use super::error::Problem;
use super::parameter_file::ParameterFile;
use super::read_text;
use super::table::{At, Table};
use crate::{ModelError, ParameterRef, ParameterTable};

impl Decoder {
    /// Reads the table that `parameters` names; it has as many rows as there are cells.
    pub(crate) fn parameters(&mut self, table: &Table<'_>, count: Option<&At<u64>>) -> Option<ParameterFile> {
        const MEANING: &str = "path of a table of comma-separated values, one row a cell";
        let path = table.text("parameters", MEANING, &mut self.errors)?;
        let file = self.parameter_file(path, count);
        self.cut_short |= file.is_none();
        file
    }

    fn parameter_file(&mut self, path: At<&str>, count: Option<&At<u64>>) -> Option<ParameterFile> {
        let full = self.folder.join(path.value);
        let unreadable = |reason: String| Problem::ParameterFile { path: path.value.to_owned(), reason };
        let text = read_text(&full).map_err(|error| match error {
            InputError::System { .. } => format!("{error}; paths are relative to the model file"),
            other => other.to_string(),
        });
        let read = text.and_then(|text| {
            let table = ParameterTable::read(text.as_bytes()).map_err(|error| error.to_string())?;
            let rows = table.rows().map_err(|error| error.to_string())?;
            Ok((text, table, rows))
        });
        let (text, table, rows) = match read {
            Ok(read) => read,
            Err(reason) => {
                self.errors.push(path.span, unreadable(reason));
                return None;
            }
        };
        if let Some(count) = count.filter(|count| count.value != rows as u64) {
            let remedy =
                format!("\"{}\" has {rows} rows, one a cell; give that number, or leave \"count\" out", path.value);
            self.errors.range(count.span.clone(), "count", count.value, remedy);
            return None;
        }
        self.files.push(full);
        let (path, span) = (path.value.to_owned(), path.span);
        let file = ParameterFile { path, text, places: OnceCell::new(), table, rows, span };
        self.properties(&file);
        Some(file)
    }

    /// Reports lengths, diameters, resistivities and capacitances that make no sense.
    fn properties(&mut self, file: &ParameterFile) {
        for (column, (parameter, values)) in file.table.columns().iter().enumerate() {
            let ParameterRef::Named(name) = parameter else { continue };
            let (what, smallest, remedy) = match name.rsplit_once('.').map(|(_, property)| property) {
                Some("L") => ("L (um)", f64::MIN_POSITIVE, "give a length greater than 0 um"),
                Some("diam") => ("diam (um)", f64::MIN_POSITIVE, "give a diameter greater than 0 um"),
                Some("Ra") => ("Ra (ohm cm)", f64::MIN_POSITIVE, "give a resistivity greater than 0 ohm cm"),
                Some("cm") => ("cm (uF/cm2)", LEAST_CAPACITANCE, "give a capacitance of at least 1e-6 uF/cm2"),
                _ => continue,
            };
            if let Some(row) = values.iter().position(|&value| value < smallest) {
                let error = ModelError::Value { place: name.clone(), what, value: values[row], remedy };
                self.errors.push(file.span.clone(), file.problem(Some(row), column, error));
            }
        }
    }
}
