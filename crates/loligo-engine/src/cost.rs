//! Estimated cost of a step of a cell, and the counts on which the estimate is based.

use loligo_mechanisms::{Kind, Role};

use crate::blueprint::{CellBlueprint, Placed};

/// Approximate time of a step of a cell, ns. Measured with 2,000 compartments that had no mechanism, `pas`, `hh` or
/// synapses (docs/performance.md).
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

/// True for point processes.
pub(crate) fn is_point(placed: &Placed) -> bool {
    matches!(placed.mechanism.signature().kind, Kind::Point { .. })
}

/// Number of states of an instance.
pub(crate) fn states_of(placed: &Placed) -> f64 {
    placed.mechanism.signature().variables.iter().filter(|variable| variable.role == Role::State).count() as f64
}

/// Number of segments of a cell.
pub(crate) fn compartments_of(cell: &CellBlueprint) -> usize {
    cell.cable.nodes.iter().filter(|node| node.segment.is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_models::{MIDDLE, builtin, cable, cell, passive, placed};

    #[test]
    fn compartments_are_the_nodes_with_area() {
        assert_eq!(compartments_of(&cell(&cable(5), Vec::new())), 5);
    }

    /// 1 ns for a compartment, 0.5 for a current, 1.3 for a state, 2.5 for a point process.
    #[test]
    fn a_step_costs_what_is_on_the_cell() {
        let synapses = placed(&builtin("ExpSyn"), 1, &[MIDDLE; 4]);
        let hh = placed(&builtin("hh"), 1, &[1, 2, 3]);
        assert_eq!(step_of(&cell(&cable(3), Vec::new())), 3.0);
        assert_eq!(step_of(&passive(Vec::new())), 1.5);
        assert_eq!(step_of(&passive(vec![synapses])), 11.5);
        assert!((step_of(&cell(&cable(3), vec![hh])) - 3.0 * (1.0 + 0.5 + 3.0 * 1.3)).abs() < 1e-12);
    }

    #[test]
    fn points_and_states_are_told_by_the_signature() {
        let [synapse, hh, pas] = ["ExpSyn", "hh", "pas"].map(|name| placed(&builtin(name), 0, &[MIDDLE]));
        assert_eq!([&synapse, &hh, &pas].map(is_point), [true, false, false]);
        assert_eq!([&synapse, &hh, &pas].map(states_of), [1.0, 3.0, 0.0]);
    }
}
