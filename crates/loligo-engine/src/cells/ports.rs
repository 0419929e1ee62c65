//! The variables of a group that transfers read and set.

use super::{Cells, LocalQuantity};
use crate::profile::Phase;

/// The variables of a group that are sources or targets of transfers.
#[derive(Clone, Debug, Default)]
pub(super) struct Ports {
    /// The variables that are read.
    pub(super) sources: Vec<LocalQuantity>,
    /// The value of each before the run; sources that are not voltages are reset to it at the start
    /// of a run.
    pub(super) unread: Vec<f64>,
    /// The values at the last reading.
    pub(super) read: Vec<f64>,
    /// The variables that are set, in the order in which they are.
    targets: Vec<Targets>,
}

/// Variables that are set, each with the number of its source, among the group's own or among those of all groups.
#[derive(Clone, Debug)]
enum Targets {
    /// Instances of one column of an installed mechanism.
    Column {
        installed: usize,
        column: usize,
        instances: Vec<(u32, u32)>,
    },
    Other(LocalQuantity, u32),
}

impl Ports {
    /// Adds a variable that is set, with the number of its source.
    pub(super) fn add_target(&mut self, quantity: LocalQuantity, source: u32) {
        let LocalQuantity::Variable { installed, column, instance } = quantity else {
            return self.targets.push(Targets::Other(quantity, source));
        };
        let own = (instance as u32, source);
        match self.targets.last_mut() {
            Some(Targets::Column { installed: last, column: last_column, instances })
                if (*last, *last_column) == (installed, column) =>
            {
                instances.push(own);
            }
            _ => self.targets.push(Targets::Column { installed, column, instances: vec![own] }),
        }
    }

    /// The instances of installed mechanisms of which a variable is set.
    pub(super) fn set_instances(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.targets.iter().flat_map(|targets| {
            let (installed, instances) = match targets {
                Targets::Column { installed, instances, .. } => (*installed, &instances[..]),
                Targets::Other(..) => (0, &[][..]),
            };
            instances.iter().map(move |&(instance, _)| (installed, instance as usize))
        })
    }
}

impl Cells {
    /// The values of the sources at the last reading.
    pub(crate) fn sources_read(&self) -> &[f64] {
        &self.ports.read
    }

    /// Reads the sources of transfers.
    pub(crate) fn read_sources(&mut self) {
        for k in 0..self.ports.sources.len() {
            self.ports.read[k] = match self.ports.sources[k] {
                LocalQuantity::Voltage(row) => self.state.v[row], // mV
                other => self.value(other),
            };
        }
    }

    /// Sets the targets of transfers to the values of their sources.
    pub(crate) fn set_targets(&mut self, values: &[f64]) {
        let targets = std::mem::take(&mut self.ports.targets);
        for targets in &targets {
            match targets {
                Targets::Column { installed, column, instances } => {
                    let all = self.state.blocks[*installed].column_mut(*column);
                    for &(instance, source) in instances {
                        all[instance as usize] = values[source as usize];
                    }
                }
                Targets::Other(target, source) => self.assign(*target, Some(values[*source as usize])),
            }
        }
        self.ports.targets = targets;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::test_models::{passive, start, started};

    /// Conductance and reversal potential of `pas`.
    const G: LocalQuantity = LocalQuantity::Variable { installed: 0, column: 0, instance: 0 };
    const E: LocalQuantity = LocalQuantity::Variable { installed: 0, column: 1, instance: 0 };

    #[test]
    fn all_sources_are_read_before_a_target_is_set() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            let [g, e] = [G, E].map(|source| cells.add_source(source));
            cells.add_target(G, e);
            cells.add_target(E, g);
        });
        cells.rewind();
        cells.read_sources();
        cells.transfer_within();
        assert_eq!((cells.value(G), cells.value(E)), (-70.0, 0.001), "exchanged");
    }

    #[test]
    fn targets_have_the_values_of_their_sources_in_whichever_group() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            (0..3).for_each(|_| _ = cells.add_source(LocalQuantity::Voltage(0)));
            cells.add_target(E, 2);
        });
        assert_eq!(cells.value(E), -65.0); // mV
        cells.set_targets(&[1.0, 2.0, 3.0]);
        assert_eq!(cells.value(E), 3.0);
    }

    #[test]
    fn a_run_begins_with_the_voltages_and_with_what_other_sources_were_before() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            cells.add_source(LocalQuantity::Voltage(0));
            cells.add_source(E);
        });
        cells.set_value(E, 10.0);
        cells.set_value(LocalQuantity::Voltage(0), 20.0); // mV
        assert_eq!(cells.sources_read(), [-65.0, -70.0], "until they are read again");
        cells.read_sources();
        assert_eq!(cells.sources_read(), [20.0, 10.0]);
        start(&mut cells);
        assert_eq!(cells.sources_read(), [-65.0, -70.0]);
    }
}
