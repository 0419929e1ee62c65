//! Values that change at given times of a run.

use loligo_engine::{Address, Engine, Handle as EngineHandle};

use crate::network::Network;
use crate::network::intervention::{Intervention, ValueRef};

/// Refers to a value of one simulation; made by [`Simulation::handle`](crate::Simulation::handle).
#[derive(Clone, Copy, Debug)]
pub struct Handle(pub(super) EngineHandle);

/// Values that are set during a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schedule {
    /// Ordered by time; those of one time in the order of the network.
    changes: Vec<(f64, Handle, f64)>,
    /// The initial value of each.
    at_start: Vec<(Handle, f64)>,
    /// Index of the first pending change.
    pub(crate) next: usize,
    digest: u64,
}

impl Schedule {
    /// Makes the schedule of a network's changes: its weights, then other values, whose addresses were found in
    /// lowering.
    pub(crate) fn of(network: &Network, addresses: &[Address], engine: &mut Engine) -> Self {
        let mut schedule = Self { digest: digest(network), ..Self::default() };
        let of_weights = network
            .weight_changes
            .iter()
            .map(|change| (change.t, Address::Weight { connection: change.connection, weight: 0 }, change.weight));
        let others = network.interventions.iter().zip(addresses);
        let others = others.map(|(change, address)| (change.t, address.clone(), change.to));
        for (t, address, to) in of_weights.chain(others) {
            // A connection without a target has no weight to change.
            let Some(place) = engine.find(&address) else { continue };
            if let Some(value) = engine.read(place) {
                schedule.at_start.push((Handle(place), value));
                schedule.changes.push((t, Handle(place), to));
            }
        }
        schedule.changes.sort_by(|a, b| a.0.total_cmp(&b.0)); // stable
        schedule
    }

    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// A digest that identifies the changes in a checkpoint.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    /// Time of the next change, ms.
    pub(crate) fn due(&self) -> Option<f64> {
        self.changes.get(self.next).map(|&(t, ..)| t)
    }

    /// Restores the initial values.
    pub(crate) fn rewind(&mut self, engine: &mut Engine) {
        self.next = 0;
        for &(Handle(place), value) in &self.at_start {
            engine.set(place, value);
        }
    }

    /// Makes the changes that are due at the present time of the engine, with a tolerance of half a step `dt` (ms).
    pub(crate) fn apply(&mut self, engine: &mut Engine, dt: f64) {
        while let Some(&(_, Handle(place), to)) =
            self.changes.get(self.next).filter(|&&(due, ..)| engine.time() >= due - dt / 2.0)
        {
            engine.set(place, to);
            self.next += 1;
        }
    }
}

/// All changes of a network: of its weights, then the others.
fn all_changes(network: &Network) -> impl Iterator<Item = Intervention> {
    let of_weights = network.weight_changes.iter().map(|change| Intervention {
        t: change.t,
        value: ValueRef::Weight { connection: change.connection, weight: 0 },
        to: change.weight,
    });
    of_weights.chain(network.interventions.iter().cloned())
}

/// A digest that identifies the changes of a network.
fn digest(network: &Network) -> u64 {
    let numbers = all_changes(network).flat_map(|change| {
        let value = xxhash_rust::xxh3::xxh3_64(format!("{:?}", change.value).as_bytes());
        [change.t.to_bits(), value, change.to.to_bits()]
    });
    let bytes: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
    xxhash_rust::xxh3::xxh3_64(&bytes)
}
