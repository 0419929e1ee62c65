//! Cells of one shape that differ in a parameter.

use loligo::prelude::*;

/// Parents of the sections 1 to 7.
const PARENTS: [usize; 7] = [0, 1, 1, 2, 2, 3, 3];

/// Separate cells of eight sections and 64 segments with hh, each with a different gnabar between .10 and .16 S/cm2,
/// and .6 nA at the first section from 1 ms on; `table` as in [`Hh`].
pub fn ensemble(cells: usize, table: bool) -> Network {
    let mut shape = Cell::new("cell");
    let root = Section::cylinder("root", 20.0, 20.0).with_axial_resistance(100.0);
    let root = shape.add_section(root);
    for (k, parent) in PARENTS.into_iter().enumerate() {
        let branch = Section::cylinder(format!("branch{k}"), 100.0, 1.5).with_segments(9).with_axial_resistance(100.0);
        shape.add_section(branch.attached_to(parent, 1.0));
    }
    shape.place("electrode", root, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.6 }); // ms, ms, nA
    let mut network = Network::new();
    for k in 0..cells {
        let mut cell = shape.clone();
        cell.name = format!("cell {k}");
        let gnabar = 0.10 + 0.06 * k as f64 / cells as f64; // S/cm2
        cell.paint(Region::All, Hh { gnabar, table, ..Hh::default() });
        let cell = network.add_cell(cell);
        network.watch(SourceRef::voltage(cell, root, 0.5), 0.0);
    }
    network
}
