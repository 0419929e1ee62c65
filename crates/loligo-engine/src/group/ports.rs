//! The variables of a group that transfers read and set.

use super::LocalQuantity;

/// What a group gives to transfers, and takes from them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ports {
    /// The variables that are read.
    pub(super) sources: Vec<LocalQuantity>,
    /// What each was before the run: those that are not voltages start a run so.
    pub(super) unread: Vec<f64>,
    /// What was read last.
    pub(super) read: Vec<f64>,
    /// The variables that are set, each with the number of its source: among the group's own, or among those of all groups.
    pub(super) targets: Vec<(LocalQuantity, u32)>,
}
