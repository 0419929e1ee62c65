use loligo_io::plain;
use thiserror::Error;

/// Why a random stream or distribution cannot be what was asked for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RandomError {
    /// A parameter for which the distribution has no values.
    #[error("{distribution}: {parameter} = {value}, but it must be {requirement}", value = plain(*.value))]
    Parameter {
        /// The distribution's name.
        distribution: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// What was given.
        value: f64,
        /// What is possible.
        requirement: &'static str,
    },
    /// More numbers than memory holds.
    #[error("{count} numbers do not fit into memory; draw them in parts")]
    Count {
        /// How many were asked for.
        count: usize,
    },
    /// A position beyond the end of a Random123 stream.
    #[error("sequence {sequence} is beyond the end of a Random123 stream, 2^34 - 1")]
    Sequence {
        /// The position that was given.
        sequence: u64,
    },
    /// A size that no additive congruential generator has, or a stored one whose tables do not belong together.
    #[error("an ACG stream has 7 to 98 words of state (55 is usual) and a position among them, not {size} words")]
    StateSize {
        /// The number of words that was given.
        size: usize,
    },
    /// A number of ids that does not choose a stream.
    #[error("{mode} takes {needed}, not {given}")]
    Ids {
        /// The generator's name.
        mode: &'static str,
        /// How many ids are needed, and which.
        needed: &'static str,
        /// How many were given.
        given: usize,
    },
    /// A generator that does not exist.
    #[error("there is no generator \"{mode}\"; there are Compatibility (1), Random123 (2) and UpMCellRan4 (3)")]
    Mode {
        /// What was given.
        mode: String,
    },
}
