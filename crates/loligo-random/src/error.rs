use thiserror::Error;

/// Why a random stream or distribution cannot be what was asked for.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RandomError {
    /// A parameter for which the distribution has no values.
    #[error("{distribution}: {parameter} = {value}, but it must be {requirement}")]
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
    /// A position beyond the end of a Random123 stream.
    #[error("sequence {sequence} is beyond the end of a Random123 stream, 2^34 - 1")]
    Sequence {
        /// The position that was given.
        sequence: u64,
    },
}
