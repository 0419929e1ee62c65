//! Errors of connection patterns.

use loligo_io::plain;
use loligo_random::RandomError;
use thiserror::Error;

/// The reason why a pattern of connections cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum PatternError {
    /// A number that the pattern does not allow.
    #[error("{what} = {}; {remedy}", plain(*.value))]
    Value {
        /// The name of the number, with its unit.
        what: &'static str,
        /// The number.
        value: f64,
        /// The remedy.
        remedy: &'static str,
    },
    /// A cell without a position in a pattern that depends on distances.
    #[error("\"{cell}\" has no position, and the connections depend on distances; give its population positions")]
    NoPosition {
        /// The cell's name.
        cell: String,
    },
    /// Fewer cells to choose from than each cell needs.
    #[error(
        "\"{cell}\" finds {found} cells to connect with, and needs {wanted}; lower the number, widen the probability, \
         or allow multiple connections"
    )]
    TooFew {
        /// The name of the cell that chooses.
        cell: String,
        /// The number of cells that it can choose.
        found: usize,
        /// The number of cells that it needs.
        wanted: usize,
    },
    /// More connections than are allowed.
    #[error("the pattern makes more than {limit} connections; lower its probability or numbers")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// More pairs of cells to look at than can be in reasonable time.
    #[error("more than {limit} pairs of cells are within reach of the probability; give it a cutoff distance (um)")]
    TooManyPairs {
        /// The limit.
        limit: u64,
    },
    /// A distribution with impossible parameters.
    #[error(transparent)]
    Distribution(#[from] RandomError),
    /// Bounds that a distribution almost never fulfils.
    #[error("fewer than 1 of 100 numbers of this distribution are from {} to {}; choose other bounds or another distribution",
        plain(*.low), plain(*.high))]
    Bounds {
        /// The smallest number allowed.
        low: f64,
        /// The largest number allowed.
        high: f64,
    },
    /// Not one list of synapses for each target cell, or an empty one.
    #[error("target {index} has no synapse; give each target cell at least one")]
    NoSynapse {
        /// The target's index.
        index: usize,
    },
}
