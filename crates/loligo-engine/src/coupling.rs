//! Which cells belong together because transfers couple them in every step.

use std::collections::HashMap;
use std::sync::Arc;

use loligo_mechanisms::{Numerics, Role, Signature};

use crate::blueprint::{Blueprint, CellBlueprint, Placed, Pointer, Quantity, Transfer, VariablePlace};
use crate::cost::is_point;
use crate::options::Options;

/// Nodes of coupled cells that still are one unit.
const LARGEST_UNIT: usize = 2048;

/// [`stiffness`](loligo_cable::Cable::stiffness) above which the order of operations shows in the voltage: at 2,000 the two
/// profiles came apart by 3e-10 mV in 50 ms of a firing hh cell, at 6,000 by 2e-9 mV.
const LARGEST_STIFFNESS: f64 = 1e3;

/// Injected current, in mV by which it moves the voltage of a whole cell in a step, above which a cell may be driven so far out
/// that rounding errors of its currents show: of 400 random driven cells none below 10 mV came apart by more than 2e-10 mV, of
/// those above some by 2e-9 mV. A strong stimulus, 1 nA into a soma of 20 um, is 2 mV.
const LARGEST_DRIVE: f64 = 10.0;

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
    /// Coupled cells make a unit with what lies between them, if it is not too large and they share their arithmetic; cells
    /// joined by pointers in any case.
    pub(crate) fn of(blueprint: &Blueprint, options: &Options) -> Self {
        let Blueprint { cells, transfers, .. } = blueprint;
        let mut pairs: Vec<(usize, usize)> = transfers.iter().filter_map(pair).filter(|(a, b)| a != b).collect();
        let joined = joined_by_pointers(blueprint);
        pairs.extend((0..cells.len()).filter(|&cell| joined[cell]).map(|cell| (cell, cell + 1)));
        let numerics = numerics(blueprint, &pairs, options);
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

/// The room that a cell takes, in nodes.
fn size(cell: &CellBlueprint) -> usize {
    const POINTS_PER_NODE: usize = 3;
    let points: usize = cell.placed.iter().filter(|placed| is_point(placed)).map(|placed| placed.nodes.len()).sum();
    cell.cable.len() + points / POINTS_PER_NODE
}

/// Whether each cell must be in one group with the next one, because a pointer leads across the boundary between them.
fn joined_by_pointers(blueprint: &Blueprint) -> Vec<bool> {
    let mut joined = vec![false; blueprint.cells.len()];
    for Pointer { pointer, target } in &blueprint.pointers {
        if let (Some(a), Some(b)) = (pointer.cell(), target.cell()) {
            joined[a.min(b)..a.max(b)].fill(true);
        }
    }
    joined
}

/// Whether the numbers of a pointer's mechanism depend on the order in which instances are computed, as NEURON does: it sees
/// what mechanisms do within a step, or changes it.
fn depends_on_order(blueprint: &Blueprint, &Pointer { pointer, target }: &Pointer) -> bool {
    let Quantity::Membrane { cell, placed, column, .. } = pointer else { return false };
    let role = blueprint.cells[cell].placed[placed].mechanism.signature().variable(column).role;
    matches!(target, Quantity::Membrane { .. }) || role == Role::Pointer { written: true }
}

/// The cells of source and target.
fn pair(transfer: &Transfer) -> Option<(usize, usize)> {
    Some((transfer.source.cell()?, transfer.target.cell()?))
}

/// The arithmetic of each cell: that of the profile, or exact where a cell, or one that is coupled to it through however
/// many others, would not stay within the profile's promise.
fn numerics(blueprint: &Blueprint, pairs: &[(usize, usize)], options: &Options) -> Vec<Numerics> {
    let (cells, played) = (&blueprint.cells, played_currents(blueprint));
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); cells.len()];
    for &(a, b) in pairs {
        neighbours[a].push(b);
        neighbours[b].push(a);
    }
    let mut numerics = vec![options.numerics; cells.len()];
    let mut known = HashMap::new();
    let mut exact: Vec<usize> = (0..cells.len())
        .filter(|&cell| amplifies(&cells[cell], &mut known) || needs_exact(&cells[cell], played[cell], options))
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

/// Whether a cell has a mechanism that amplifies rounding errors; of what many cells share the answer is `known`.
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

/// Whether a cell has a piece so short and thick that its equations amplify rounding errors, or is driven far out by injected currents, to which waveforms add `played` nA.
fn needs_exact(cell: &CellBlueprint, played: f64, options: &Options) -> bool {
    /// From nA ms / (um2 uF/cm2) to mV.
    const TO_MV: f64 = 1e5;
    if cell.cable.stiffness(options.dt) > LARGEST_STIFFNESS {
        return true;
    }
    let current = injected_current(cell) + played; // nA
    let capacitance = || cell.cable.area.iter().zip(&cell.cable.capacitance).map(|(area, cm)| area * cm).sum::<f64>();
    current > 0.0 && TO_MV * current * options.dt > LARGEST_DRIVE * capacitance()
}

/// Whether a variable is the strength of a current that a point process injects.
fn is_injected(signature: &Signature, column: usize) -> bool {
    let variable = signature.variable(column);
    variable.role == Role::Parameter && &*variable.unit == "nA"
}

/// The most that the point processes of a cell may inject together, nA.
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

/// The most that waveforms may add to the injected current of each cell, nA.
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
