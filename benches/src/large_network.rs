//! A large network: many cells of one shape, many synapses on each.

use loligo::prelude::*;
use loligo_random::Random123;

/// Number of segments of each cell.
pub const COMPARTMENTS_PER_CELL: usize = 100;

/// Cells of a soma and eleven dendrites, 100 compartments with hh and pas, `synapses` synapses on each (alternating
/// ExpSyn and Exp2Syn), distributed over all dendrites. Each synapse has a connection of its own: nine of ten from a
/// random other cell, the tenth from one of the artificial cells, of which there are as many as cells.
///
/// Cells share one description, or have separate ones if `separate`.
pub fn large_network(cells: usize, synapses: usize, separate: bool) -> Network {
    let first = cell(synapses);
    let mut network = Network::new();
    for k in 0..cells {
        let description = if separate { cell(synapses) } else { first.clone() };
        network.add_cell(Cell { name: format!("cell{k}"), ..description });
        let stimulus = NetStim { interval: 50.0, number: 1e9, start: 0.0, noise: 1.0 };
        network.add_artificial_cell(format!("stimulus{k}"), stimulus);
    }
    network.connections.reserve(cells * synapses);
    for target in 0..cells {
        let mut stream = Random123::new(target as u32, 0, 0);
        network.connect_many((0..synapses).map(|point| {
            let drawn = (stream.next_f64() * cells as f64) as usize;
            let source = match point % 10 {
                0 => SourceRef::Artificial(drawn),
                _ => SourceRef::voltage(drawn, 0, 0.5),
            };
            let (weight, delay) = (1e-5 * stream.next_f64(), 1.0 + 9.0 * stream.next_f64()); // uS, ms
            Connection::new(source, TargetRef::Point { cell: target, point }, weight, delay)
        }));
    }
    network
}

fn cell(synapses: usize) -> Cell {
    let mut cell = Cell::new("cell");
    cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0));
    for k in 0..11 {
        let parent = if k < 3 { 0 } else { (k - 1) / 2 };
        let dendrite = Section::cylinder(format!("dend{k}"), 90.0, 1.5).with_segments(9).with_axial_resistance(100.0);
        cell.add_section(dendrite.attached_to(parent, 1.0));
    }
    cell.paint(Region::All, Hh { table: false, ..Hh::default() });
    cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 });
    // Alternating kinds, along the whole length of every dendrite.
    let places =
        |kind: usize| (kind..synapses).step_by(2).map(move |k| (1 + k % 11, (k / 11) as f64 / synapses as f64 * 11.0));
    cell.place_many("excitatory", places(0), ExpSyn { tau: 2.0, e: 0.0 });
    cell.place_many("inhibitory", places(1), Exp2Syn { tau1: 0.5, tau2: 3.0, e: -80.0 });
    cell
}
