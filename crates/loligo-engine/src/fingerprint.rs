//! What tells one model from another.

use std::collections::HashMap;
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_mechanisms::{Block, ColumnView, Numerics};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::blueprint::{Blueprint, Placed, Quantity, Source, Target};
use crate::options::Options;

/// The parts of a model and of how it is run that its numbers depend on, as a message names them.
const PARTS: [&str; 13] = [
    "dt",
    "celsius",
    "the order of the step",
    "the numerics",
    "its cells' sections: their number, form, nseg, Ra, or cm",
    "mechanisms on its cells, or their parameters",
    "its artificial cells, or their parameters",
    "its sources of spikes, or their thresholds",
    "its connections, or their delays or weights",
    "its gap junctions and transfers",
    "its pointers",
    "its played waveforms",
    "events given by the user",
];

/// Each part of a model that its numbers depend on: the first four themselves, of the others a digest. Two models with the same fingerprint are the same but for
/// what is recorded and for the initial voltage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    parts: [u64; PARTS.len()],
}

impl Fingerprint {
    pub(crate) fn of(blueprint: &Blueprint, options: &Options) -> Self {
        let Blueprint {
            cells,
            populations,
            sources,
            connections,
            transfers,
            pointers,
            waveforms,
            recordings: _,
            events,
        } = blueprint;
        let mut parts: [Digest; PARTS.len()] = Default::default();
        let [_, _, _, _, trees, mechanisms, artificial, spiking, connected, transferred, pointed, played, given] =
            &mut parts;

        let (mut known_trees, mut known_mechanisms) = (Known::default(), Known::default());
        for cell in cells {
            trees.whole(known_trees.digest(&cell.cable, tree));
            mechanisms.whole(known_mechanisms.digest(&cell.placed, |placed, digest| {
                placed.iter().for_each(|placed| self::placed(placed, digest));
            }));
            if cell.placed.iter().any(|placed| !placed.numbered_streams.is_empty()) {
                mechanisms.whole(u64::from(cell.first_stream));
            }
            for (places, value) in &cell.own {
                mechanisms.reals(&[*value]);
                for place in places.iter() {
                    mechanisms.wholes([place.placed, place.column, place.instance].map(|index| index as u64));
                }
            }
        }
        for population in populations {
            artificial.whole(population.mechanism.identity().0);
            artificial.reals(&population.globals);
            variables(&population.block, artificial);
        }
        for source in sources {
            match *source {
                Source::Crossing { quantity: watched, threshold } => {
                    quantity(watched, spiking);
                    spiking.reals(&[threshold]);
                }
                Source::Artificial { population, instance } => {
                    spiking.wholes([4, population as u64, instance as u64]);
                }
                Source::Point { cell, placed, instance } => {
                    spiking.wholes([5, cell as u64, placed as u64, instance as u64]);
                }
            }
        }
        for connection in connections.iter() {
            let (kind, [a, b, c]) = match connection.target {
                None => (0, [0; 3]),
                Some(Target::Point { cell, placed, instance }) => (1, [cell, placed, instance]),
                Some(Target::Artificial { population, instance }) => (2, [population, instance, 0]),
            };
            let source = connection.source.map_or(u64::MAX, u64::from);
            let weight = connection.weight.first().map_or(0, |weight| weight.to_bits());
            let target = [u64::from(a) << 32 | u64::from(b), u64::from(c) << 32 | kind];
            connected.wholes([source, target[0], target[1], connection.delay.to_bits(), weight]);
            connected.reals(connection.weight.get(1..).unwrap_or_default());
        }
        for transfer in transfers {
            quantity(transfer.source, transferred);
            quantity(transfer.target, transferred);
        }
        for pointer in pointers {
            quantity(pointer.pointer, pointed);
            quantity(pointer.target, pointed);
        }
        for (target, waveform) in waveforms {
            quantity(*target, played);
            played.whole(u64::from(waveform.is_continuous()));
            played.reals(waveform.times());
            played.reals(waveform.values());
        }
        for &(t, connection) in events {
            given.wholes([t.to_bits(), connection as u64]);
        }
        let mut parts = parts.map(|digest| digest.0.digest());
        let run =
            [options.dt.to_bits(), options.celsius.to_bits(), options.second_order as u64, options.numerics as u64];
        parts[..run.len()].copy_from_slice(&run);
        Self { parts }
    }

    /// The first part in which another model differs, and for what is a number or a choice what it is in both.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let (index, (&own, &other)) =
            self.parts.iter().zip(&other.parts).enumerate().find(|(_, (own, other))| own != other)?;
        let part = PARTS.get(index).copied().unwrap_or_default();
        let said: &dyn Fn(u64) -> String = match index {
            0 => &|bits| format!("{} ms", f64::from_bits(bits)),
            1 => &|bits| format!("{} degC", f64::from_bits(bits)),
            2 => &|order| order.to_string(),
            3 => &|numerics| if numerics == Numerics::Exact as u64 { "exact" } else { "fast" }.to_owned(),
            _ => return Some(part.to_owned()),
        };
        Some(format!("{part} ({} there, {} here)", said(other), said(own)))
    }
}

/// A digest of numbers.
pub(crate) fn digest_of(numbers: &[u32]) -> u64 {
    let mut digest = Digest::default();
    numbers.iter().for_each(|&number| digest.whole(u64::from(number)));
    digest.0.digest()
}

/// A digest that is the same on every machine and for every build.
#[derive(Default)]
struct Digest(Xxh3);

impl Digest {
    fn whole(&mut self, number: u64) {
        self.wholes([number]);
    }

    fn wholes<const N: usize>(&mut self, numbers: [u64; N]) {
        self.0.update(numbers.map(u64::to_le_bytes).as_flattened());
    }

    /// Numbers, and how many there are.
    fn reals(&mut self, numbers: &[f64]) {
        if numbers.is_empty() {
            return;
        }
        self.whole(numbers.len() as u64);
        for numbers in numbers.chunks(64) {
            let mut bytes = [[0; 8]; 64];
            numbers.iter().zip(&mut bytes).for_each(|(number, bytes)| *bytes = number.to_bits().to_le_bytes());
            self.0.update(bytes[..numbers.len()].as_flattened());
        }
    }
}

/// Digests of what many cells share.
struct Known<T>(HashMap<*const T, u64>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Known<T> {
    fn digest(&mut self, shared: &Arc<T>, add: impl FnOnce(&T, &mut Digest)) -> u64 {
        *self.0.entry(Arc::as_ptr(shared)).or_insert_with(|| {
            let mut digest = Digest::default();
            add(shared, &mut digest);
            digest.0.digest()
        })
    }
}

fn tree(cable: &Cable, digest: &mut Digest) {
    cable.parent.iter().for_each(|&parent| digest.whole(u64::from(parent)));
    for node in &cable.nodes {
        digest.whole(u64::from(node.section) << 32 | node.segment.map_or(u64::from(u32::MAX), u64::from));
    }
    for values in [&cable.area, &cable.capacitance, &cable.to_parent, &cable.from_parent] {
        digest.reals(values);
    }
}

fn placed(placed: &Placed, digest: &mut Digest) {
    digest.whole(placed.mechanism.identity().0);
    digest.reals(&placed.globals);
    placed.nodes.iter().for_each(|&node| digest.whole(u64::from(node)));
    variables(&placed.block, digest);
}

fn variables(block: &Block, digest: &mut Digest) {
    digest.whole(block.len() as u64);
    for column in 0..block.width() {
        match block.column(column) {
            ColumnView::Each(values) => digest.reals(values),
            ColumnView::Same(value) => digest.reals(&[value]),
            ColumnView::Discarded => digest.whole(0),
        }
    }
    for stream in &block.streams {
        let [id1, id2, id3] = stream.ids().map(u64::from);
        digest.wholes([id1, id2, id3, u64::from(stream.global_index()), stream.sequence()]);
    }
    block.schedules.iter().for_each(|times| digest.reals(times));
}

fn quantity(quantity: Quantity, digest: &mut Digest) {
    let words = match quantity {
        Quantity::Voltage { cell, node } => [0, cell, node as usize, 0, 0],
        Quantity::CapacitiveCurrent { cell, node } => [1, cell, node as usize, 0, 0],
        Quantity::Membrane { cell, placed, column, instance } => [2, cell, placed, column, instance],
        Quantity::Artificial { population, column, instance } => [3, population, column, instance, 0],
        Quantity::MembraneCurrent { cell, node } => [4, cell, node as usize, 0, 0],
        Quantity::MembraneCurrentDensity { cell, node } => [5, cell, node as usize, 0, 0],
    };
    digest.wholes(words.map(|word| word as u64));
}
