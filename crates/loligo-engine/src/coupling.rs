//! Which cells belong together because transfers couple them in every step.

use loligo_mechanisms::Numerics;

use crate::blueprint::{CellBlueprint, Transfer};
use crate::cost::is_point;
use crate::options::Options;

/// Nodes of coupled cells that still are one unit.
const LARGEST_UNIT: usize = 2048;

/// [`stiffness`](loligo_cable::Cable::stiffness) above which the order of operations shows in the voltage: at 2,000 the two
/// profiles came apart by 3e-10 mV in 50 ms of a firing hh cell, at 6,000 by 2e-9 mV.
const LARGEST_STIFFNESS: f64 = 1e3;

/// Consecutive cells that go into one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) cells: usize,
    /// How much room they take, in nodes.
    pub(crate) size: usize,
    pub(crate) numerics: Numerics,
}

/// How the cells of a blueprint are coupled by transfers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coupling {
    /// All cells, in their order.
    pub(crate) units: Vec<Unit>,
    /// Whether a transfer joins two units, so that all advance step by step together. It follows from the model alone,
    /// not from how units are grouped, because the order in which events of one instant are queued depends on it.
    pub(crate) lockstep: bool,
}

impl Coupling {
    /// Coupled cells make a unit with what lies between them, if it is not too large and they share their arithmetic.
    pub(crate) fn of(cells: &[CellBlueprint], transfers: &[Transfer], options: &Options) -> Self {
        let pairs: Vec<(usize, usize)> = transfers.iter().filter_map(pair).filter(|(a, b)| a != b).collect();
        let numerics = numerics(cells, &pairs, options);
        // How far the cells reach that are coupled to this or to earlier ones.
        let mut reach: Vec<usize> = (0..cells.len()).collect();
        for &(a, b) in &pairs {
            reach[a.min(b)] = reach[a.min(b)].max(a.max(b));
        }
        let mut coupling = Self { units: Vec::new(), lockstep: false };
        let mut first = 0;
        while first < cells.len() {
            let mut last = reach[first];
            let mut next = first + 1;
            while next <= last {
                last = last.max(reach[next]);
                next += 1;
            }
            let nodes: usize = cells[first..next].iter().map(|cell| cell.cable.len()).sum();
            let together = nodes <= LARGEST_UNIT && numerics[first..next].iter().all(|&own| own == numerics[first]);
            if next == first + 1 || together {
                let size = cells[first..next].iter().map(size).sum();
                coupling.units.push(Unit { cells: next - first, size, numerics: numerics[first] });
            } else {
                let own = |cell: usize| Unit { cells: 1, size: size(&cells[cell]), numerics: numerics[cell] };
                coupling.units.extend((first..next).map(own));
                coupling.lockstep = true;
            }
            first = next;
        }
        coupling
    }
}

/// The room that a cell takes, in nodes.
fn size(cell: &CellBlueprint) -> usize {
    const POINTS_PER_NODE: usize = 3;
    let points: usize = cell.placed.iter().filter(|placed| is_point(placed)).map(|placed| placed.nodes.len()).sum();
    cell.cable.len() + points / POINTS_PER_NODE
}

/// The cells of source and target.
fn pair(transfer: &Transfer) -> Option<(usize, usize)> {
    Some((transfer.source.cell()?, transfer.target.cell()?))
}

/// The arithmetic of each cell: that of the profile, or exact where a cell, or one that is coupled to it through however
/// many others, would not stay within the profile's promise.
fn numerics(cells: &[CellBlueprint], pairs: &[(usize, usize)], options: &Options) -> Vec<Numerics> {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); cells.len()];
    for &(a, b) in pairs {
        neighbours[a].push(b);
        neighbours[b].push(a);
    }
    let mut numerics = vec![options.numerics; cells.len()];
    let mut exact: Vec<usize> = (0..cells.len()).filter(|&cell| needs_exact(&cells[cell], options)).collect();
    while let Some(cell) = exact.pop() {
        if numerics[cell] != Numerics::Exact {
            numerics[cell] = Numerics::Exact;
            exact.append(&mut neighbours[cell]);
        }
    }
    numerics
}

/// Whether a cell has a mechanism that amplifies rounding errors, or a piece so short and thick that its equations do.
fn needs_exact(cell: &CellBlueprint, options: &Options) -> bool {
    let amplifies = cell.placed.iter().any(|placed| placed.mechanism.description().amplifies_rounding);
    amplifies || cell.cable.stiffness(options.dt) > LARGEST_STIFFNESS
}
