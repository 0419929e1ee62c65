//! Values that change at given times of a run.

use loligo_engine::{Address, Engine, Handle as EngineHandle};

use crate::network::Network;
use crate::network::intervention::{Intervention, ValueRef};

/// Leads to a value of one simulation; [`Simulation::handle`](crate::Simulation::handle) makes it.
#[derive(Clone, Copy, Debug)]
pub struct Handle(pub(super) EngineHandle);

/// Values that are set while a network runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schedule {
    /// By time; of one time in the order of the network.
    changes: Vec<(f64, Handle, f64)>,
    /// What each of them was at first.
    at_start: Vec<(Handle, f64)>,
    /// The first change that is yet to come.
    pub(crate) next: usize,
    digest: u64,
}

impl Schedule {
    /// The changes of a network, of its weights first; of the others the addresses were found in lowering.
    pub(crate) fn of(network: &Network, addresses: &[Address], engine: &mut Engine) -> Self {
        let mut schedule = Self { digest: digest(network), ..Self::default() };
        let of_weights = network
            .weight_changes
            .iter()
            .map(|change| (change.t, Address::Weight { connection: change.connection, weight: 0 }, change.weight));
        let others = network.interventions.iter().zip(addresses);
        let others = others.map(|(change, address)| (change.t, address.clone(), change.to));
        for (t, address, to) in of_weights.chain(others) {
            // What leads nowhere has no weight to change.
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

    /// Tells other changes apart, in a checkpoint.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    /// When the next change is due, ms.
    pub(crate) fn due(&self) -> Option<f64> {
        self.changes.get(self.next).map(|&(t, ..)| t)
    }

    /// Sets all values to what they were at first.
    pub(crate) fn rewind(&mut self, engine: &mut Engine) {
        self.next = 0;
        for &(Handle(place), value) in &self.at_start {
            engine.set(place, value);
        }
    }

    /// Makes the changes that are due at the present time of the engine, half a step `dt` (ms) of tolerance included.
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

/// Tells the changes of one network from those of another.
fn digest(network: &Network) -> u64 {
    let numbers = all_changes(network).flat_map(|change| {
        let value = xxhash_rust::xxh3::xxh3_64(format!("{:?}", change.value).as_bytes());
        [change.t.to_bits(), value, change.to.to_bits()]
    });
    let bytes: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
    xxhash_rust::xxh3::xxh3_64(&bytes)
}
