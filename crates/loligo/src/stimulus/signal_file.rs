//! Signals in CSV files.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use loligo_io::{InputError, InputFile, Limited, foreign_format};

use crate::stimulus::error::{SignalError, SignalFileError};
use crate::stimulus::signal::{SignalSource, goes_back};

/// The largest number of bytes of a line.
const LINE_BYTES: u64 = 64 << 10;

impl SignalSource {
    /// Writes the points to a CSV file with the columns `t` (ms) and `value` (nA or uS), with as many digits as are
    /// needed to read back the same bits. An existing file is replaced.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SignalFileError> {
        let path = path.as_ref();
        let file = File::create(path).map_err(|error| of_file(path, error))?;
        self.write_csv(BufWriter::new(file)).map_err(|error| in_file(path, error))
    }

    /// Reads points from a CSV file with two columns, time (ms) and value (nA or uS), with or without a header line.
    /// The cursor is at the last point, the base amplitude is 0.
    ///
    /// # Errors
    /// A file that cannot be read, a line that is not a point, times that are negative or decrease, too many points.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SignalFileError> {
        let path = path.as_ref();
        let file = InputFile::open(path, u64::MAX).map_err(|error| of_file(path, error))?;
        Self::read_csv(file).map_err(|error| in_file(path, error))
    }

    /// Writes the points as [`save`](Self::save) does.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let signal = SignalSource::new().pulse(0.1, 2.0)?;
    /// let mut text = Vec::new();
    /// signal.write_csv(&mut text)?;
    /// assert_eq!(String::from_utf8(text.clone())?, "t,value\n0,0\n0,0.1\n2,0.1\n2,0\n");
    /// assert_eq!(SignalSource::read_csv(&text[..])?, signal);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A failure of the writer.
    pub fn write_csv(&self, mut writer: impl Write) -> Result<(), SignalFileError> {
        let stream = |error: std::io::Error| SignalFileError::Stream(error.to_string());
        writeln!(writer, "t,value").map_err(stream)?;
        for (t, value) in self.points() {
            writeln!(writer, "{t},{value}").map_err(stream)?;
        }
        writer.flush().map_err(stream)
    }

    /// Reads points as [`load`](Self::load) does.
    ///
    /// # Errors
    /// A failure of the reader, a line that is not a point, times that are negative or decrease, too many points.
    pub fn read_csv(reader: impl Read) -> Result<Self, SignalFileError> {
        const SHAPE: &str = "a signal's file";
        let mut signal = Self::new();
        let stream = |error: &dyn std::error::Error| SignalFileError::Stream(error.to_string());
        let mut reader = BufReader::new(reader);
        let start = reader.fill_buf().map_err(|error| stream(&InputError::from(error)))?;
        foreign_format(start).map_or(Ok(()), |foreign| Err(stream(&foreign)))?;
        // Excel writes a byte order mark.
        if start.starts_with("\u{feff}".as_bytes()) {
            reader.consume(3);
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(Limited::new(reader, LINE_BYTES));
        let mut record = csv::StringRecord::new();
        for index in 0.. {
            reader.get_mut().renew();
            if !reader.read_record(&mut record).map_err(unreadable)? {
                break;
            }
            let numbers: Vec<Option<f64>> = record.iter().map(|field| field.parse().ok()).collect();
            if index == 0 && numbers.iter().all(Option::is_none) {
                continue; // titles
            }
            let [Some(t), Some(value)] =
                numbers.into_iter().map(|n| n.filter(|n| n.is_finite())).collect::<Vec<_>>()[..]
            else {
                let line = record.position().map_or(0, csv::Position::line);
                return Err(SignalFileError::Line { line, text: record.iter().collect::<Vec<_>>().join(",") });
            };
            signal.allow(SHAPE, 1.0)?;
            if t < 0.0 || goes_back(signal.cursor, t) {
                return Err(SignalError::Times { shape: SHAPE, index: signal.len(), value: t }.into());
            }
            signal.cursor = t;
            signal.point(value);
        }
        Ok(signal)
    }
}

/// Converts an error of the CSV reader.
fn unreadable(error: csv::Error) -> SignalFileError {
    let line = error.position().map_or(0, csv::Position::line);
    SignalFileError::Stream(match error.into_kind() {
        csv::ErrorKind::Io(error) => match InputError::from(error) {
            InputError::TooLarge { .. } => format!("a line is longer than {} KiB; check the path", LINE_BYTES >> 10),
            other => other.to_string(),
        },
        csv::ErrorKind::Utf8 { .. } => format!("line {line} is not UTF-8 text; save the file in the encoding UTF-8"),
        other => format!("line {line}: {other:?}"),
    })
}

fn of_file(path: &Path, error: impl ToString) -> SignalFileError {
    SignalFileError::File { path: path.to_owned(), reason: error.to_string() }
}

fn in_file(path: &Path, error: SignalFileError) -> SignalFileError {
    match error {
        SignalFileError::Stream(reason) => SignalFileError::File { path: path.to_owned(), reason },
        other => other,
    }
}
