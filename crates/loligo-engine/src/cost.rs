//! What a cell costs in a step, and what it has that costs something.

use loligo_mechanisms::{Kind, Role};

use crate::blueprint::{CellBlueprint, Placed};

/// Time that a step of a cell takes, ns, about: measured of 2,000 compartments with nothing, `pas`, `hh` and synapses on
/// them (docs/performance.md).
pub(crate) fn step_of(cell: &CellBlueprint) -> f64 {
    const COMPARTMENT: f64 = 1.0;
    const CURRENT: f64 = 0.5;
    const STATE: f64 = 1.3;
    const POINT: f64 = 2.5;
    let mechanisms = cell.placed.iter().map(|placed| {
        let current = if placed.mechanism.signature().has_current { CURRENT } else { 0.0 };
        let instance = if is_point(placed) { POINT } else { current + STATE * states_of(placed) };
        placed.nodes.len() as f64 * instance
    });
    COMPARTMENT * compartments_of(cell) as f64 + mechanisms.sum::<f64>()
}

/// Whether these are point processes.
pub(crate) fn is_point(placed: &Placed) -> bool {
    matches!(placed.mechanism.signature().kind, Kind::Point { .. })
}

/// States of an instance.
pub(crate) fn states_of(placed: &Placed) -> f64 {
    placed.mechanism.signature().variables.iter().filter(|variable| variable.role == Role::State).count() as f64
}

/// Segments of a cell.
pub(crate) fn compartments_of(cell: &CellBlueprint) -> usize {
    cell.cable.nodes.iter().filter(|node| node.segment.is_some()).count()
}
