//! The uses of ions by mechanisms that make work in a step.

use super::{Ions, Species, Use};

impl Ions {
    /// The installed ions that change in steps, or whose currents are summed.
    pub(in crate::cells) fn with_work(&self) -> impl Iterator<Item = usize> {
        let with_work = self.species.iter().filter(|species| species.changes || species.currents);
        with_work.map(|species| species.installed)
    }

    /// True if variables of ions are copied to a mechanism in each step.
    pub(in crate::cells) fn are_read_in_steps(&self, installed: usize) -> bool {
        self.uses[installed].iter().any(|own| self.species[own.species].changes || own.reads_current.is_some())
    }

    /// True if a current of a mechanism is added to the sum of an ion.
    pub(in crate::cells) fn have_sum_of(&self, installed: usize) -> bool {
        self.uses[installed].iter().any(|own| {
            let Species { currents, slopes, .. } = self.species[own.species];
            (currents && own.current.is_some()) || (slopes && own.current_slope.is_some())
        })
    }

    /// True if a mechanism stores variables of ions, other than currents.
    pub(in crate::cells) fn are_stored(&self, installed: usize) -> bool {
        self.uses[installed].iter().any(|own| !own.stores.is_empty())
    }

    /// True if instances of a mechanism at one place must be computed one after the other, because each depends on what
    /// the previous one stored.
    pub(in crate::cells) fn need_order(&self, installed: usize) -> bool {
        self.uses[installed].iter().any(Use::needs_order)
    }

    /// True if a mechanism stores no variable of an ion but currents and, `within_currents`, reads no sum of currents.
    pub(in crate::cells) fn are_only_read(&self, installed: usize, within_currents: bool) -> bool {
        let reads_sum = |own: &Use| within_currents && own.reads_current.is_some();
        !self.are_stored(installed) && !self.uses[installed].iter().any(reads_sum)
    }
}
