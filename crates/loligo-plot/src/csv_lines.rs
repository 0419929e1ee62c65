//! Reading lines of CSV tables, and errors with the number of the line.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::str::from_utf8;

use loligo_io::{InputError, InputFile, Limited, foreign_format};

use crate::error::PlotError;

/// Largest number of bytes in a line; a table may have any number of lines.
pub(super) const LINE_BYTES: u64 = 128 << 20;

/// The complete lines of a table's file, one after the other.
pub(crate) type Lines = csv::Reader<Limited<BufReader<io::Take<InputFile>>>>;

/// Opens a table to read its complete lines.
pub(crate) fn open(path: &Path) -> Result<Lines, PlotError> {
    let unreadable = |source| PlotError::Unreadable { path: path.into(), source };
    let mut file = InputFile::open(path, u64::MAX).map_err(unreadable)?;
    let (whole, length) = whole_lines(&mut file).map_err(|error| unreadable(error.into()))?;
    if whole == 0 && length > 0 {
        return Err(PlotError::Table {
            path: path.into(),
            line: 1,
            problem: "the first line is cut off: it has no line break at its end".into(),
            advice: "run the simulation again",
        });
    }
    let mut file = BufReader::new(file.take(whole));
    let start = file.fill_buf().map_err(|error| unreadable(error.into()))?;
    foreign_format(start).map_or(Ok(()), |foreign| Err(unreadable(foreign.into())))?;
    // Excel writes a byte order mark.
    if start.starts_with("\u{feff}".as_bytes()) {
        file.consume(3);
    }
    Ok(csv::Reader::from_reader(Limited::new(file, LINE_BYTES)))
}

pub(crate) fn next_line(reader: &mut Lines, record: &mut csv::ByteRecord, path: &Path) -> Result<bool, PlotError> {
    reader.get_mut().renew();
    reader.read_byte_record(record).map_err(|e| in_table(path, e))
}

pub(crate) fn too_many(path: &Path, line: u64, what: &str, limit: usize) -> PlotError {
    PlotError::Table {
        path: path.into(),
        line,
        problem: format!("more than {limit} {what}"),
        advice: "such a table is too large for a picture; draw a part of it",
    }
}

/// The line, from 1, of the record at or after a position. The reader gives the position before
/// empty lines.
pub(crate) fn line_of(path: &Path, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let empty_lines = InputFile::open(path, u64::MAX)
        .ok()
        .and_then(|mut file| file.seek(SeekFrom::Start(position.byte())).ok().map(|_| file))
        .map(|file| {
            BufReader::new(file)
                .bytes()
                .map_while(Result::ok)
                .take_while(|byte| b"\r\n".contains(byte))
                .filter(|&byte| byte == b'\n')
                .count()
        });
    position.line() + empty_lines.unwrap_or(0) as u64
}

pub(super) fn number(field: &[u8]) -> Option<f64> {
    from_utf8(field.trim_ascii()).ok()?.parse().ok()
}

pub(super) fn instant(path: &Path, line: &impl Fn() -> u64, field: &[u8]) -> Result<f64, PlotError> {
    number(field).filter(|t| t.abs() < DRAWABLE).ok_or_else(|| not_a_number(path, line(), "t", field))
}

pub(super) fn not_a_number(path: &Path, line: u64, column: &str, field: &[u8]) -> PlotError {
    PlotError::Table {
        path: path.into(),
        line,
        problem: format!("column `{column}` holds `{}`, which is no number there", String::from_utf8_lossy(field)),
        advice: "correct the value, or run the simulation again",
    }
}

pub(crate) fn in_table(path: &Path, error: csv::Error) -> PlotError {
    let line = line_of(path, error.position());
    let (problem, advice) = match error.into_kind() {
        csv::ErrorKind::Io(error) => match InputError::from(error) {
            InputError::TooLarge { .. } => (
                format!("the line is longer than {} MiB", LINE_BYTES >> 20),
                "this is no table of a run; run the simulation again",
            ),
            source => return PlotError::Unreadable { path: path.into(), source },
        },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
            format!("{len} values where the header has {expected_len}"),
            "the file may be cut off there: remove the line, or run the simulation again",
        ),
        other => (format!("{other:?}"), "run the simulation again"),
    };
    PlotError::Table { path: path.into(), line, problem, advice }
}

/// Values beyond this magnitude are drawn as gaps, as are NaN values.
pub(super) const DRAWABLE: f64 = 1e100;

/// Number of bytes in the lines that end with a line break, and in the whole file, which is then rewound to its
/// beginning. A last line longer than a table may have counts as complete: the reader reports it.
pub(super) fn whole_lines(file: &mut (impl Read + Seek)) -> io::Result<(u64, u64)> {
    const PIECE: u64 = 1 << 12;
    let length = file.seek(SeekFrom::End(0))?;
    let mut end = length;
    let mut piece = Vec::new();
    while end > 0 {
        if length - end > LINE_BYTES {
            end = length;
            break;
        }
        let start = end.saturating_sub(PIECE);
        file.seek(SeekFrom::Start(start))?;
        piece.clear();
        file.take(end - start).read_to_end(&mut piece)?;
        if let Some(newline) = piece.iter().rposition(|&byte| byte == b'\n') {
            end = start + newline as u64 + 1;
            break;
        }
        end = start;
    }
    file.rewind()?;
    Ok((end, length))
}

/// True if the last line of a table has no line break at its end, as happens if a run is interrupted while it writes.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// let file = dir.path().join("traces.csv");
/// std::fs::write(&file, "t,a.soma(0.5).v\n0,-65\n0.025,-6")?;
/// assert!(loligo_plot::is_cut_off(&file)?);
/// assert_eq!(loligo_plot::TraceTable::read(&file)?.time, [0.0]); // ms
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the file cannot be read.
pub fn is_cut_off(path: &Path) -> Result<bool, PlotError> {
    let unreadable = |source| PlotError::Unreadable { path: path.into(), source };
    let mut file = InputFile::open(path, u64::MAX).map_err(unreadable)?;
    let (whole, length) = whole_lines(&mut file).map_err(|error| unreadable(error.into()))?;
    Ok(whole < length)
}
