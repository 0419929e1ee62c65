//! Patterns of connections: which pairs of cells are connected, and the numbers of each connection.

mod candidates;
pub(crate) mod connection_pattern;
pub(crate) mod error;
mod partners;
pub(crate) mod probability;
pub(crate) mod random_pattern;
pub(crate) mod random_value;
pub(crate) mod side;
