//! Pointers: variables of mechanisms that refer to other variables of the group.
//!
//! Before each hook, the present values of the variables to which an instance's pointers refer are copied to it; after
//! the hook, the values that it wrote are stored there. If a pointer of a mechanism refers to a mechanism of the same
//! kind, or is written, its instances are computed one after the other in NEURON's order, so that each uses the results
//! of those before it.

use std::ops::Range;

use loligo_mechanisms::Block;

use super::LocalQuantity;

/// A pointer of a mechanism, with the variable to which it refers in each instance.
#[derive(Clone, Debug)]
struct Pointer {
    column: usize,
    written: bool,
    targets: Vec<Option<LocalQuantity>>,
}

/// The pointers of a group's mechanisms.
#[derive(Clone, Debug, Default)]
pub(super) struct Pointers {
    /// For each installed mechanism that has pointers; mechanisms after the last of these have no
    /// entry.
    of: Vec<Vec<Pointer>>,
}

impl Pointers {
    /// Adds the pointer of one of `instances` instances.
    pub(super) fn add(
        &mut self,
        installed: usize,
        (column, written): (usize, bool),
        instance: usize,
        instances: usize,
        target: LocalQuantity,
    ) {
        if self.of.len() <= installed {
            self.of.resize_with(installed + 1, Vec::new);
        }
        let own = &mut self.of[installed];
        let known = own.iter().position(|pointer| pointer.column == column).unwrap_or_else(|| {
            own.push(Pointer { column, written, targets: vec![None; instances] });
            own.len() - 1
        });
        own[known].targets[instance] = Some(target);
    }

    /// True if instances of a mechanism depend on the results of others of it in the same phase.
    pub(super) fn need_order(&self, installed: usize) -> bool {
        let same = |target: &Option<LocalQuantity>| matches!(target, Some(LocalQuantity::Variable { installed: other, .. }) if *other == installed);
        self.of(installed).iter().any(|pointer| pointer.written || pointer.targets.iter().any(same))
    }

    /// The variables of mechanisms that are changed through pointers.
    pub(super) fn written(&self) -> impl Iterator<Item = (usize, usize)> {
        let written = self.of.iter().flatten().filter(|pointer| pointer.written);
        written.flat_map(|pointer| &pointer.targets).filter_map(|target| match *target {
            Some(LocalQuantity::Variable { installed, column, .. }) => Some((installed, column)),
            _ => None,
        })
    }

    /// The variables to which pointers refer.
    pub(super) fn targets(&self) -> impl Iterator<Item = LocalQuantity> {
        self.of.iter().flatten().flat_map(|pointer| &pointer.targets).filter_map(|&target| target)
    }

    /// True if a mechanism has no pointers.
    pub(super) fn are_none(&self, installed: usize) -> bool {
        self.of(installed).is_empty()
    }

    #[inline]
    fn of(&self, installed: usize) -> &[Pointer] {
        self.of.get(installed).map_or(&[], Vec::as_slice)
    }

    /// Copies to some instances of a mechanism the values to which their pointers refer.
    pub(super) fn read(&self, installed: usize, instances: Range<usize>, v: &[f64], blocks: &mut [Block]) {
        for Pointer { column, targets, .. } in self.of(installed) {
            for instance in instances.clone() {
                let value = match targets[instance] {
                    None => continue,
                    Some(LocalQuantity::Voltage(row)) => v[row],
                    Some(LocalQuantity::VoltageBetween { first, second, share }) => {
                        share * v[first] + (1.0 - share) * v[second]
                    }
                    Some(LocalQuantity::Variable { installed, column, instance }) => {
                        blocks[installed].value(column, instance)
                    }
                    // Pointers refer to no other kinds of quantity.
                    Some(
                        LocalQuantity::CapacitiveCurrent(_)
                        | LocalQuantity::MembraneCurrent(_)
                        | LocalQuantity::MembraneCurrentDensity(_)
                        | LocalQuantity::Nothing,
                    ) => continue,
                };
                blocks[installed].set(*column, instance, value);
            }
        }
    }

    /// Stores the values that some instances of a mechanism wrote through their pointers.
    pub(super) fn write(&self, installed: usize, instances: Range<usize>, v: &mut [f64], blocks: &mut [Block]) {
        for Pointer { column, targets, .. } in self.of(installed).iter().filter(|pointer| pointer.written) {
            for instance in instances.clone() {
                let value = blocks[installed].value(*column, instance);
                match targets[instance] {
                    Some(LocalQuantity::Voltage(row)) => v[row] = value, // mV
                    Some(LocalQuantity::Variable { installed, column, instance }) => {
                        blocks[installed].set(column, instance, value);
                    }
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_both_ways() {
        let mut blocks = vec![Block::new([1.0, 2.0], 2), Block::new([0.0, 0.0], 2)];
        let mut v = vec![-65.0, -70.0];
        let mut pointers = Pointers::default();
        let variable = LocalQuantity::Variable { installed: 0, column: 1, instance: 1 };
        pointers.add(1, (0, true), 0, 2, variable);
        pointers.add(1, (0, true), 1, 2, LocalQuantity::Voltage(1));
        pointers.read(1, 0..2, &v, &mut blocks);
        assert_eq!([blocks[1].value(0, 0), blocks[1].value(0, 1)], [2.0, -70.0]);
        blocks[1].set(0, 0, 5.0);
        blocks[1].set(0, 1, -60.0);
        pointers.write(1, 0..2, &mut v, &mut blocks);
        assert_eq!([blocks[0].value(1, 0), blocks[0].value(1, 1)], [2.0, 5.0]);
        assert_eq!(v, [-65.0, -60.0]); // mV
        assert_eq!(pointers.written().collect::<Vec<_>>(), [(0, 1)]);
    }

    #[test]
    fn only_pointers_to_the_same_mechanism_or_written_ones_need_order() {
        let mut pointers = Pointers::default();
        let of = |installed| LocalQuantity::Variable { installed, column: 0, instance: 0 };
        pointers.add(1, (0, false), 0, 1, of(0));
        pointers.add(2, (0, false), 0, 1, of(2));
        pointers.add(3, (0, true), 0, 1, LocalQuantity::Voltage(0));
        assert_eq!([0, 1, 2, 3, 4].map(|installed| pointers.need_order(installed)), [false, false, true, true, false]);
    }
}
