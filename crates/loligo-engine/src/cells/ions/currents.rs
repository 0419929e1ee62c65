//! The sums of the currents that an ion carries.

use std::ops::Range;

use loligo_mechanisms::{Block, ColumnView, Ion};

use super::{Installed, Ions};

impl Ions {
    /// Adds the currents of some instances of a mechanism to those of its ions.
    pub(in crate::cells) fn add_currents(
        &self,
        installed: usize,
        instances: Range<usize>,
        before: &mut [Block],
        block: &Block,
    ) {
        for own in &self.uses[installed] {
            let species = &self.species[own.species];
            let ion = &mut before[species.installed];
            let pairs = [
                (species.currents, own.current, Ion::CURRENT),
                (species.slopes, own.current_slope, Ion::CURRENT_SLOPE),
            ];
            for (wanted, column, sum) in pairs {
                let Some(column) = column.filter(|_| wanted) else { continue };
                let sum = ion.column_mut(sum);
                match (block.column(column), &own.areas, own.consecutive(instances.clone())) {
                    (ColumnView::Each(shares), None, Some(range)) => {
                        // mA/cm2 or S/cm2
                        sum[range].iter_mut().zip(&shares[instances.clone()]).for_each(|(sum, share)| *sum += share);
                    }
                    _ => {
                        for instance in instances.clone() {
                            let share = block.value(column, instance); // mA/cm2 or S/cm2; of a point process nA or uS
                            let share = own.areas.as_ref().map_or(share, |areas| share * 1e2 / areas[instance]);
                            sum[own.instances[instance] as usize] += share;
                        }
                    }
                }
            }
        }
    }

    /// Moves recorded currents to the middle of the step: `dv` (mV) is half a step's change of each row's voltage.
    pub(in crate::cells) fn move_currents(&self, installed: &[Installed], dv: &[f64], blocks: &mut [Block]) {
        for species in &self.species {
            let block = &mut blocks[species.installed];
            for (instance, &row) in installed[species.installed].rows.iter().enumerate() {
                let slope = block.value(Ion::CURRENT_SLOPE, instance); // S/cm2
                let current = block.value(Ion::CURRENT, instance); // mA/cm2
                block.set(Ion::CURRENT, instance, current + slope * dv[row as usize]); // mA/cm2
            }
        }
    }
}
