//! The complete state of a run, independent of threads and ranks.

mod variables;

use std::collections::BTreeMap;

use loligo_mechanisms::Identity;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

pub(crate) use self::variables::{StateMismatch, Variables};

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

/// A variable that is watched for a source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// True if it was above its threshold when it was last compared.
    pub(crate) above: bool,
    /// Its present value, used in the next comparison.
    pub(crate) value: f64,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::Blueprint;
    use crate::options::Options;

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
