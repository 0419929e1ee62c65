//! Models for benchmarks.

use loligo::prelude::*;
use loligo_random::Random123;

/// Rings of branching cells like those of NEURON's public ring benchmark: a soma with hh, some seventeen dendrite sections
/// with pas and hh, two synapses on the first of them; in each ring a cell's spikes excite the next one.
///
/// The trees are drawn from `seed`; the same seed gives the same model.
pub fn rings(rings: usize, cells_per_ring: usize, seed: u32, table: bool) -> Network {
    let mut network = Network::new();
    for ring in 0..rings {
        let first = ring * cells_per_ring;
        let mut synapses = Vec::new();
        for position in 0..cells_per_ring {
            let (cell, synapse) = ring_cell(first + position, seed, table);
            synapses.push(synapse);
            network.add_cell(cell);
        }
        for position in 0..cells_per_ring {
            let next = (position + 1) % cells_per_ring;
            network.connect(Connection::new(
                SourceRef::voltage(first + position, 0, 1.0),
                TargetRef::Point { cell: first + next, point: synapses[next] },
                0.01,
                1.0,
            ));
        }
        let start = NetStim { start: 0.0, number: 1.0, ..NetStim::default() };
        let stimulus = network.add_artificial_cell(format!("start{ring}"), start);
        let target = TargetRef::Point { cell: first, point: synapses[0] };
        network.connect(Connection::new(SourceRef::Artificial(stimulus), target, 0.01, 1.0));
    }
    network
}

fn ring_cell(gid: usize, seed: u32, table: bool) -> (Cell, usize) {
    let mut stream = Random123::new(seed, gid as u32, 0);
    let mut cell = Cell::new(format!("cell{gid}"));
    let section = |name: String, length: f64, diameter: f64| {
        Section::cylinder(name, length, diameter).with_axial_resistance(100.0)
    };
    let soma = cell.add_section(section("soma".into(), 12.6157, 12.6157));
    let first = cell.add_section(section("dend0".into(), 200.0, 1.0).attached_to(soma, 1.0));
    let mut tips = vec![first];
    while cell.sections.len() < 18 {
        let tip = tips.swap_remove((stream.next_f64() * tips.len() as f64) as usize);
        for _ in 0..1 + usize::from(stream.next_f64() < 0.5) {
            let name = format!("dend{}", cell.sections.len());
            tips.push(cell.add_section(section(name, 10.0, 1.0).attached_to(tip, 1.0)));
        }
    }
    let hh = Hh { table, ..Hh::default() };
    cell.paint(Region::All, hh);
    cell.paint(SectionKind::Dendrite, Pas { g: 0.001, e: -65.0 });
    let excitatory = cell.place("excitatory", first, 0.8, ExpSyn { tau: 2.0, e: 0.0 });
    cell.place("inhibitory", first, 0.1, ExpSyn { tau: 5.0, e: -80.0 });
    (cell, excitatory)
}
