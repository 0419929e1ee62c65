//! Cells with synaptic bombardment: ten thousand synapses each, at rates typical of cortex.

use loligo::prelude::*;

/// Number of synapses of a cell.
pub const SYNAPSES: usize = 10_000;

/// Number of random inputs, each connected to every cell.
const INPUTS: usize = 1_000;

/// Cells of 101 compartments with hh, each with [`SYNAPSES`] `ExpSyn`, one in five of them inhibitory; every synapse
/// has a connection of its own from one of 1,000 `NetStim` that fire at random 5 times a second.
pub fn bombarded_cells(cells: usize, table: bool) -> Network {
    let mut network = Network::new();
    for input in 0..INPUTS {
        let stimulus = NetStim { interval: 200.0, number: 1e9, start: 0.0, noise: 1.0 };
        network.add_artificial_cell(format!("input{input}"), stimulus);
    }
    for index in 0..cells {
        let mut cell = Cell::new(format!("cell{index}"));
        let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0));
        let mut points = Vec::with_capacity(SYNAPSES);
        let dendrites: Vec<usize> = (0..10)
            .map(|dendrite| {
                let section = Section::cylinder(format!("dend{dendrite}"), 200.0, 2.0).with_axial_resistance(100.0);
                cell.add_section(section.with_segments(10).attached_to(soma, 1.0))
            })
            .collect();
        cell.paint(Region::All, Hh { table, ..Hh::default() });
        for synapse in 0..SYNAPSES {
            let x = (synapse / dendrites.len() % 100) as f64 / 100.0 + 0.005;
            let (tau, e) = if synapse % 5 == 0 { (8.0, -80.0) } else { (2.0, 0.0) };
            points.push(cell.place(format!("s{synapse}"), dendrites[synapse % dendrites.len()], x, ExpSyn { tau, e }));
        }
        let cell = network.add_cell(cell);
        for (synapse, point) in points.into_iter().enumerate() {
            let target = TargetRef::Point { cell, point };
            let delay = 1.0 + (synapse % 40) as f64 * 0.025;
            network.connect(Connection::new(SourceRef::Artificial(synapse * 7 % INPUTS), target, 5e-5, delay));
        }
    }
    network
}
