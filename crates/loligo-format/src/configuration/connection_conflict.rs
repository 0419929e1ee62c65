//! Connection overrides that contradict each other.

use thiserror::Error;

/// A contradiction in a list of connection overrides that prevents building the circuit.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ConnectionConflict {
    /// An override of weight 0, and a delayed one that gives only some of its connections a weight.
    #[error(
        "connection override \"{block}\" has weight 0, and \"{by}\" gives only some of its connections a weight later; \
         give both the same source and target, or split \"{block}\""
    )]
    PartialOverride {
        /// The override of weight 0.
        block: String,
        /// The delayed one.
        by: String,
    },
}
