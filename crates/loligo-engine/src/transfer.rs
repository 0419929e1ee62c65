//! Transfers between groups: values that are exchanged in every step.

use crate::error::EngineError;
use crate::ranks::Ranks;
use crate::step::Group;

/// Copies the values of sources to targets in other groups.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// The value of each source, in the order of its first occurrence in the transfers.
    values: Vec<f64>,
    /// For each group the indices of its sources in `values`.
    slots: Vec<Vec<u32>>,
    /// For each rank the indices of its sources, ascending, if a transfer leads from one rank to
    /// another.
    slots_of_ranks: Option<Vec<Vec<u32>>>,
}

impl Exchange {
    /// An exchange for sources that are in these groups, or elsewhere; `rank_of_source` if their values are sent to all
    /// ranks.
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

    /// Collects the values that the groups of all ranks have read from their sources.
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

#[cfg(test)]
mod tests {
    use loligo_mechanisms::Numerics;

    use super::*;
    use crate::cells::LocalQuantity;
    use crate::communicator::{Alone, Threads};
    use crate::options::Options;
    use crate::test_models::{group, passive, started};

    /// A group of one compartment at `v` (mV); its first sources are the voltage and the reversal potential of `pas`.
    fn group_at(v: f64, sources: usize) -> Group {
        let options = Options { v_init: v, numerics: Numerics::Fast, ..Options::default() };
        group(started(&[passive(Vec::new())], options, |cells, _| {
            let e = LocalQuantity::Variable { installed: 0, column: 1, instance: 0 };
            [LocalQuantity::Voltage(0), e][..sources].iter().for_each(|&source| _ = cells.add_source(source));
        }))
    }

    #[test]
    fn values_are_in_the_order_of_the_transfers_whichever_group_they_come_from() {
        let groups = [group_at(-10.0, 2), group_at(-20.0, 1)];
        let mut ranks = Ranks::new(Box::new(Alone));
        let mut exchange = Exchange::new(&[Some(0), Some(1), None, Some(0)], 2, None, 1);
        let values = exchange.gather(&groups, &mut ranks).expect("there is one rank");
        assert_eq!(values, [-10.0, -20.0, 0.0, -70.0]);
    }

    #[test]
    fn the_values_of_other_ranks_are_received() {
        let lines = Threads::ranks(2).into_iter().zip([-10.0, -20.0]);
        let threads: Vec<_> = lines
            .map(|(line, v)| {
                std::thread::spawn(move || {
                    // The order of sources is: rank 1, rank 0, rank 1.
                    let own = if v == -10.0 { [None, Some(0), None] } else { [Some(0), None, Some(0)] };
                    let groups = [group_at(v, own.iter().flatten().count())];
                    let mut exchange = Exchange::new(&own, 1, Some(&[1, 0, 1]), 2);
                    exchange.gather(&groups, &mut Ranks::new(Box::new(line))).map(<[f64]>::to_vec)
                })
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().expect("no rank panics"), Ok(vec![-20.0, -10.0, -70.0]));
        }
    }
}
