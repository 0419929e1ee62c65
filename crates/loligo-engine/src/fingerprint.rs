//! Digests that distinguish models.

use std::collections::HashMap;
use std::sync::Arc;

use loligo_cable::Cable;
use loligo_mechanisms::{Block, ColumnView, Numerics};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::blueprint::{Blueprint, Placed, Quantity, Source, Target};
use crate::options::Options;

/// The parts of a model and of its options on which results depend, as named in messages.
const PARTS: [&str; 15] = [
    "dt",
    "celsius",
    "the order of the step",
    "the numerics",
    "largest_fast_response",
    "its cells' sections: their number, form, nseg, Ra, or cm",
    "mechanisms on its cells, or their parameters",
    "its artificial cells, or their parameters",
    "its sources of spikes, or their thresholds",
    "its connections, or their delays or weights",
    "its gap junctions and transfers",
    "its pointers",
    "its played waveforms",
    "events given by the user",
    "the cells whose voltage is set while it runs",
];

/// Each part of a model on which results depend: the first four themselves, a digest of each of the others. Two models
/// with the same fingerprint differ at most in their recordings and initial voltage.
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
        let [
            _,
            _,
            _,
            _,
            _,
            trees,
            mechanisms,
            artificial,
            spiking,
            connected,
            transferred,
            pointed,
            played,
            given,
            set,
        ] = &mut parts;

        let (mut known_trees, mut known_mechanisms) = (Known::default(), Known::default());
        for cell in cells {
            trees.whole(known_trees.digest(&cell.cable, tree));
            mechanisms.whole(known_mechanisms.digest(&cell.placed, |placed, digest| {
                placed.iter().for_each(|placed| self::placed(placed, digest));
            }));
            if cell.placed.iter().any(|placed| !placed.numbered_streams.is_empty()) {
                mechanisms.whole(u64::from(cell.first_stream));
            }
            set.whole(u64::from(cell.voltage_is_set));
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
            population.tables.iter().for_each(|table| artificial.whole(table.digest()));
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
        let run = [
            options.dt.to_bits(),
            options.celsius.to_bits(),
            options.second_order as u64,
            options.numerics as u64,
            options.largest_fast_response.to_bits(),
        ];
        parts[..run.len()].copy_from_slice(&run);
        Self { parts }
    }

    /// The first part in which another model differs; for a number or a choice also the values in both.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let (index, (&own, &other)) =
            self.parts.iter().zip(&other.parts).enumerate().find(|(_, (own, other))| own != other)?;
        let part = PARTS.get(index).copied().unwrap_or_default();
        let said: &dyn Fn(u64) -> String = match index {
            0 => &|bits| format!("{} ms", f64::from_bits(bits)),
            1 => &|bits| format!("{} degC", f64::from_bits(bits)),
            2 => &|order| order.to_string(),
            3 => &|numerics| if numerics == Numerics::Exact as u64 { "exact" } else { "fast" }.to_owned(),
            4 => &|bits| f64::from_bits(bits).to_string(),
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

    /// Adds numbers and their count.
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

/// Digests of data that many cells share.
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
    placed.tables.iter().for_each(|table| digest.whole(table.digest()));
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
    for vector in &block.vectors {
        digest.whole(vector.len() as u64);
        digest.reals(vector);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::SecondOrder;
    use crate::test_models::{Responder, cable, connection, connections, population, ring, voltage_of};
    use crate::{Pointer, Recording, Transfer, Waveform};

    fn base() -> Blueprint {
        Blueprint { populations: vec![population(&Responder::artificial(), 2)], ..ring(3, Responder::SPIKES) }
    }

    /// The part that differs from the base model after a change.
    fn difference(change: impl FnOnce(&mut Blueprint, &mut Options)) -> Option<String> {
        let (mut blueprint, mut options) = (base(), Options::default());
        change(&mut blueprint, &mut options);
        Fingerprint::of(&base(), &Options::default()).difference(&Fingerprint::of(&blueprint, &options))
    }

    fn e(cell: usize) -> Quantity {
        Quantity::Membrane { cell, placed: 0, column: 1, instance: 0 }
    }

    #[test]
    fn what_the_numbers_do_not_depend_on_does_not_count() {
        assert_eq!(difference(|_, _| {}), None);
        let recorded = difference(|blueprint, options| {
            blueprint.recordings.push(Recording { quantity: voltage_of(0), every: 1 });
            *options = Options { v_init: 0.0, threads: 7, group_nodes: 1, profile: true, ..options.clone() };
        });
        assert_eq!(recorded, None);
        let copied = difference(|blueprint, _| {
            for cell in &mut blueprint.cells {
                cell.placed = Arc::new((*cell.placed).clone());
                cell.cable = cable(1);
            }
        });
        assert_eq!(copied, None, "cells may share their description or not");
    }

    #[test]
    fn options_are_told_with_both_values() {
        assert_eq!(difference(|_, options| options.dt = 0.05).as_deref(), Some("dt (0.05 ms there, 0.025 ms here)"));
        let celsius = difference(|_, options| options.celsius = 37.0);
        assert_eq!(celsius.as_deref(), Some("celsius (37 degC there, 6.3 degC here)"));
        let order = difference(|_, options| options.second_order = SecondOrder::CrankNicolsonCurrents);
        assert_eq!(order.as_deref(), Some("the order of the step (2 there, 0 here)"));
        let numerics = difference(|_, options| options.numerics = Numerics::Exact);
        assert_eq!(numerics.as_deref(), Some("the numerics (exact there, fast here)"));
        let response = difference(|_, options| options.largest_fast_response = f64::INFINITY);
        assert_eq!(response.as_deref(), Some("largest_fast_response (inf there, 18 here)"));
    }

    #[test]
    fn a_cells_own_values_count_by_place_and_by_value() {
        let of = |column, value| {
            let mut blueprint = base();
            blueprint.cells[0].own = vec![(Arc::new([crate::VariablePlace { placed: 0, column, instance: 0 }]), value)];
            Fingerprint::of(&blueprint, &Options::default())
        };
        assert_eq!(of(1, -70.0).difference(&of(1, -70.0)), None);
        assert_eq!(of(1, -70.0).difference(&of(1, -71.0)).as_deref(), Some(PARTS[6]));
        assert_eq!(of(1, -70.0).difference(&of(0, -70.0)).as_deref(), Some(PARTS[6]));
    }

    type Change = fn(&mut Blueprint, &mut Options);

    #[test]
    fn every_part_of_a_model_is_told_from_another() {
        let changes: [(&str, Change); 23] = [
            (PARTS[5], |blueprint, _| _ = blueprint.cells.pop()),
            (PARTS[5], |blueprint, _| blueprint.cells[1].cable = cable(2)),
            (PARTS[6], |blueprint, _| Arc::make_mut(&mut blueprint.cells[1].placed)[0].block.fill(1, -71.0)),
            (PARTS[6], |blueprint, _| Arc::make_mut(&mut blueprint.cells[1].placed)[2].globals = [1.0].into()),
            (PARTS[6], |blueprint, _| Arc::make_mut(&mut blueprint.cells[1].placed)[1].nodes[0] = 0),
            (PARTS[6], |blueprint, _| {
                let place = crate::VariablePlace { placed: 0, column: 1, instance: 0 };
                blueprint.cells[0].own.push((Arc::new([place]), -70.0));
            }),
            (PARTS[7], |blueprint, _| blueprint.populations[0].block.set(1, 1, 5.0)),
            (PARTS[6], |blueprint, _| {
                Arc::make_mut(&mut blueprint.cells[1].placed)[2].tables = [Arc::default()].into();
            }),
            (PARTS[6], |blueprint, _| {
                Arc::make_mut(&mut blueprint.cells[1].placed)[2].block.vectors = vec![[].into(), [1.0].into()];
            }),
            (PARTS[7], |blueprint, _| blueprint.populations[0].globals = [1.0].into()),
            (PARTS[7], |blueprint, _| blueprint.populations[0].tables = [Arc::default()].into()),
            (PARTS[7], |blueprint, _| blueprint.populations[0].block.vectors = vec![[1.0].into()]),
            (PARTS[8], |blueprint, _| blueprint.sources.reverse()),
            (PARTS[8], |blueprint, _| {
                blueprint.sources[0] = Source::Crossing { quantity: voltage_of(0), threshold: -49.0 };
            }),
            (PARTS[8], |blueprint, _| blueprint.sources[4] = Source::Point { cell: 1, placed: 2, instance: 1 }),
            (PARTS[8], |blueprint, _| blueprint.sources.push(Source::Artificial { population: 0, instance: 0 })),
            (PARTS[9], |blueprint, _| blueprint.connections.push(connection(None, None, 1.0, 0.0))),
            (PARTS[9], |blueprint, _| {
                let longer =
                    blueprint.connections.iter().map(|own| crate::Connection { delay: own.delay + 1.0, ..own });
                blueprint.connections = connections(longer.collect::<Vec<_>>());
            }),
            (PARTS[9], |blueprint, _| {
                let more =
                    |own: crate::Connection| crate::Connection { weight: vec![own.weight[0], 0.0].into(), ..own };
                blueprint.connections = connections(blueprint.connections.iter().map(more).collect::<Vec<_>>());
            }),
            (PARTS[10], |blueprint, _| blueprint.transfers.push(Transfer { source: voltage_of(0), target: e(1) })),
            (PARTS[11], |blueprint, _| blueprint.pointers.push(Pointer { pointer: e(1), target: voltage_of(0) })),
            (PARTS[12], |blueprint, _| blueprint.waveforms.push((e(0), Waveform::steps(vec![1.0], vec![2.0])))),
            (PARTS[13], |blueprint, _| blueprint.events[0].0 = 0.6),
        ];
        for (number, (part, change)) in changes.into_iter().enumerate() {
            assert_eq!(difference(change).as_deref(), Some(part), "change {number}");
        }
    }

    #[test]
    fn step_and_continuous_waveforms_differ_and_quantities_by_kind() {
        let of_waveform = |waveform| {
            let blueprint = Blueprint { waveforms: vec![(e(0), waveform)], ..base() };
            Fingerprint::of(&blueprint, &Options::default())
        };
        let points = || (vec![1.0], vec![2.0]);
        let [(t, y), (t2, y2)] = [points(), points()];
        assert_ne!(of_waveform(Waveform::steps(t, y)), of_waveform(Waveform::continuous(t2, y2)));
        let (cell, node) = (1, 1);
        let quantities = [
            Quantity::Voltage { cell, node },
            Quantity::CapacitiveCurrent { cell, node },
            Quantity::MembraneCurrent { cell, node },
            Quantity::MembraneCurrentDensity { cell, node },
        ];
        let of_source = |source| {
            let blueprint = Blueprint { transfers: vec![Transfer { source, target: e(0) }], ..base() };
            Fingerprint::of(&blueprint, &Options::default())
        };
        for (k, &quantity) in quantities.iter().enumerate() {
            assert!(quantities[..k].iter().all(|&other| of_source(other) != of_source(quantity)));
        }
    }

    #[test]
    fn a_digest_depends_on_the_order_and_is_that_of_every_machine() {
        assert_ne!(digest_of(&[1, 2]), digest_of(&[2, 1]));
        assert_ne!(digest_of(&[]), digest_of(&[0]));
        assert_eq!(digest_of(&[]), 0x2d06_8005_38d3_94c2, "XXH3 of nothing");
    }
}
