//! The variables of a mechanism's instances in a state.

use loligo_mechanisms::{Block, ColumnView, History, Role, Signature};
use loligo_random::Random123;
use serde::{Deserialize, Serialize};

/// The variables of some instances of a mechanism, their random streams and the histories of variables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Variables {
    columns: Vec<Values>,
    streams: Vec<Random123>,
    histories: Vec<History>,
}

/// The values of one variable in some instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Values {
    /// An output, which is computed anew in every step.
    Output,
    Same(f64),
    Each(Vec<f64>),
}

/// The part of a state that does not fit the engine.
#[derive(Debug)]
pub(crate) struct StateMismatch(pub(crate) &'static str);

impl Variables {
    /// The variables of some instances of a block, in the given order.
    pub(crate) fn of(signature: &Signature, block: &Block, instances: &[usize]) -> Self {
        let column = |column: usize| match block.column(column) {
            _ if signature.variable(column).role == Role::Output => Values::Output,
            ColumnView::Discarded => Values::Output,
            ColumnView::Same(value) => Values::Same(value),
            ColumnView::Each(values) => Values::of(instances.iter().map(|&instance| values[instance])),
        };
        let [streams, histories] = numbers_of_instance(block);
        Self {
            columns: (0..block.width()).map(column).collect(),
            streams: places(instances, streams).map(|place| block.streams[place].clone()).collect(),
            histories: places(instances, histories).map(|place| block.histories[place].clone()).collect(),
        }
    }

    /// True if a variable is not among them, because it was not stored.
    pub(crate) fn lack(&self, column: usize) -> bool {
        self.columns.get(column) == Some(&Values::Output)
    }

    /// Sets the variables of the instances; outputs are 0 until they are computed.
    pub(crate) fn restore(&self, block: &mut Block, instances: &[usize]) -> Result<(), StateMismatch> {
        let [streams, histories] = numbers_of_instance(block);
        let numbers = [streams, histories].map(|each| each * instances.len());
        if self.columns.len() != block.width() || [self.streams.len(), self.histories.len()] != numbers {
            return Err(StateMismatch("the variables of a mechanism"));
        }
        for (column, values) in self.columns.iter().enumerate() {
            if block.column(column) == ColumnView::Discarded {
                continue;
            }
            match values {
                Values::Output => instances.iter().for_each(|&instance| block.set(column, instance, 0.0)),
                Values::Same(value) => instances.iter().for_each(|&instance| block.set(column, instance, *value)),
                Values::Each(values) if values.len() == instances.len() => {
                    instances.iter().zip(values).for_each(|(&instance, &value)| block.set(column, instance, value));
                }
                Values::Each(_) => return Err(StateMismatch("the instances of a mechanism")),
            }
        }
        places(instances, streams).zip(&self.streams).for_each(|(place, own)| block.streams[place] = own.clone());
        places(instances, histories).zip(&self.histories).for_each(|(place, own)| block.histories[place] = own.clone());
        Ok(())
    }
}

/// Numbers of random streams and of histories of each instance of a block.
fn numbers_of_instance(block: &Block) -> [usize; 2] {
    [block.streams.len(), block.histories.len()].map(|all| all / block.len().max(1))
}

/// The places of items of which every instance has `each`.
fn places(instances: &[usize], each: usize) -> impl Iterator<Item = usize> {
    instances.iter().flat_map(move |&instance| instance * each..(instance + 1) * each)
}

impl Values {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let mut rest = values.clone();
        match rest.next() {
            Some(first) if rest.all(|value| value.to_bits() == first.to_bits()) => Self::Same(first),
            _ => Self::Each(values.collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_models::{MIDDLE, builtin, placed};

    fn own(block: &Block, instances: &[usize]) -> Variables {
        Variables::of(builtin("ExpSyn").signature(), block, instances)
    }

    /// Synapses with these values of tau, ms.
    fn synapses(taus: &[f64]) -> Block {
        let mut block = placed(&builtin("ExpSyn"), 0, &vec![MIDDLE; taus.len()]).block;
        taus.iter().enumerate().for_each(|(k, &tau)| block.set(0, k, tau));
        block
    }

    #[test]
    fn variables_come_back_and_outputs_are_computed_anew() {
        let mut block = synapses(&[1.0, 2.0, 3.0]);
        block.fill(2, 7.0); // nA, an output
        let told = own(&block, &[2, 0]);
        let mut other = synapses(&[9.0; 3]);
        other.fill(2, 5.0);
        told.restore(&mut other, &[0, 1]).expect("it is of the same mechanism");
        assert_eq!([0, 1, 2].map(|k| other.value(0, k)), [3.0, 1.0, 9.0]);
        assert_eq!([0, 1, 2].map(|k| other.value(2, k)), [0.0, 0.0, 5.0]);
        assert_eq!([0, 1].map(|k| other.value(1, k)), [0.0, 0.0], "the reversal potential of all, mV");
        assert_eq!(own(&other, &[0, 1]), told);
    }

    #[test]
    fn a_column_that_was_given_up_stays_so() {
        let told = own(&synapses(&[1.0]), &[0]);
        let mut other = synapses(&[1.0]);
        other.discard(2);
        told.restore(&mut other, &[0]).expect("it is of the same mechanism");
        assert_eq!(other.column(2), ColumnView::Discarded);
        assert_eq!(own(&other, &[0]), told, "a state does not depend on whether it is kept");
    }

    #[test]
    fn other_numbers_of_columns_instances_or_streams_do_not_fit() {
        let told = own(&synapses(&[1.0, 2.0]), &[0, 1]);
        let misfit = |block: &mut Block, instances: &[usize]| {
            told.restore(block, instances).err().map(|StateMismatch(what)| what)
        };
        let pas = &mut placed(&builtin("pas"), 0, &[MIDDLE; 2]).block;
        assert_eq!(misfit(pas, &[0, 1]), Some("the variables of a mechanism"));
        assert_eq!(misfit(&mut synapses(&[1.0; 3]), &[0, 1, 2]), Some("the instances of a mechanism"));
        let mut drawing = synapses(&[1.0; 2]);
        drawing.streams = vec![Random123::new(0, 0, 0); 2];
        assert_eq!(misfit(&mut drawing, &[0, 1]), Some("the variables of a mechanism"));
    }

    #[test]
    fn each_instance_has_its_own_streams() {
        let streams = |block: &Block| block.streams.iter().map(Random123::ids).collect::<Vec<_>>();
        let mut block = synapses(&[1.0; 2]);
        block.streams = (0..4).map(|k| Random123::new(k, 0, 0)).collect();
        let mut other = block.clone();
        own(&block, &[1]).restore(&mut other, &[0]).expect("it is of the same mechanism");
        assert_eq!(streams(&other), [[2, 0, 0], [3, 0, 0], [2, 0, 0], [3, 0, 0]]);
    }
}
