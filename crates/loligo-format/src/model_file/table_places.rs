//! Positions of the values of a comma-separated table in its text.

use std::cell::RefCell;

use loligo::table_text::{first_characters, reader};

use crate::model_file::error::Positions;

/// Lines and columns of a table's values: lines are found once for all records, columns for the record requested last.
#[derive(Clone, Debug, Default)]
pub(crate) struct TablePlaces {
    /// The byte at which each record starts, and its line, from 1.
    records: Vec<(usize, usize)>,
    /// A record, and the first character of each of its values, from 1.
    last: RefCell<Option<(usize, Vec<usize>)>>,
}

impl TablePlaces {
    /// The places in the text of a table that was read.
    pub(crate) fn of(text: &str) -> Self {
        let mut positions = Positions::of(text);
        let records = reader(text).into_records().map_while(Result::ok).map(|record| {
            let byte = record.position().map_or(0, |position| position.byte() as usize).min(text.len());
            // Before the position that the reader reports there may be empty lines.
            let empty = text.as_bytes()[byte..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            (byte, positions.at(byte + empty).0)
        });
        Self { records: records.collect(), last: RefCell::new(None) }
    }

    /// Line and column (from 1) of a value of a row, or of the name of its column.
    pub(crate) fn at(&self, text: &str, row: Option<usize>, column: usize) -> (usize, usize) {
        let index = row.map_or(0, |row| row + 1);
        let Some(&(byte, line)) = self.records.get(index) else { return (1, 1) };
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|&(known, _)| known != index) {
            let record = reader(&text[byte..]).into_records().next().and_then(Result::ok).unwrap_or_default();
            *last = Some((index, first_characters(&record)));
        }
        let columns = last.as_ref().map_or(&[][..], |(_, columns)| columns);
        (line, columns.get(column).copied().unwrap_or(1))
    }
}
