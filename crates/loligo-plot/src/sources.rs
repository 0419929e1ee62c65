//! The list of all sources of spikes, `sources.csv`.

use std::path::Path;
use std::str::from_utf8;

use crate::csv_lines::{in_table, line_of, next_line, open, too_many};
use crate::error::PlotError;

/// Reads a table with the columns `source`, `gid` and `artificial`; the numbers are -1 if there is none.
///
/// # Errors
/// If the file cannot be read, lines have unequal numbers of values, or a value is not a number.
pub fn read_sources(path: &Path) -> Result<Vec<Source>, PlotError> {
    let mut reader = open(path)?;
    let header = reader.byte_headers().map_err(|e| in_table(path, e))?;
    if !header.iter().eq([&b"source"[..], b"gid", b"artificial"]) {
        return Err(PlotError::Table {
            path: path.into(),
            line: 1,
            problem: "the columns are not `source,gid,artificial`".into(),
            advice: "the header must be these three names",
        });
    }
    let mut sources = vec![];
    let mut record = csv::ByteRecord::new();
    while next_line(&mut reader, &mut record, path)? {
        let field = |i| record.get(i).unwrap_or_default().trim_ascii();
        let number = |i| match whole(field(i)) {
            Some(number) => Ok(number),
            None => Err(PlotError::Table {
                path: path.into(),
                line: line_of(path, record.position()),
                problem: format!("`{}` is no number of a cell", String::from_utf8_lossy(field(i))),
                advice: "correct the value, or run the simulation again",
            }),
        };
        let name = String::from_utf8_lossy(field(0)).into_owned();
        if sources.len() == MOST_SOURCES {
            return Err(too_many(path, line_of(path, record.position()), "sources", MOST_SOURCES));
        }
        sources.push(Source { gid: number(1)?, artificial: number(2)?, name });
    }
    Ok(sources)
}

/// A whole number; -1 or an empty field for none.
pub fn whole(field: &[u8]) -> Option<Option<u64>> {
    match field {
        b"" | b"-1" => Some(None),
        digits => from_utf8(digits).ok()?.parse().ok().map(Some),
    }
}

/// Largest number of sources of spikes.
pub(crate) const MOST_SOURCES: usize = 2_000_000;

/// A source of spikes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// Gid (global identifier) of the cell; `None` for artificial cells.
    pub gid: Option<u64>,
    /// Number among the artificial cells; `None` for cells with membrane, or if it is not known.
    pub artificial: Option<u64>,
    /// Name of the source.
    pub name: String,
}
