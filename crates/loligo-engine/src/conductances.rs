//! Finds cells with conductances so large that their rounding errors may become visible.

use std::collections::HashMap;
use std::sync::Arc;

use loligo_cable::Cable;

use crate::blueprint::{CellBlueprint, Placed};
use crate::cost::is_point;
use crate::options::Options;

/// Conductance from which on it matters how the tree loads it, S/cm2. The rounding errors of a current, times 1,000, are
/// part of its numerical slope, and cells that fire amplify them (`docs/numerics.md`).
const LARGE_CONDUCTANCE: f64 = 1.0;

/// Shortest step for which the response is computed, ms: with shorter ones differences are no smaller.
const SHORTEST_STEP: f64 = 0.025;

/// The descriptions for which it is known already whether they have too large conductances, by their address.
#[derive(Default)]
pub(crate) struct LargeConductances {
    known: HashMap<(*const Cable, *const Vec<Placed>), bool>,
}

impl LargeConductances {
    /// True if a cell's conductances are so large, compared with the load of the tree within a step, that rounding errors
    /// may become visible.
    pub(crate) fn are_on(&mut self, cell: &CellBlueprint, options: &Options) -> bool {
        let (step, largest) = (options.dt.max(SHORTEST_STEP), options.largest_fast_response);
        if has_own_conductances(cell) {
            return responds(cell, step, largest);
        }
        let key = (Arc::as_ptr(&cell.cable), Arc::as_ptr(&cell.placed));
        *self.known.entry(key).or_insert_with(|| responds(cell, step, largest))
    }
}

/// True if a cell has conductances of its own, other than those of its description.
fn has_own_conductances(cell: &CellBlueprint) -> bool {
    let mut columns: HashMap<usize, Vec<usize>> = HashMap::new();
    cell.own.iter().flat_map(|(places, _)| places.iter()).any(|place| {
        let placed = &cell.placed[place.placed];
        let conductances = || placed.mechanism.conductances().into_iter().map(|(column, _)| column).collect();
        !is_point(placed) && columns.entry(place.placed).or_insert_with(conductances).contains(&place.column)
    })
}

/// True if the tree's response to the largest conductance of each node is larger than `limit`.
fn responds(cell: &CellBlueprint, step: f64, limit: f64) -> bool {
    /// Converts S/cm2 um2 to uS.
    const TO_US: f64 = 1e-2;
    let mut largest = vec![0.0_f64; cell.cable.len()]; // S/cm2
    for (index, placed) in cell.placed.iter().enumerate().filter(|(_, placed)| !is_point(placed)) {
        for (column, factor) in placed.mechanism.conductances() {
            let mut values: Vec<f64> = (0..placed.nodes.len()).map(|k| placed.block.value(column, k)).collect();
            for (places, value) in &cell.own {
                let own = places.iter().filter(|place| place.placed == index && place.column == column);
                own.for_each(|place| values[place.instance] = *value);
            }
            for (&node, value) in placed.nodes.iter().zip(values) {
                let largest = &mut largest[node as usize];
                *largest = largest.max((factor * value).abs());
            }
        }
    }
    if largest.iter().all(|&conductance| conductance < LARGE_CONDUCTANCE) {
        return false;
    }
    let conductances: Vec<f64> = largest.iter().zip(&cell.cable.area).map(|(g, area)| TO_US * g * area).collect();
    let response = cell.cable.step_response(&conductances, step);
    // Without any capacitance it is not a number.
    response.iter().any(|response| response.is_nan() || *response > limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VariablePlace;
    use crate::test_models::{MIDDLE, builtin, cable, cell, placed_with};

    /// Compartments with hh, of which the sodium conductance (S/cm2) is given.
    fn with_sodium(cable: &Arc<Cable>, nodes: &[u32], conductance: f64) -> CellBlueprint {
        cell(cable, vec![placed_with(&builtin("hh"), 1, nodes, &[(0, conductance)])])
    }

    fn are_large(cell: &CellBlueprint, dt: f64) -> bool {
        LargeConductances::default().are_on(cell, &Options { dt, ..Options::default() })
    }

    fn with_capacitance(capacitance: f64) -> Arc<Cable> {
        let mut cable = (*cable(1)).clone();
        cable.capacitance.iter_mut().for_each(|own| *own *= capacitance);
        Arc::new(cable)
    }

    /// On 1 uF/cm2, 1 S/cm2 is 25 times the capacitance's 0.04 S/cm2 in 0.025 ms.
    #[test]
    fn an_isolated_compartment_may_have_less_than_one() {
        let one = |conductance| with_sodium(&cable(1), &[MIDDLE], conductance);
        assert!(!are_large(&one(0.99), 0.025));
        assert!(are_large(&one(1.0), 0.025) && are_large(&one(-1.0), 0.025));
        assert!(are_large(&one(1.0), 0.005), "a short step changes nothing");
        assert!(!are_large(&one(0.99), 0.1), "a long one alone does not make it large");
    }

    #[test]
    fn capacitance_and_step_count() {
        let double = with_sodium(&with_capacitance(2.0), &[MIDDLE], 1.4);
        assert!(!are_large(&double, 0.025), "17.5");
        assert!(are_large(&double, 0.026), "18.2");
        assert!(are_large(&with_sodium(&with_capacitance(2.0), &[MIDDLE], 1.5), 0.025), "18.8");
        assert!(are_large(&with_sodium(&with_capacitance(0.0), &[MIDDLE], 1.0), 0.025), "nothing slows it");
    }

    #[test]
    fn the_limit_is_an_option() {
        let cell = with_sodium(&cable(1), &[MIDDLE], 1.0);
        let is_exact = |largest_fast_response| {
            LargeConductances::default().are_on(&cell, &Options { largest_fast_response, ..Options::default() })
        };
        assert_eq!([18.0, 24.9, 25.1, f64::INFINITY].map(is_exact), [true, true, false, false]);
    }

    #[test]
    fn the_tree_loads_a_conductance() {
        let long = cable(9);
        let middle = long.node_at(0, 0.5);
        assert!(!are_large(&with_sodium(&long, &[middle], 2.0), 0.025));
        let nodes: Vec<u32> = long.segment_nodes(0).collect();
        assert!(are_large(&with_sodium(&long, &nodes, 2.0), 0.025), "without an unloaded neighbour");
        assert!(are_large(&with_sodium(&long, &nodes, 1.0), 0.025));
    }

    #[test]
    fn a_cells_own_conductances_replace_those_of_its_description() {
        let mut own = with_sodium(&cable(1), &[MIDDLE], 0.12);
        let place = |column| VariablePlace { placed: 0, column, instance: 0 };
        let (mut large, options) = (LargeConductances::default(), Options::default());
        assert!(!large.are_on(&own, &options));
        own.own = vec![(Arc::new([place(0)]), 2.0)];
        assert!(large.are_on(&own, &options));
        own.own.push((Arc::new([place(0)]), 0.5));
        assert!(!large.are_on(&own, &options), "the last one counts");
        own.own = vec![(Arc::new([place(3)]), 50.0)];
        assert!(!large.are_on(&own, &options), "it is no conductance");
    }
}
