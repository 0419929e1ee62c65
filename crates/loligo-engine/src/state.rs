//! All that the rest of a run depends on, whoever computes it.

use std::collections::BTreeMap;

use loligo_mechanisms::{Block, ColumnView, Identity, Role, Signature};
use loligo_random::Random123;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::fingerprint::Fingerprint;

/// All that the rest of a run depends on: voltages, the variables of mechanisms, random streams, weights, events in flight,
/// places in waveforms, time.
///
/// It is told in the blueprint's numbers, so that it is the same for any number of threads and ranks, and an engine with
/// other numbers of them can go on from it, to the same bits.
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
    /// Weights of the connections that lead somewhere, by connection.
    pub(crate) weights: Vec<(u32, SmallVec<[f64; 1]>)>,
    /// Of each source that is a watched variable, by source.
    pub(crate) watched: Vec<(u32, Watched)>,
    /// Places in waveforms that are played onto something, by waveform.
    pub(crate) players: Vec<(u32, PlayerState)>,
    /// In the order of delivery.
    pub(crate) waiting: Vec<Waiting>,
    /// Conditions that point processes watch, in the order in which they are looked at.
    pub(crate) watches: Vec<WatchState>,
}

/// What of the state one rank holds; some of it other ranks hold as well.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) globals: Vec<(Identity, Vec<f64>)>,
    /// By cell.
    pub(crate) cells: Vec<(usize, CellState)>,
    /// For each population the artificial cells that are computed here.
    pub(crate) populations: Vec<Vec<(u32, Variables)>>,
    pub(crate) weights: Vec<(u32, SmallVec<[f64; 1]>)>,
    pub(crate) watched: Vec<(u32, Watched)>,
    pub(crate) players: Vec<(u32, PlayerState)>,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) watches: Vec<WatchState>,
}

impl State {
    /// Puts together what all ranks hold; `in_order_of_queue` if every rank has all events, in an order that matters.
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
                // An artificial cell that several ranks compute waits for the same in each of them.
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
        if !in_order_of_queue {
            // Only the order within a cell matters.
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

/// A cell's part of the state; rows and instances in the order of the cell's nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CellState {
    /// Voltage of each row, mV.
    pub(crate) v: Vec<f64>,
    /// What the last step added to it, mV.
    pub(crate) dv: Vec<f64>,
    pub(crate) mechanisms: Vec<MechanismState>,
}

/// The instances of a mechanism on one cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MechanismState {
    pub(crate) mechanism: Identity,
    pub(crate) variables: Variables,
}

/// The variables of some instances of a mechanism, and their random streams.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Variables {
    columns: Vec<Values>,
    streams: Vec<Random123>,
}

/// A variable that is watched for a source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// Whether it was above its threshold at the last look.
    pub(crate) above: bool,
    /// Its present value, which the next look sees.
    pub(crate) value: f64,
}

/// One variable of some instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Values {
    /// Computed anew in every step.
    Output,
    Same(f64),
    Each(Vec<f64>),
}

/// What waits for its time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// ms.
    pub(crate) t: f64,
    pub(crate) event: WaitingEvent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum WaitingEvent {
    /// A waveform's next time.
    Waveform { waveform: u32, next: u32 },
    /// An event of an artificial cell to itself, and whether it is the one that the cell can still move.
    ToItself {
        population: u32,
        instance: u32,
        /// The bits of the flag.
        flag: u64,
        /// The connection by which the event came that it answered.
        connection: Option<u32>,
        movable: bool,
    },
    /// An event on a connection.
    Connection(u32),
    /// An event on all connections of a source.
    FanOut(u32),
    /// An event of a point process to itself, and whether it is the one that can still be moved.
    ToPoint {
        cell: u32,
        /// Number among the events that point processes of the cell sent themselves, where every group has its own queue.
        sent: u32,
        /// Number of the mechanism among the cell's, and of the instance among the mechanism's.
        mechanism: u32,
        instance: u32,
        /// The bits of the flag.
        flag: u64,
        /// The connection by which the event came that it answered.
        connection: Option<u32>,
        movable: bool,
    },
}

/// A condition that a point process watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct WatchState {
    /// Conditions were activated in this order.
    pub(crate) order: u64,
    pub(crate) cell: u32,
    /// Number of the mechanism among the cell's, and of the instance among the mechanism's.
    pub(crate) mechanism: u32,
    pub(crate) instance: u32,
    pub(crate) condition: u32,
    /// The bits of the flag.
    pub(crate) flag: u64,
    pub(crate) above: bool,
}

/// A place in a waveform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlayerState {
    pub(crate) reached: u64,
    pub(crate) last: u64,
}

/// What of the state is not as the engine that it is given to expects.
#[derive(Debug)]
pub(crate) struct Misfit(pub(crate) &'static str);

impl Variables {
    /// Those of some instances of a block, in the order given.
    pub(crate) fn of(signature: &Signature, block: &Block, instances: &[usize]) -> Self {
        let column = |column: usize| match block.column(column) {
            _ if signature.variable(column).role == Role::Output => Values::Output,
            ColumnView::Discarded => Values::Output,
            ColumnView::Same(value) => Values::Same(value),
            ColumnView::Each(values) => Values::of(instances.iter().map(|&instance| values[instance])),
        };
        let each = streams_of_instance(block);
        let streams =
            instances.iter().flat_map(|&instance| &block.streams[instance * each..(instance + 1) * each]).cloned();
        Self { columns: (0..block.width()).map(column).collect(), streams: streams.collect() }
    }

    /// Puts them back; outputs are 0 until they are computed.
    pub(crate) fn restore(&self, block: &mut Block, instances: &[usize]) -> Result<(), Misfit> {
        let each = streams_of_instance(block);
        if self.columns.len() != block.width() || self.streams.len() != each * instances.len() {
            return Err(Misfit("the variables of a mechanism"));
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
                Values::Each(_) => return Err(Misfit("the instances of a mechanism")),
            }
        }
        let own = instances.iter().flat_map(|&instance| instance * each..(instance + 1) * each);
        for (place, stream) in own.zip(&self.streams) {
            block.streams[place] = stream.clone();
        }
        Ok(())
    }
}

/// Random streams of each instance of a block.
fn streams_of_instance(block: &Block) -> usize {
    block.streams.len() / block.len().max(1)
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
