use loligo_io::plain;
use thiserror::Error;

/// The reason why a random stream or distribution cannot be made.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RandomError {
    /// A parameter outside the range of the distribution.
    #[error("{distribution}: {parameter} = {value}, but it must be {requirement}", value = plain(*.value))]
    Parameter {
        /// The distribution's name.
        distribution: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// The given value.
        value: f64,
        /// The allowed values.
        requirement: &'static str,
    },
    /// More numbers than fit into memory.
    #[error("{count} numbers do not fit into memory; draw them in parts")]
    Count {
        /// The requested number.
        count: usize,
    },
    /// A position beyond the end of a Random123 stream.
    #[error("sequence {sequence} is beyond the end of a Random123 stream, 2^34 - 1")]
    Sequence {
        /// The given position.
        sequence: u64,
    },
    /// A size for which there is no additive congruential generator, or a stored one with inconsistent tables.
    #[error("an ACG stream has 7 to 98 words of state (55 is usual) and a position among them, not {size} words")]
    StateSize {
        /// The given number of words.
        size: usize,
    },
    /// A number of ids that does not identify a stream.
    #[error("{mode} takes {needed}, not {given}")]
    Ids {
        /// The generator's name.
        mode: &'static str,
        /// The number and meaning of the required ids.
        needed: &'static str,
        /// The given number of ids.
        given: usize,
    },
    /// A generator that does not exist.
    #[error("there is no generator \"{mode}\"; there are Compatibility (1), Random123 (2) and UpMCellRan4 (3)")]
    Mode {
        /// The given name.
        mode: String,
    },
}
