//! The first instance in the model of each mechanism.

use super::Building;
use crate::usual_values::UsualValues;

impl Building<'_> {
    /// Adds the first instance in the model of each mechanism, if this rank has it.
    pub(super) fn add_first_instances(&mut self, values: &UsualValues) {
        let mut places: Vec<(usize, usize)> = values.values().filter_map(|values| values.place_of_first).collect();
        places.sort_unstable();
        for (cell, placed) in places {
            let Some(own) = self.share.cell(cell) else { continue };
            let (installed, ref instances) = self.places[own][placed];
            if let Some(&instance) = instances.first() {
                self.groups[self.group_of_cell[own]].add_first_instance(installed, instance as usize);
            }
        }
    }
}
