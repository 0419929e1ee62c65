//! Reversal potentials that follow concentrations.

use loligo_mechanisms::{Block, CHUNK, Ion, KernelScratch, NernstPotentials, nernst};

use super::{Ions, Species};

impl Ions {
    /// Computes the reversal potential of an instance.
    pub(super) fn compute_reversal_potential(&self, species: &Species, block: &mut Block, instance: usize) {
        let (inside, outside) = (block.value(Ion::INSIDE, instance), block.value(Ion::OUTSIDE, instance)); // mM
        block.set(Ion::REVERSAL_POTENTIAL, instance, nernst(inside, outside, species.valence, self.celsius)); // mV
    }

    /// Computes the reversal potentials of all instances, in vector lanes.
    pub(super) fn compute_reversal_potentials(&self, species: &Species, block: &mut Block, room: &mut KernelScratch) {
        for start in (0..block.len()).step_by(CHUNK) {
            let instances = block.instances(start..(start + CHUNK).min(block.len()), room);
            let ([inside, outside], [potentials]) =
                instances.columns([Ion::INSIDE, Ion::OUTSIDE], [Ion::REVERSAL_POTENTIAL]);
            let (charge, celsius) = (species.valence, self.celsius);
            self.lanes.run(NernstPotentials { inside, outside, charge, celsius, potentials });
        }
    }
}
