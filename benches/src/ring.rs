//! NEURON's public ring benchmark: rings of branching cells, in which each cell's spikes excite the next one.
//!
//! A cell is a soma with hh and a tree of one-segment dendrites with pas and hh; the first dendrite is 200 um long and
//! has two synapses, the others are 10 um. Only the trees differ.

use std::ops::RangeInclusive;
use std::path::Path;

use loligo::Shape;
use loligo::prelude::*;
use loligo_random::Random123;
use serde::{Deserialize, Serialize};

use crate::WorkloadError;

/// Length and diameter of the soma, um.
const SOMA: f64 = 12.6157;

/// The trees of all cells, ring by ring, as in the benchmark's topology files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topology {
    /// Number of rings.
    #[serde(rename = "nring")]
    pub rings: usize,
    /// Number of cells in each ring.
    #[serde(rename = "ncell_per_ring")]
    pub cells_per_ring: usize,
    /// For each cell the parent of every section: -1 for the soma, which is section 0.
    pub parents: Vec<Vec<i64>>,
}

impl Topology {
    /// Reads a topology file.
    ///
    /// # Errors
    /// A file that cannot be read, is not the expected JSON, or contains no trees.
    pub fn read(path: &Path) -> Result<Self, WorkloadError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| WorkloadError::Unreadable { path: path.to_owned(), source })?;
        let topology: Self = serde_json::from_str(&text)
            .map_err(|source| WorkloadError::NoTopology { path: path.to_owned(), source })?;
        topology.check()?;
        Ok(topology)
    }

    /// Draws `shapes` binary trees whose numbers of sections are in the range, and chooses one of them for each cell;
    /// the same seed gives the same trees.
    pub fn draw(
        rings: usize,
        cells_per_ring: usize,
        shapes: usize,
        sections: RangeInclusive<usize>,
        seed: u32,
    ) -> Self {
        let trees: Vec<_> = (0..shapes).map(|id| draw_tree(&sections, Random123::new(seed, id as u32, 0))).collect();
        let mut stream = Random123::new(seed, 0, 1);
        let parents = (0..rings * cells_per_ring).map(|_| trees[below(&mut stream, shapes)].clone()).collect();
        Self { rings, cells_per_ring, parents }
    }

    fn check(&self) -> Result<(), WorkloadError> {
        let &Self { rings, cells_per_ring, ref parents } = self;
        if rings.checked_mul(cells_per_ring) != Some(parents.len()) {
            return Err(WorkloadError::CellCount { rings, cells_per_ring, cells: parents.len() });
        }
        for (cell, parents) in parents.iter().enumerate() {
            for (section, &parent) in parents.iter().enumerate() {
                let allowed = match section {
                    0 => -1..0,
                    1 => 0..1,
                    _ => 1..section as i64,
                };
                if !allowed.contains(&parent) {
                    return Err(WorkloadError::NoTree { cell, section, parent });
                }
            }
            if let [] | [_] = parents[..] {
                return Err(WorkloadError::NoTree { cell, section: parents.len(), parent: -1 });
            }
        }
        Ok(())
    }
}

/// A random number below `end`.
fn below(stream: &mut Random123, end: usize) -> usize {
    (stream.next_f64() * end as f64) as usize
}

fn draw_tree(sections: &RangeInclusive<usize>, mut stream: Random123) -> Vec<i64> {
    let count = sections.start() + below(&mut stream, sections.end() - sections.start() + 1);
    let mut parents = vec![-1, 0];
    // The list contains a section once for each child that it may still get.
    let mut free = vec![1, 1];
    while parents.len() < count {
        let child = parents.len() as i64;
        parents.push(free.swap_remove(below(&mut stream, free.len())));
        free.extend([child, child]);
    }
    parents
}

/// The soma as in NEURON, which gave the cylinder 3-D points at its ends and its centre. Their diameters are single
/// precision; their distance is not, because NEURON stores a section's length in addition to its points.
pub fn soma() -> Section {
    let diameter = SOMA as f32;
    // Two points at a distance of exactly 12.6157 um. In single precision, the distance along x is 2e-7 um too short; a
    // small displacement to the side compensates this.
    let x = diameter;
    let short = (SOMA - f64::from(x)) * (SOMA + f64::from(x)); // um2
    let y = (short.sqrt() as f32).next_down();
    let z = (short - f64::from(y) * f64::from(y)).sqrt() as f32;
    let point = |x, y, z| Point3d { x, y, z, diameter };
    let mut soma = Section::cylinder("soma", SOMA, SOMA).with_axial_resistance(100.0);
    soma.shape = Shape::Points(vec![point(0.0, 0.0, 0.0), point(x, y, z)]);
    soma
}

/// The network of a topology; `table` as in [`Hh`].
pub fn network(topology: &Topology, table: bool) -> Network {
    let mut network = Network::new();
    for (gid, parents) in topology.parents.iter().enumerate() {
        network.add_cell(cell(gid, parents, table));
    }
    let size = topology.cells_per_ring;
    for gid in 0..topology.parents.len() {
        let next = gid - gid % size + (gid + 1) % size;
        let target = TargetRef::Point { cell: next, point: 0 };
        let connection = Connection::new(SourceRef::voltage(gid, 0, 1.0), target, 0.01, 1.0);
        network.connect(connection.with_threshold(10.0));
    }
    for ring in 0..topology.rings {
        let start = NetStim { start: 0.0, number: 1.0, ..NetStim::default() };
        let start = network.add_artificial_cell(format!("start {ring}"), start);
        let target = TargetRef::Point { cell: ring * size, point: 0 };
        network.connect(Connection::new(SourceRef::Artificial(start), target, 0.01, 1.0));
    }
    network
}

fn cell(gid: usize, parents: &[i64], table: bool) -> Cell {
    let mut cell = Cell::new(format!("cell {gid}"));
    cell.add_section(soma());
    for (k, &parent) in parents.iter().enumerate().skip(1) {
        let length = if k == 1 { 200.0 } else { 10.0 };
        let section = Section::cylinder(format!("dend{}", k - 1), length, 1.0).with_axial_resistance(100.0);
        cell.add_section(section.attached_to(parent as usize, 1.0));
    }
    cell.paint(Region::All, Hh { table, ..Hh::default() });
    cell.paint(SectionKind::Dendrite, Pas { g: 0.001, e: -65.0 });
    cell.place("excitatory", 1, 0.8, ExpSyn { tau: 2.0, e: 0.0 });
    cell.place("inhibitory", 1, 0.1, ExpSyn { tau: 5.0, e: -80.0 });
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_trees_are_trees_of_the_wanted_sizes() {
        let topology = Topology::draw(3, 4, 5, 11..=21, 7);
        topology.check().expect("drawn trees are sound");
        assert_eq!(topology, Topology::draw(3, 4, 5, 11..=21, 7));
        assert!(topology.parents.iter().all(|parents| (11..=21).contains(&parents.len())));
    }

    #[test]
    fn what_is_no_topology_is_refused() {
        let cells = |parents: Vec<Vec<i64>>| Topology { rings: 1, cells_per_ring: 2, parents }.check();
        assert!(cells(vec![vec![-1, 0, 1], vec![-1, 0]]).is_ok());
        assert!(matches!(cells(vec![vec![-1, 0]]), Err(WorkloadError::CellCount { cells: 1, .. })));
        for tree in [vec![], vec![-1], vec![0, 0], vec![-1, -1], vec![-1, 0, 0], vec![-1, 0, 2]] {
            assert!(matches!(cells(vec![vec![-1, 0], tree]), Err(WorkloadError::NoTree { cell: 1, .. })));
        }
    }
}
