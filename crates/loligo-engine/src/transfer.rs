//! Transfers between groups: the values that all need of each other in every step.

use crate::group::Group;

/// Carries the sources' values to the targets where these are in different groups.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// The value of each source, in the order in which the transfers first name them.
    values: Vec<f64>,
    /// For each group the places of its sources among the values.
    slots: Vec<Vec<u32>>,
}

impl Exchange {
    /// For sources that are in these groups.
    pub(crate) fn new(group_of_source: &[usize], groups: usize) -> Self {
        let mut slots = vec![Vec::new(); groups];
        for (slot, &group) in group_of_source.iter().enumerate() {
            slots[group].push(slot as u32);
        }
        Self { values: vec![0.0; group_of_source.len()], slots }
    }

    /// Gathers what the groups have read of their sources.
    pub(crate) fn gather(&mut self, groups: &[Group]) -> &[f64] {
        for (group, slots) in groups.iter().zip(&self.slots) {
            for (&slot, &value) in slots.iter().zip(group.sources_read()) {
                self.values[slot as usize] = value;
            }
        }
        &self.values
    }
}
