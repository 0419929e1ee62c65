//! The complete state of a run, independent of threads and ranks.

use std::collections::BTreeMap;

use loligo_mechanisms::{Block, ColumnView, History, Identity, Role, Signature};
use loligo_random::Random123;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::fingerprint::Fingerprint;

/// The complete state of a run: voltages, the variables of mechanisms, random streams, weights, events in flight,
/// positions in waveforms, time.
///
/// It uses the blueprint's numbers, so that it is the same for any number of threads and ranks. An engine with other
/// numbers of them can continue from it, and its results are equal to the bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) step: u64,
    /// ms.
    pub(crate) t: f64,
    /// degC.
    pub(crate) celsius: f64,
    /// Globals of mechanisms that have some.
    pub(crate) globals: Vec<(Identity, Vec<f64>)>,
    pub(crate) cells: Vec<CellState>,
    /// The variables of each artificial cell, one by one.
    pub(crate) populations: Vec<Vec<Variables>>,
    /// Weights of the connections that have a target, by connection.
    pub(crate) weights: Vec<(u32, SmallVec<[f64; 1]>)>,
    /// The watched variables of sources, by source.
    pub(crate) watched: Vec<(u32, Watched)>,
    /// Positions in waveforms that are played, by waveform.
    pub(crate) players: Vec<(u32, PlayerState)>,
    /// Pending events, in the order of delivery.
    pub(crate) waiting: Vec<Waiting>,
    /// Conditions that point processes watch, in the order in which they are evaluated.
    pub(crate) watches: Vec<WatchState>,
}

/// The part of the state that is in one rank; parts of several ranks may overlap.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) globals: Vec<(Identity, Vec<f64>)>,
    /// By cell.
    pub(crate) cells: Vec<(usize, CellState)>,
    /// For each population the artificial cells that the rank computes.
    pub(crate) populations: Vec<Vec<(u32, Variables)>>,
    pub(crate) weights: Vec<(u32, SmallVec<[f64; 1]>)>,
    pub(crate) watched: Vec<(u32, Watched)>,
    pub(crate) players: Vec<(u32, PlayerState)>,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) watches: Vec<WatchState>,
}

impl State {
    /// Joins the parts of all ranks; `in_order_of_queue` is true if every rank has all events, in an order that
    /// matters.
    pub(crate) fn join(
        fingerprint: Fingerprint,
        (step, t): (u64, f64),
        celsius: f64,
        in_order_of_queue: bool,
        parts: Vec<Part>,
    ) -> Self {
        let mut state = Self {
            fingerprint,
            step,
            t,
            celsius,
            globals: Vec::new(),
            cells: Vec::new(),
            populations: Vec::new(),
            weights: Vec::new(),
            watched: Vec::new(),
            players: Vec::new(),
            waiting: Vec::new(),
            watches: Vec::new(),
        };
        let mut cells = Vec::new();
        let mut populations: Vec<BTreeMap<u32, Variables>> = Vec::new();
        for (rank, part) in parts.into_iter().enumerate() {
            cells.extend(part.cells);
            state.globals.extend(part.globals);
            state.weights.extend(part.weights);
            state.watched.extend(part.watched);
            state.players.extend(part.players);
            state.watches.extend(part.watches);
            if rank == 0 {
                state.waiting = part.waiting;
            } else if !in_order_of_queue {
                // An artificial cell that several ranks compute has the same pending events in each
                // of them.
                let is_known = |event| match event {
                    WaitingEvent::ToItself { population, instance, .. } => {
                        populations.get(population as usize).is_some_and(|known| known.contains_key(&instance))
                    }
                    _ => false,
                };
                state.waiting.extend(part.waiting.into_iter().filter(|waiting| !is_known(waiting.event)));
            }
            populations.resize_with(part.populations.len(), BTreeMap::new);
            for (known, population) in populations.iter_mut().zip(part.populations) {
                known.extend(population);
            }
        }
        state.globals.sort_by_key(|&(mechanism, _)| mechanism);
        state.globals.dedup_by_key(|&mut (mechanism, _)| mechanism);
        cells.sort_by_key(|&(cell, _)| cell);
        // Several ranks may compute a cell.
        cells.dedup_by_key(|&mut (cell, _)| cell);
        state.cells = cells.into_iter().map(|(_, cell)| cell).collect();
        state.populations = populations.into_iter().map(|population| population.into_values().collect()).collect();
        state.weights.sort_by_key(|&(connection, _)| connection);
        state.weights.dedup_by_key(|&mut (connection, _)| connection);
        state.watched.sort_by_key(|&(source, _)| source);
        state.players.sort_by_key(|&(waveform, _)| waveform);
        state.players.dedup_by_key(|&mut (waveform, _)| waveform);
        if !in_order_of_queue {
            // Only the order within a cell has an effect.
            state.watches.sort_by_key(|watch| watch.cell);
            let order_in_cell = |watches: &mut [WatchState]| {
                watches.sort_by_key(|watch| watch.order);
                watches.iter_mut().zip(0..).for_each(|(watch, order)| watch.order = order);
            };
            state.watches.chunk_by_mut(|a, b| a.cell == b.cell).for_each(order_in_cell);
        } else {
            state.watches.sort();
            state.watches.dedup();
            state.watches.iter_mut().zip(0..).for_each(|(watch, order)| watch.order = order);
        }
        if !in_order_of_queue {
            state.waiting.sort_by(|a, b| a.t.total_cmp(&b.t).then(a.event.cmp(&b.event)));
        }
        state
    }

    /// Time, ms.
    pub fn time(&self) -> f64 {
        self.t
    }

    /// Steps made since t = 0.
    pub fn steps(&self) -> u64 {
        self.step
    }
}

/// The state of a cell; rows and instances are in the order of the cell's nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CellState {
    /// Voltage of each row, mV.
    pub(crate) v: Vec<f64>,
    /// The change of each voltage in the last step, mV.
    pub(crate) dv: Vec<f64>,
    pub(crate) mechanisms: Vec<MechanismState>,
}

/// The instances of a mechanism on one cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MechanismState {
    pub(crate) mechanism: Identity,
    pub(crate) variables: Variables,
    /// If instances are computed as sums.
    pub(crate) lumped: Option<LumpedState>,
}

/// The instances of a mechanism on one cell that are computed as sums.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LumpedState {
    /// For each instance, the number of the step after which its states in [`MechanismState::variables`] were valid.
    pub(crate) since: Vec<u64>,
    /// For each row the sums of all states of its first lump, of the second, ...
    pub(crate) sums: Vec<Vec<f64>>,
}

/// The variables of some instances of a mechanism, their random streams and the histories of variables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Variables {
    columns: Vec<Values>,
    streams: Vec<Random123>,
    histories: Vec<History>,
}

/// A variable that is watched for a source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// True if it was above its threshold when it was last compared.
    pub(crate) above: bool,
    /// Its present value, used in the next comparison.
    pub(crate) value: f64,
}

/// The values of one variable in some instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Values {
    /// An output, which is computed anew in every step.
    Output,
    Same(f64),
    Each(Vec<f64>),
}

/// A pending event or waveform.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// ms.
    pub(crate) t: f64,
    pub(crate) event: WaitingEvent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum WaitingEvent {
    /// The next time of a waveform.
    Waveform { waveform: u32, next: u32 },
    /// A self event of an artificial cell; `movable` is true for the event that the cell can still move.
    ToItself {
        population: u32,
        instance: u32,
        /// The bits of the flag.
        flag: u64,
        /// The connection of the event in response to which it was sent.
        connection: Option<u32>,
        movable: bool,
    },
    /// An event on a connection.
    Connection(u32),
    /// An event on all connections of a source.
    FanOut(u32),
    /// A self event of a point process; `movable` is true for the event that can still be moved.
    ToPoint {
        cell: u32,
        /// Number among the self events of the cell's point processes, if every group has its own queue.
        sent: u32,
        /// Number of the mechanism on the cell, and of the instance of the mechanism.
        mechanism: u32,
        instance: u32,
        /// The bits of the flag.
        flag: u64,
        /// The connection of the event in response to which it was sent.
        connection: Option<u32>,
        movable: bool,
    },
}

/// A condition that a point process watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct WatchState {
    /// Position in the order in which conditions were activated.
    pub(crate) order: u64,
    pub(crate) cell: u32,
    /// Number of the mechanism on the cell, and of the instance of the mechanism.
    pub(crate) mechanism: u32,
    pub(crate) instance: u32,
    pub(crate) condition: u32,
    /// The bits of the flag.
    pub(crate) flag: u64,
    pub(crate) above: bool,
}

/// A position in a waveform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlayerState {
    pub(crate) reached: u64,
    pub(crate) last: u64,
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
    use crate::blueprint::Blueprint;
    use crate::options::Options;
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

    fn nothing() -> Part {
        Part {
            globals: Vec::new(),
            cells: Vec::new(),
            populations: Vec::new(),
            weights: Vec::new(),
            watched: Vec::new(),
            players: Vec::new(),
            waiting: Vec::new(),
            watches: Vec::new(),
        }
    }

    fn join(in_order_of_queue: bool, parts: Vec<Part>) -> State {
        let fingerprint = Fingerprint::of(&Blueprint::default(), &Options::default());
        State::join(fingerprint, (4, 0.1), 6.3, in_order_of_queue, parts)
    }

    fn cell(v: f64) -> CellState {
        CellState { v: vec![v], dv: vec![0.0], mechanisms: Vec::new() }
    }

    #[test]
    fn the_parts_of_ranks_are_put_in_the_blueprints_order_once_each() {
        let place = PlayerState { reached: 0, last: 0 };
        let watched = |value| Watched { above: false, value };
        let first = Part {
            cells: vec![(2, cell(2.0)), (0, cell(0.0))],
            weights: vec![(3, [3.0].into()), (1, [1.0].into())],
            watched: vec![(5, watched(5.0))],
            globals: vec![(Identity(7), vec![1.0])],
            players: vec![(1, place)],
            ..nothing()
        };
        let second = Part {
            cells: vec![(1, cell(1.0)), (2, cell(2.0))],
            weights: vec![(2, [2.0].into()), (1, [1.0].into())],
            watched: vec![(4, watched(4.0))],
            globals: vec![(Identity(7), vec![1.0]), (Identity(3), vec![2.0])],
            players: vec![(0, place)],
            ..nothing()
        };
        let state = join(false, vec![first, second]);
        assert_eq!((state.time(), state.steps()), (0.1, 4));
        assert_eq!(state.cells.iter().map(|cell| cell.v[0]).collect::<Vec<_>>(), [0.0, 1.0, 2.0]);
        assert_eq!(state.weights.iter().map(|(_, weights)| weights[0]).collect::<Vec<_>>(), [1.0, 2.0, 3.0]);
        assert_eq!(state.watched.iter().map(|&(source, _)| source).collect::<Vec<_>>(), [4, 5]);
        assert_eq!(state.players.iter().map(|&(waveform, _)| waveform).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(state.globals, [(Identity(3), vec![2.0]), (Identity(7), vec![1.0])]);
    }

    fn to_itself(instance: u32, t: f64) -> Waiting {
        let event = WaitingEvent::ToItself { population: 0, instance, flag: 0, connection: None, movable: false };
        Waiting { t, event }
    }

    fn with_artificial(instances: &[u32], waiting: Vec<Waiting>) -> Part {
        let populations = vec![instances.iter().map(|&instance| (instance, Variables::default())).collect()];
        Part { populations, waiting, ..nothing() }
    }

    #[test]
    fn what_waits_for_an_artificial_cell_of_several_ranks_waits_once() {
        let connection = |t| Waiting { t, event: WaitingEvent::Connection(0) };
        let parts = || {
            vec![
                with_artificial(&[0, 1], vec![to_itself(1, 2.0), to_itself(0, 2.0), connection(1.0)]),
                with_artificial(&[1, 2], vec![to_itself(1, 2.0), to_itself(2, 0.5), connection(3.0)]),
            ]
        };
        let sorted = join(false, parts());
        assert_eq!(sorted.populations[0].len(), 3);
        let expected = [to_itself(2, 0.5), connection(1.0), to_itself(0, 2.0), to_itself(1, 2.0), connection(3.0)];
        assert_eq!(sorted.waiting, expected);
        // If every rank has all events, those of rank 0 are used, in its order.
        assert_eq!(join(true, parts()).waiting, [to_itself(1, 2.0), to_itself(0, 2.0), connection(1.0)]);
    }

    #[test]
    fn watched_conditions_are_numbered_anew() {
        let watch =
            |order, cell| WatchState { order, cell, mechanism: 0, instance: 0, condition: 0, flag: 0, above: false };
        let part = |watches| Part { watches, ..nothing() };
        let order = |state: State| state.watches.into_iter().map(|own| (own.order, own.cell)).collect::<Vec<_>>();
        let parts = || vec![part(vec![watch(9, 1), watch(7, 0), watch(4, 1)]), part(vec![watch(8, 0), watch(7, 0)])];
        assert_eq!(order(join(true, parts())), [(0, 1), (1, 0), (2, 0), (3, 1)], "of all cells, those of both once");
        let parts = vec![part(vec![watch(9, 1), watch(4, 1)]), part(vec![watch(8, 0), watch(7, 0)])];
        assert_eq!(order(join(false, parts)), [(0, 0), (1, 0), (0, 1), (1, 1)], "of each cell");
    }
}
