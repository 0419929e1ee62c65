//! What a run will need, before it is started.

use std::collections::HashSet;
use std::sync::Arc;

use loligo_mechanisms::Numerics;

use crate::blueprint::{Blueprint, CellBlueprint};
use crate::cost::{compartments_of, is_point, states_of, step_of};
use crate::coupling::Coupling;
use crate::epoch::Epoch;
use crate::options::Options;

/// What a run needs: an estimate from what others needed on one kind of processor (Zen 5, AVX-512), which may be
/// wrong by a factor of two elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Memory at the peak, bytes, without samples and waiting events.
    pub memory: f64,
    /// Time of a step on one thread, s, without events.
    pub step: f64,
    /// Segments of all cells.
    pub compartments: usize,
    /// Point processes on all cells.
    pub point_processes: usize,
    /// The steps between two exchanges of spikes.
    pub epoch: Epoch,
}

impl Estimate {
    /// What a blueprint needs with these options.
    pub fn of(blueprint: &Blueprint, options: &Options) -> Self {
        // `Exact` evaluates every formula as it is written, one instance at a time.
        const EXACT: f64 = 5.0;
        /// What a step takes in which there is nothing to compute, ns.
        const STEP: f64 = 700.0;
        let cells = &blueprint.cells;
        let coupling = Coupling::of(blueprint, options);
        let factor = if options.numerics == Numerics::Exact { EXACT } else { 1.0 };
        let points_of = |cell: &CellBlueprint| {
            cell.placed.iter().filter(|placed| is_point(placed)).map(|placed| placed.nodes.len()).sum::<usize>()
        };
        Self {
            memory: memory(blueprint),
            step: 1e-9 * (STEP + factor * cells.iter().map(step_of).sum::<f64>()),
            compartments: cells.iter().map(compartments_of).sum(),
            point_processes: cells.iter().map(points_of).sum(),
            epoch: Epoch::of(blueprint, coupling.lockstep, options),
        }
    }
}

/// Memory at the peak, bytes, about: measured of 1,000,000 compartments (docs/performance.md).
fn memory(blueprint: &Blueprint) -> f64 {
    /// The program itself.
    const PROGRAM: f64 = 1e7;
    const NODE: f64 = 50.0;
    const COMPARTMENT: f64 = 80.0;
    const INSTANCE: f64 = 9.0;
    const POINT: f64 = 35.0;
    const STATE: f64 = 8.0;
    const CONNECTION: f64 = 76.0;
    const CELL: f64 = 250.0;
    const ARTIFICIAL_CELL: f64 = 700.0;
    /// What is kept once for all cells of one description.
    const DESCRIBED_COMPARTMENT: f64 = 90.0;
    const DESCRIBED_POINT: f64 = 90.0;
    let (mut cables, mut descriptions) = (HashSet::new(), HashSet::new());
    let of_cell = |cell: &CellBlueprint| {
        let new_cable = cables.insert(Arc::as_ptr(&cell.cable));
        let new_description = descriptions.insert(Arc::as_ptr(&cell.placed));
        let compartment = COMPARTMENT + if new_cable { DESCRIBED_COMPARTMENT } else { 0.0 };
        let point = POINT + if new_description { DESCRIBED_POINT } else { 0.0 };
        let mechanisms = cell.placed.iter().map(|placed| {
            let instance = if is_point(placed) { point } else { INSTANCE };
            placed.nodes.len() as f64 * (instance + STATE * states_of(placed))
        });
        CELL + NODE * cell.cable.len() as f64 + compartment * compartments_of(cell) as f64 + mechanisms.sum::<f64>()
    };
    let artificial: usize = blueprint.populations.iter().map(|population| population.block.len()).sum();
    PROGRAM
        + blueprint.cells.iter().map(of_cell).sum::<f64>()
        + CONNECTION * blueprint.connections.len() as f64
        + ARTIFICIAL_CELL * artificial as f64
}
