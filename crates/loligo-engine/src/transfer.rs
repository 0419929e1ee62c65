//! Transfers between groups: the values that all need of each other in every step.

use crate::error::EngineError;
use crate::ranks::Ranks;
use crate::step::Group;

/// Carries the sources' values to the targets where these are in different groups.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// The value of each source, in the order in which the transfers first name them.
    values: Vec<f64>,
    /// For each group the places of its sources among the values.
    slots: Vec<Vec<u32>>,
    /// For each rank the places of its sources, ascending, if a transfer leads from one rank to another.
    slots_of_ranks: Option<Vec<Vec<u32>>>,
}

impl Exchange {
    /// For sources that are in these groups, or elsewhere; `rank_of_source` if they are to be told to all ranks.
    pub(crate) fn new(
        group_of_source: &[Option<usize>],
        groups: usize,
        rank_of_source: Option<&[usize]>,
        ranks: usize,
    ) -> Self {
        let mut slots = vec![Vec::new(); groups];
        for (slot, group) in group_of_source.iter().enumerate() {
            if let Some(group) = *group {
                slots[group].push(slot as u32);
            }
        }
        let slots_of_ranks = rank_of_source.map(|rank_of_source| {
            let mut slots = vec![Vec::new(); ranks];
            for (slot, &rank) in rank_of_source.iter().enumerate() {
                slots[rank].push(slot as u32);
            }
            slots
        });
        Self { values: vec![0.0; group_of_source.len()], slots, slots_of_ranks }
    }

    /// Gathers what the groups of all ranks have read of their sources.
    pub(crate) fn gather(&mut self, groups: &[Group], ranks: &mut Ranks) -> Result<&[f64], EngineError> {
        for (group, slots) in groups.iter().zip(&self.slots) {
            for (&slot, &value) in slots.iter().zip(group.cells.sources_read()) {
                self.values[slot as usize] = value;
            }
        }
        if let Some(slots) = &self.slots_of_ranks {
            ranks.share_values(slots, &mut self.values)?;
        }
        Ok(&self.values)
    }
}
