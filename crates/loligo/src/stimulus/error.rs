//! Errors of signals, and of attaching them.

use std::path::PathBuf;

use loligo_io::{plain, shortened, visible};
use loligo_random::RandomError;
use thiserror::Error;

/// The reason why a signal cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SignalError {
    /// An argument that is invalid for the shape.
    #[error("{shape}: {parameter} = {value}, but it must be {requirement}", value = plain(*.value))]
    Parameter {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// The argument.
        parameter: &'static str,
        /// The value given.
        value: f64,
        /// The valid values, with their unit.
        requirement: &'static str,
    },
    /// Pulses of a train that would overlap.
    #[error(
        "train: at {frequency} Hz a pulse begins every {period} ms, but each lasts {pulse_duration} ms; \
         lower the frequency or shorten the pulse", pulse_duration = plain(*.pulse_duration), frequency = plain(*.frequency), period = plain(*.period))]
    PulseLongerThanPeriod {
        /// Duration of a pulse, ms.
        pulse_duration: f64,
        /// Pulses per second, Hz.
        frequency: f64,
        /// Time from pulse to pulse, ms.
        period: f64,
    },
    /// More points (or events) than a signal takes.
    #[error("{shape}: {points} points; at most {limit} are taken, give a longer step or a shorter duration", points = plain(*.points))]
    TooManyPoints {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// Number of points that there would be.
        points: f64,
        /// The limit.
        limit: usize,
    },
    /// A shape without amplitudes or samples.
    #[error("{shape}: there are no {what}; give at least one")]
    Nothing {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// The missing items: "amplitudes" or "samples".
        what: &'static str,
    },
    /// Lists of different lengths.
    #[error("{shape}: {times} times but {values} values; give one value for each time")]
    Lengths {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// Number of times.
        times: usize,
        /// Number of values.
        values: usize,
    },
    /// Times of samples that decrease.
    #[error("{shape}: time {index} is {value} ms; give times of at least 0 ms in ascending order", value = plain(*.value))]
    Times {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// Index of the first invalid time.
        index: usize,
        /// Its value, ms.
        value: f64,
    },
    /// A distribution with invalid parameters.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// An error of a signal file.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SignalFileError {
    /// The file cannot be opened, read or written.
    #[error("{}: {reason}", visible(path.display()))]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's message.
        reason: String,
    },
    /// A stream of data that cannot be read or written.
    #[error("the signal cannot be read or written: {0}")]
    Stream(String),
    /// A line that is not a point.
    #[error("line {line}: \"{}\" is no point of a signal; write a finite time (ms), a comma, and a finite value{}",
        visible(shortened(.text)), loligo_io::separator_hint(.text))]
    Line {
        /// The line, from 1.
        line: u64,
        /// The text found there.
        text: String,
    },
    /// Points that do not form a valid signal.
    #[error(transparent)]
    Signal(#[from] SignalError),
}

/// The reason why a source cannot be attached.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum AttachError {
    /// A cell or section that the network lacks.
    #[error("there is no {what} {index} to attach the source to; add it first")]
    Missing {
        /// Kind of the missing part: "cell" or "section".
        what: &'static str,
        /// Its index.
        index: usize,
    },
    /// A position on a section outside 0..=1.
    #[error("x = {x} is no place on section \"{section}\"; x runs from 0 to 1", x = plain(*.x))]
    Position {
        /// Name of the section.
        section: String,
        /// The position given.
        x: f64,
    },
    /// A signal without points.
    #[error("the signal has no points; add a shape, such as a pulse, before attaching it")]
    Empty,
    /// A number that is not finite.
    #[error("{what} = {value}, but it must be finite", value = plain(*.value))]
    NotFinite {
        /// Name of the number, with its unit.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// A time that is negative.
    #[error("{what} = {value}, but it must be at least 0", value = plain(*.value))]
    Negative {
        /// Name of the time, with its unit.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// A handle of a source that is not in this network, or was already detached.
    #[error("the network has no attached source {point} in cell {cell}; detach each source once, from its own network")]
    NotAttached {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
    },
}
