//! What can be wrong with a signal, and with attaching one.

use std::path::PathBuf;

use loligo_io::{plain, shortened, visible};
use loligo_random::RandomError;
use thiserror::Error;

/// Why a signal cannot be what was asked for.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SignalError {
    /// An argument for which the shape has no points.
    #[error("{shape}: {parameter} = {value}, but it must be {requirement}", value = plain(*.value))]
    Parameter {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// The argument.
        parameter: &'static str,
        /// What was given.
        value: f64,
        /// What is possible, with its unit.
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
        /// How many there would be.
        points: f64,
        /// The limit.
        limit: usize,
    },
    /// A shape without amplitudes or samples.
    #[error("{shape}: there are no {what}; give at least one")]
    Nothing {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// "amplitudes" or "samples".
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
    /// Times of samples that go back.
    #[error("{shape}: time {index} is {value} ms; give times of at least 0 ms in ascending order", value = plain(*.value))]
    Times {
        /// The shape, by the name of its method.
        shape: &'static str,
        /// Index of the first wrong time.
        index: usize,
        /// Its value, ms.
        value: f64,
    },
    /// A distribution from which nothing can be drawn.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// A file that holds no signal, or cannot be written.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SignalFileError {
    /// The file cannot be opened, read or written.
    #[error("{}: {reason}", visible(path.display()))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A stream of data that cannot be read or written.
    #[error("the signal cannot be read or written: {0}")]
    Stream(String),
    /// A line that is no point.
    #[error("line {line}: \"{}\" is no point of a signal; write a finite time (ms), a comma, and a finite value{}",
        visible(shortened(.text)), loligo_io::separator_hint(.text))]
    Line {
        /// The line, from 1.
        line: u64,
        /// What stands there.
        text: String,
    },
    /// Points that make no signal.
    #[error(transparent)]
    Signal(#[from] SignalError),
}

/// Why a source cannot be attached.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum AttachError {
    /// A cell or section that the network lacks.
    #[error("there is no {what} {index} to attach the source to; add it first")]
    Missing {
        /// "cell" or "section".
        what: &'static str,
        /// Its index.
        index: usize,
    },
    /// A place on a section outside 0..=1.
    #[error("x = {x} is no place on section \"{section}\"; x runs from 0 to 1", x = plain(*.x))]
    Position {
        /// Name of the section.
        section: String,
        /// The place given.
        x: f64,
    },
    /// A signal without points.
    #[error("the signal has no points; add a shape, such as a pulse, before attaching it")]
    Empty,
    /// A number that is not finite.
    #[error("{what} = {value}, but it must be finite", value = plain(*.value))]
    NotFinite {
        /// Which number, with its unit.
        what: &'static str,
        /// What it is.
        value: f64,
    },
    /// A time that is negative.
    #[error("{what} = {value}, but it must be at least 0", value = plain(*.value))]
    Negative {
        /// Which time, with its unit.
        what: &'static str,
        /// What it is.
        value: f64,
    },
    /// A handle of a source that is not in this network, or was detached already.
    #[error("the network has no attached source {point} in cell {cell}; detach each source once, from its own network")]
    NotAttached {
        /// Index of the cell.
        cell: usize,
        /// Index among the cell's point processes.
        point: usize,
    },
}
