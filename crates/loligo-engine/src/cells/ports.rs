//! The variables of a group that transfers read and set.

use super::{Cells, LocalQuantity};
use crate::profile::Phase;

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

impl Cells {
    /// What the sources were when they were read.
    pub(crate) fn sources_read(&self) -> &[f64] {
        &self.ports.read
    }

    /// Reads what transfers carry away.
    pub(crate) fn read_sources(&mut self) {
        for k in 0..self.ports.sources.len() {
            self.ports.read[k] = self.value(self.ports.sources[k]);
        }
    }

    /// Sets the targets of transfers to the values of their sources.
    pub(crate) fn set_targets(&mut self, values: &[f64]) {
        for k in 0..self.ports.targets.len() {
            let (quantity, source) = self.ports.targets[k];
            self.assign(quantity, Some(values[source as usize]));
        }
    }

    /// Sets the targets of transfers whose sources are all in this group.
    pub(crate) fn transfer_within(&mut self) {
        if self.ports.targets.is_empty() {
            return;
        }
        let start = self.profile.start();
        let values = std::mem::take(&mut self.ports.read);
        self.set_targets(&values);
        self.ports.read = values;
        self.profile.stop(Phase::Exchange, start);
    }
}
