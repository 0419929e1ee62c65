//! Connection overrides that contradict each other.

use thiserror::Error;

/// What makes a list of connection overrides impossible to build.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ConnectionConflict {
    /// An override of weight 0 of which a delayed one gives only some connections a weight.
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
