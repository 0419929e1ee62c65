//! The uses of ions by mechanisms that make work in a step.

use std::ops::Range;

use loligo_mechanisms::Block;

use super::{Ions, Species, Use, column_of, copy};

/// A column of an ion that can be used in the place of a mechanism's copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cells) struct InPlace {
    /// The mechanism's column.
    pub(in crate::cells) copy: usize,
    /// The installed mechanism of the ion, and its column.
    pub(in crate::cells) column: (usize, usize),
    /// The ion's instance for the first of the mechanism's instances; the others follow it.
    pub(in crate::cells) first: usize,
    /// True if the mechanism stores the variable.
    pub(in crate::cells) is_stored: bool,
}

/// The work that ions make in a hook of some mechanisms that are computed together.
#[derive(Clone, Debug, Default)]
pub(in crate::cells) struct IonWork {
    /// Mechanisms that read variables of ions in each step.
    reads: Vec<usize>,
    /// Mechanisms whose currents are added to sums of ions.
    adds: Vec<usize>,
    /// Mechanisms that store variables of ions.
    stores: Vec<usize>,
}

/// The way in which mechanisms use variables of ions in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cells) enum IonAccess {
    /// They have copies.
    Copies,
    /// They use the columns of the ions.
    InPlace,
    /// They use the columns of the ions, and get copies that can be read from outside afterwards.
    InPlaceWithCopies,
}

impl IonWork {
    pub(in crate::cells) fn of(mechanisms: impl Iterator<Item = usize>, ions: &Ions) -> Self {
        let mut work = Self::default();
        for k in mechanisms {
            work.reads.extend(ions.are_read_in_steps(k).then_some(k));
            work.adds.extend(ions.have_sum_of(k).then_some(k));
            work.stores.extend(ions.are_stored(k).then_some(k));
        }
        work
    }

    /// Copies the variables that mechanisms read.
    pub(in crate::cells) fn read(&self, access: IonAccess, ions: &Ions, blocks: &mut [Block]) {
        if access != IonAccess::InPlace {
            self.reads.iter().for_each(|&k| ions.copy_to(k, 0..blocks[k].len(), blocks));
        }
    }

    /// Adds the currents of mechanisms to the sums of ions.
    pub(in crate::cells) fn add_currents(&self, ions: &Ions, blocks: &mut [Block]) {
        for &k in &self.adds {
            let (before, rest) = blocks.split_at_mut(k);
            ions.add_currents(k, 0..rest[0].len(), before, &rest[0]);
        }
    }

    /// Stores the variables that mechanisms write; those that were written in place are copied back to the mechanisms.
    pub(in crate::cells) fn store(&self, access: IonAccess, ions: &Ions, blocks: &mut [Block]) {
        for &k in &self.stores {
            match access {
                IonAccess::Copies => ions.store_of(k, 0..blocks[k].len(), blocks),
                IonAccess::InPlace => {}
                IonAccess::InPlaceWithCopies => ions.copy_back(k, blocks),
            }
        }
    }
}

impl Ions {
    /// Copies to some instances of a mechanism the variables that they read in a step.
    pub(in crate::cells) fn copy_to(&self, installed: usize, instances: Range<usize>, blocks: &mut [Block]) {
        let (before, rest) = blocks.split_at_mut(installed);
        self.read(installed, instances, before, &mut rest[0], false);
    }

    /// Copies the variables that a mechanism stored in place to its own columns.
    fn copy_back(&self, installed: usize, blocks: &mut [Block]) {
        let (before, rest) = blocks.split_at_mut(installed);
        for own in &self.uses[installed] {
            let ion = &before[self.species[own.species].installed];
            for &(variable, column) in &own.stores {
                let instances = 0..rest[0].len();
                copy(ion, column_of(variable), &mut rest[0], column, own, instances);
            }
        }
    }

    /// Stores the variables that some instances of a mechanism write in a step.
    pub(in crate::cells) fn store_of(&self, installed: usize, instances: Range<usize>, blocks: &mut [Block]) {
        let (before, rest) = blocks.split_at_mut(installed);
        self.store(installed, instances, before, &rest[0], false);
    }

    /// The installed ions that change in steps, or whose currents are summed.
    pub(in crate::cells) fn with_work(&self) -> impl Iterator<Item = usize> {
        let with_work = self.species.iter().filter(|species| species.changes || species.currents);
        with_work.map(|species| species.installed)
    }

    /// True if variables of ions are copied to a mechanism in each step.
    pub(in crate::cells) fn are_read_in_steps(&self, installed: usize) -> bool {
        self.uses[installed].iter().any(|own| self.species[own.species].changes || own.reads_current.is_some())
    }

    /// The columns of ions that some instances of a mechanism can use in each step in the place of copies; `None` if they
    /// need copies: because these are read from outside, or the instances of an ion do not follow each other, or a variable
    /// is stored that is not copied before.
    pub(in crate::cells) fn in_place(&self, installed: usize, instances: Range<usize>) -> Option<Vec<InPlace>> {
        let mut columns = Vec::new();
        for own in &self.uses[installed] {
            let species = &self.species[own.species];
            let copied = own.copied(species.changes).collect::<Vec<_>>();
            let rows = own.instances.get(instances.clone())?;
            let (Some(&first), true) = (rows.first(), rows.windows(2).all(|pair| pair[0] + 1 == pair[1])) else {
                return None;
            };
            if own.is_observed || !own.stores.iter().all(|stored| copied.contains(stored)) {
                return None;
            }
            columns.extend(copied.into_iter().map(|(variable, copy)| InPlace {
                copy,
                column: (species.installed, column_of(variable)),
                first: first as usize,
                is_stored: own.stores.contains(&(variable, copy)),
            }));
        }
        Some(columns)
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
