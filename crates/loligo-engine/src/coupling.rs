//! Cells that must be in one group, because transfers or pointers couple them in every step, and the arithmetic of each
//! cell.

use std::collections::HashMap;
use std::sync::Arc;

use loligo_mechanisms::{Numerics, Role, Signature};

use crate::blueprint::{Blueprint, CellBlueprint, Placed, Pointer, Quantity, Transfer, VariablePlace};
use crate::conductances::LargeConductances;
use crate::cost::is_point;
use crate::options::Options;

/// Largest number of nodes of coupled cells that are kept in one unit.
const LARGEST_UNIT: usize = 2048;

/// [`stiffness`](loligo_cable::Cable::stiffness) above which the order of operations has a visible effect on the
/// voltage: at 2,000 `Exact` and `Fast` differed by 3e-10 mV after 50 ms of a firing hh cell, at 6,000 by 2e-9 mV.
const LARGEST_STIFFNESS: f64 = 1e3;

/// Upper limit of injected current, expressed as the voltage change of a whole cell in a step (mV). Above it, a cell
/// may reach voltages at which rounding errors of its currents become visible: of 400 random cells with injected
/// currents, none below 10 mV differed by more than 2e-10 mV, some above it by 2e-9 mV. A strong stimulus, 1 nA into a
/// soma of 20 um, is 2 mV.
const LARGEST_DRIVE: f64 = 10.0;

/// Consecutive cells that go into one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) cells: usize,
    /// Size of the unit, in nodes.
    pub(crate) size: usize,
    pub(crate) numerics: Numerics,
}

/// The coupling of the cells of a blueprint by transfers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coupling {
    /// All cells, in their order.
    pub(crate) units: Vec<Unit>,
    /// True if a transfer joins two units, so that all groups must advance step by step together. This is determined
    /// by the model alone and not by the grouping of units, because the order in which simultaneous events are queued
    /// depends on it.
    pub(crate) lockstep: bool,
}

impl Coupling {
    /// Coupled cells form a unit with the cells between them, if it is not too large and they use the same arithmetic;
    /// cells joined by pointers always do.
    pub(crate) fn of(blueprint: &Blueprint, options: &Options) -> Self {
        let Blueprint { cells, transfers, .. } = blueprint;
        let mut pairs: Vec<(usize, usize)> = transfers.iter().filter_map(pair).filter(|(a, b)| a != b).collect();
        let joined = joined_by_pointers(blueprint);
        pairs.extend((0..cells.len()).filter(|&cell| joined[cell]).map(|cell| (cell, cell + 1)));
        let numerics = numerics(blueprint, &pairs, options);
        // For each cell, the index of the last cell that is coupled to it.
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
                let mut start = first;
                while start < next {
                    let end = (start..next).find(|&cell| !joined[cell]).map_or(next, |last| last + 1);
                    let size = cells[start..end].iter().map(size).sum();
                    coupling.units.push(Unit { cells: end - start, size, numerics: numerics[start] });
                    start = end;
                }
                coupling.lockstep |= coupling.units.last().is_none_or(|unit| unit.cells < next - first);
            }
            first = next;
        }
        coupling
    }
}

/// Size of a cell, in nodes.
fn size(cell: &CellBlueprint) -> usize {
    const POINTS_PER_NODE: usize = 3;
    let points: usize = cell.placed.iter().filter(|placed| is_point(placed)).map(|placed| placed.nodes.len()).sum();
    cell.cable.len() + points / POINTS_PER_NODE
}

/// For each cell, true if it must be in one group with the next one, because a pointer crosses the boundary between
/// them.
fn joined_by_pointers(blueprint: &Blueprint) -> Vec<bool> {
    let mut joined = vec![false; blueprint.cells.len()];
    for Pointer { pointer, target } in &blueprint.pointers {
        if let (Some(a), Some(b)) = (pointer.cell(), target.cell()) {
            joined[a.min(b)..a.max(b)].fill(true);
        }
    }
    joined
}

/// True if the result of a pointer's mechanism depends on the order in which instances are computed, as in NEURON: it
/// reads or changes variables of mechanisms within a step.
fn depends_on_order(blueprint: &Blueprint, &Pointer { pointer, target }: &Pointer) -> bool {
    let Quantity::Membrane { cell, placed, column, .. } = pointer else { return false };
    let role = blueprint.cells[cell].placed[placed].mechanism.signature().variable(column).role;
    matches!(target, Quantity::Membrane { .. }) || role == Role::Pointer { written: true }
}

/// The cells of source and target.
fn pair(transfer: &Transfer) -> Option<(usize, usize)> {
    Some((transfer.source.cell()?, transfer.target.cell()?))
}

/// The arithmetic of each cell: that of the options, or `Exact` if the cell, or another one that is coupled to it
/// directly or through further cells, would exceed the rounding errors that `Fast` allows.
fn numerics(blueprint: &Blueprint, pairs: &[(usize, usize)], options: &Options) -> Vec<Numerics> {
    let (cells, played) = (&blueprint.cells, played_currents(blueprint));
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); cells.len()];
    for &(a, b) in pairs {
        neighbours[a].push(b);
        neighbours[b].push(a);
    }
    let mut numerics = vec![options.numerics; cells.len()];
    let (mut known, mut large) = (HashMap::new(), LargeConductances::default());
    let mut exact: Vec<usize> = (0..cells.len())
        .filter(|&cell| {
            amplifies(&cells[cell], &mut known)
                || large.are_on(&cells[cell], options)
                || needs_exact(&cells[cell], played[cell], options)
        })
        .collect();
    let in_order = blueprint.pointers.iter().filter(|pointer| depends_on_order(blueprint, pointer));
    exact.extend(in_order.filter_map(|pointer| pointer.pointer.cell()));
    while let Some(cell) = exact.pop() {
        if numerics[cell] != Numerics::Exact {
            numerics[cell] = Numerics::Exact;
            exact.append(&mut neighbours[cell]);
        }
    }
    numerics
}

/// True if a cell has a mechanism that amplifies rounding errors; `known` caches the results of descriptions that cells
/// share.
fn amplifies(cell: &CellBlueprint, known: &mut HashMap<*const Vec<Placed>, bool>) -> bool {
    let shared = *known
        .entry(Arc::as_ptr(&cell.placed))
        .or_insert_with(|| cell.placed.iter().any(|placed| placed.mechanism.amplifies_rounding(&placed.block)));
    if shared || cell.own.is_empty() {
        return shared;
    }
    cell.placed.iter().enumerate().filter(|(_, placed)| is_point(placed)).any(|(index, placed)| {
        let of_placed = |places: &Arc<[VariablePlace]>| places.iter().any(|place| place.placed == index);
        if !cell.own.iter().any(|(places, _)| of_placed(places)) {
            return false;
        }
        let mut block = placed.block.clone();
        for (places, value) in &cell.own {
            for place in places.iter().filter(|place| place.placed == index) {
                block.set(place.column, place.instance, *value);
            }
        }
        placed.mechanism.amplifies_rounding(&block)
    })
}

/// True if a cell has a segment so short and thick that its equations amplify rounding errors, or if injected currents
/// (with `played` nA added by waveforms) drive it far from rest.
fn needs_exact(cell: &CellBlueprint, played: f64, options: &Options) -> bool {
    /// Converts nA ms / (um2 uF/cm2) to mV.
    const TO_MV: f64 = 1e5;
    if cell.cable.stiffness(options.dt) > LARGEST_STIFFNESS {
        return true;
    }
    let current = injected_current(cell) + played; // nA
    let capacitance = || cell.cable.area.iter().zip(&cell.cable.capacitance).map(|(area, cm)| area * cm).sum::<f64>();
    current > 0.0 && TO_MV * current * options.dt > LARGEST_DRIVE * capacitance()
}

/// True if a variable is the strength of a current that a point process injects.
fn is_injected(signature: &Signature, column: usize) -> bool {
    let variable = signature.variable(column);
    variable.role == Role::Parameter && &*variable.unit == "nA"
}

/// The largest total current that the point processes of a cell may inject, nA.
fn injected_current(cell: &CellBlueprint) -> f64 {
    let own = cell.own.iter().filter_map(|(places, value)| {
        let injected = |placed: usize, column| is_injected(cell.placed[placed].mechanism.signature(), column);
        let count = places.iter().filter(|place| injected(place.placed, place.column)).count();
        (count > 0).then_some(count as f64 * value.abs())
    });
    let placed = cell.placed.iter().filter(|placed| is_point(placed)).flat_map(|placed| {
        let signature = placed.mechanism.signature();
        let columns = (0..signature.width()).filter(|&column| is_injected(signature, column));
        columns.flat_map(move |column| (0..placed.nodes.len()).map(move |k| placed.block.value(column, k).abs()))
    });
    own.sum::<f64>() + placed.sum::<f64>()
}

/// The largest current that waveforms may add to the injected current of each cell, nA.
fn played_currents(blueprint: &Blueprint) -> Vec<f64> {
    let mut played = vec![0.0; blueprint.cells.len()];
    for (quantity, waveform) in &blueprint.waveforms {
        if let Quantity::Membrane { cell, placed, column, .. } = *quantity
            && is_injected(blueprint.cells[cell].placed[placed].mechanism.signature(), column)
        {
            played[cell] += waveform.values().iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        }
    }
    played
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use loligo_mechanisms::{CompileError, Environment, Kernel, Kind, Layout, Mechanism, Variable};

    use super::*;
    use crate::test_models::{MIDDLE, builtin, cable, cell, passive, placed, placed_with, voltage_of};
    use crate::{VariablePlace, Waveform};

    /// Cells of one compartment with `pas` and a current clamp of zero current.
    fn cells(count: usize) -> Blueprint {
        Blueprint {
            cells: vec![passive(vec![placed(&builtin("IClamp"), 1, &[MIDDLE])]); count],
            ..Blueprint::default()
        }
    }

    fn e(cell: usize) -> Quantity {
        Quantity::Membrane { cell, placed: 0, column: 1, instance: 0 }
    }

    fn joined(pairs: &[(usize, usize)]) -> Vec<Transfer> {
        pairs.iter().map(|&(source, target)| Transfer { source: voltage_of(source), target: e(target) }).collect()
    }

    fn of(blueprint: &Blueprint) -> Coupling {
        Coupling::of(blueprint, &Options::default())
    }

    fn sizes(coupling: &Coupling) -> Vec<usize> {
        coupling.units.iter().map(|unit| unit.cells).collect()
    }

    fn exact(coupling: &Coupling) -> Vec<bool> {
        coupling.units.iter().map(|unit| unit.numerics == Numerics::Exact).collect()
    }

    #[test]
    fn cells_that_nothing_couples_are_units_of_their_own() {
        let coupling = of(&cells(3));
        assert_eq!((sizes(&coupling), coupling.lockstep), (vec![1, 1, 1], false));
        let own = Blueprint { transfers: joined(&[(1, 1)]), ..cells(3) };
        assert_eq!(sizes(&of(&own)), [1, 1, 1], "a cell is coupled to itself in any case");
    }

    #[test]
    fn coupled_cells_are_a_unit_with_all_that_lies_between() {
        let chain = Blueprint { transfers: joined(&[(3, 1), (2, 4)]), ..cells(6) };
        assert_eq!((sizes(&of(&chain)), of(&chain).lockstep), (vec![1, 4, 1], false));
    }

    #[test]
    fn coupled_cells_that_are_too_large_together_advance_step_by_step() {
        let large = cell(&cable(1100), Vec::new());
        let mut blueprint =
            Blueprint { cells: vec![large.clone(), passive(Vec::new()), large], ..Blueprint::default() };
        blueprint.transfers = joined(&[(0, 1)]);
        assert_eq!((sizes(&of(&blueprint)), of(&blueprint).lockstep), (vec![2, 1], false));
        blueprint.transfers = joined(&[(0, 1), (2, 1)]);
        assert_eq!((sizes(&of(&blueprint)), of(&blueprint).lockstep), (vec![1, 1, 1], true));
    }

    #[test]
    fn pointers_keep_cells_together_however_large() {
        let large = cell(&cable(1100), vec![placed(&builtin("pas"), 0, &[1])]);
        let pointers = vec![Pointer { pointer: e(2), target: voltage_of(0) }];
        let mut blueprint = Blueprint { cells: vec![large; 4], pointers, ..Blueprint::default() };
        assert_eq!((sizes(&of(&blueprint)), of(&blueprint).lockstep), (vec![3, 1], false));
        blueprint.transfers = joined(&[(3, 0)]);
        assert_eq!((sizes(&of(&blueprint)), of(&blueprint).lockstep), (vec![3, 1], true));
    }

    #[test]
    fn three_point_processes_take_the_room_of_a_node() {
        let points = passive(vec![placed(&builtin("ExpSyn"), 1, &[MIDDLE; 7])]);
        let nodes = points.cable.len();
        let blueprint = Blueprint { cells: vec![points], ..Blueprint::default() };
        assert_eq!(of(&blueprint).units[0].size, nodes + 2);
    }

    /// 1 nA for 0.025 ms onto 12.6 pF moves the voltage by 2 mV: 5 nA are allowed, 6 are not.
    #[test]
    fn a_cell_that_is_driven_far_out_is_exact_and_so_are_those_coupled_to_it() {
        let mut blueprint = cells(4);
        blueprint.transfers = joined(&[(1, 0), (2, 1)]);
        assert_eq!(exact(&of(&blueprint)), [false, false]);
        let drive = |amplitude| passive(vec![placed_with(&builtin("IClamp"), 1, &[MIDDLE], &[(2, amplitude)])]);
        blueprint.cells[2] = drive(-5.0);
        assert_eq!(exact(&of(&blueprint)), [false, false]);
        blueprint.cells[2] = drive(-5.1);
        assert_eq!(exact(&of(&blueprint)), [true, false], "whatever its sign");
        assert_eq!(exact(&Coupling::of(&blueprint, &Options { dt: 0.02, ..Options::default() })), [false, false]);
    }

    #[test]
    fn own_values_and_waveforms_drive_a_cell_too() {
        let clamp = Quantity::Membrane { cell: 1, placed: 1, column: 2, instance: 0 };
        let mut played = cells(2);
        played.waveforms = vec![(clamp, Waveform::steps(vec![0.0, 1.0], vec![0.0, -3.0])); 2];
        assert_eq!(exact(&of(&played)), [false, true]);
        let mut own = cells(2);
        let place = VariablePlace { placed: 1, column: 2, instance: 0 };
        own.cells[0].own = vec![(Arc::new([place]), 3.0), (Arc::new([place]), -3.0)];
        assert_eq!(exact(&of(&own)), [true, false]);
        own.cells[0].own = vec![(Arc::new([VariablePlace { placed: 0, column: 1, ..place }]), 50.0)];
        assert_eq!(exact(&of(&own)), [false, false], "a reversal potential is no current");
    }

    #[test]
    fn short_thick_pieces_and_voltage_clamps_are_exact() {
        let clamped = passive(vec![placed(&builtin("SEClamp"), 1, &[MIDDLE])]);
        let mut thick = (*cable(2)).clone();
        thick.geometry[0].axial_conductance.iter_mut().for_each(|conductance| *conductance *= 1e2);
        let blueprint = Blueprint {
            cells: vec![clamped, cell(&Arc::new(thick), Vec::new()), cell(&cable(2), Vec::new())],
            ..Blueprint::default()
        };
        assert_eq!(exact(&of(&blueprint)), [true, true, false]);
    }

    /// The scale factor of `Exp2Syn` loses significant digits if the two time constants are nearly
    /// equal.
    #[test]
    fn a_cells_own_values_decide_too_whether_a_mechanism_amplifies_rounding() {
        let synapse = passive(vec![placed_with(&builtin("Exp2Syn"), 1, &[MIDDLE], &[(0, 2.0), (1, 5.0)])]);
        let mut blueprint = Blueprint { cells: vec![synapse; 3], ..Blueprint::default() };
        let place = |placed| VariablePlace { placed, column: 1, instance: 0 };
        blueprint.cells[1].own = vec![(Arc::new([place(1)]), 2.0 * (1.0 + 1e-9))];
        blueprint.cells[2].own = vec![(Arc::new([place(0)]), 2.0 * (1.0 + 1e-9))];
        assert_eq!(exact(&of(&blueprint)), [false, true, false]);
    }

    /// A mechanism with one pointer that is only read and one that is written.
    #[derive(Debug)]
    struct Pointing(Arc<Signature>);

    impl Mechanism for Pointing {
        fn signature(&self) -> &Arc<Signature> {
            &self.0
        }

        fn compile(&self, environment: &Environment, layout: &Layout<'_>) -> Result<Arc<dyn Kernel>, CompileError> {
            builtin("ca_ion").compile(environment, layout)
        }
    }

    #[test]
    fn cells_whose_pointers_depend_on_the_order_of_instances_are_exact() {
        let variables =
            vec![Variable::pointer("seen", "mV", "read"), Variable::written_pointer("changed", "mV", "written")];
        let mut signature = Signature::new("pointing", "points", Kind::Density);
        signature.variables = variables;
        let pointing: Arc<dyn Mechanism> = Arc::new(Pointing(Arc::new(signature)));
        let with_pointers = |target: Quantity, column| {
            let pointer = Quantity::Membrane { cell: 0, placed: 1, column, instance: 0 };
            let cells = vec![passive(vec![placed(&pointing, 1, &[MIDDLE])]), passive(Vec::new())];
            exact(&of(&Blueprint { cells, pointers: vec![Pointer { pointer, target }], ..Blueprint::default() }))
        };
        assert_eq!(with_pointers(voltage_of(0), 0), [false, false], "a voltage of the step's start");
        assert_eq!(with_pointers(e(0), 0), [true, false]);
        assert_eq!(with_pointers(voltage_of(0), 1), [true, false]);
        assert_eq!(with_pointers(e(1), 0), [true], "both are one unit");
    }
}
