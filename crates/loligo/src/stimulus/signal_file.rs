//! Signals in CSV files.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use super::signal::{SignalSource, goes_back};
use super::{SignalError, SignalFileError};

impl SignalSource {
    /// Writes the points to a CSV file with the columns `t` (ms) and `value` (nA or uS), in as many digits as are needed to
    /// read back the same bits. A file that is there is replaced.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SignalFileError> {
        let path = path.as_ref();
        let file = File::create(path).map_err(|error| of_file(path, error))?;
        self.write_csv(BufWriter::new(file)).map_err(|error| in_file(path, error))
    }

    /// Reads points from a CSV file with two columns, time (ms) and value (nA or uS), with or without a line of titles. The
    /// cursor is at the last of them, the base amplitude 0.
    ///
    /// # Errors
    /// A file that cannot be read, a line that is no point, times that are negative or go back, too many points.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SignalFileError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| of_file(path, error))?;
        Self::read_csv(BufReader::new(file)).map_err(|error| in_file(path, error))
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
    /// What cannot be written.
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
    /// What cannot be read, a line that is no point, times that are negative or go back, too many points.
    pub fn read_csv(reader: impl Read) -> Result<Self, SignalFileError> {
        const SHAPE: &str = "a signal's file";
        let mut signal = Self::new();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(reader);
        for (index, record) in reader.records().enumerate() {
            let record = record.map_err(|error| SignalFileError::Stream(error.to_string()))?;
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

fn of_file(path: &Path, error: std::io::Error) -> SignalFileError {
    SignalFileError::File { path: path.to_owned(), reason: error.to_string() }
}

fn in_file(path: &Path, error: SignalFileError) -> SignalFileError {
    match error {
        SignalFileError::Stream(reason) => SignalFileError::File { path: path.to_owned(), reason },
        other => other,
    }
}
