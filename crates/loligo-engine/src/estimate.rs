//! An estimate of the time and memory that a run takes, before it is started.

use std::collections::HashSet;
use std::sync::Arc;

use loligo_mechanisms::{Block, ColumnView, FunctionTable, Numerics};

use crate::blueprint::{Blueprint, CellBlueprint};
use crate::cache;
use crate::census::ConnectionCensus;
use crate::cost::{compartments_of, is_point, states_of, step_of};
use crate::coupling::Coupling;
use crate::epoch::Epoch;
use crate::options::Options;

/// Time and memory of a run, estimated from measurements on one kind of processor (Zen 5, AVX-512). On other processors
/// the time may differ by a factor of two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Peak memory, bytes, excluding samples that are kept in memory and pending events.
    pub memory: f64,
    /// Time of a step on one thread, s, without events.
    pub step: f64,
    /// Number of segments of all cells.
    pub compartments: usize,
    /// Number of point processes on all cells.
    pub point_processes: usize,
    /// The steps between two exchanges of spikes.
    pub epoch: Epoch,
    /// The numbers from which the memory is estimated.
    pub counts: ModelCounts,
}

impl Estimate {
    /// The estimate for a blueprint with these options.
    pub fn of(blueprint: &Blueprint, options: &Options) -> Self {
        Self::with_connections(blueprint, &ConnectionCensus::of(blueprint), options)
    }

    /// The estimate for a blueprint with these options, and with these connections in place of its own.
    pub fn with_connections(blueprint: &Blueprint, connections: &ConnectionCensus, options: &Options) -> Self {
        // `Exact` evaluates every formula as written, one instance at a time.
        const EXACT: f64 = 5.0;
        /// Time of an empty step, ns.
        const STEP: f64 = 700.0;
        let cells = &blueprint.cells;
        let coupling = Coupling::of(blueprint, options);
        let factor = if options.numerics == Numerics::Exact { EXACT } else { 1.0 };
        let counts = ModelCounts::of(blueprint, connections);
        Self {
            memory: counts.memory(),
            step: 1e-9 * (STEP + factor * cells.iter().map(step_of).sum::<f64>()),
            compartments: counts.compartments as usize,
            point_processes: counts.points as usize,
            epoch: Epoch::of(connections, coupling.lockstep, options),
            counts,
        }
    }
}

/// Counts of all objects that a run keeps in memory. Objects that are shared by cells with one description
/// are called *described*.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ModelCounts {
    /// Cells with membrane.
    pub cells: f64,
    /// Nodes of the cells' trees.
    pub nodes: f64,
    /// Segments.
    pub compartments: f64,
    /// Instances of density mechanisms and ions.
    pub instances: f64,
    /// Their states, and their parameters that differ between segments.
    pub instance_values: f64,
    /// Point processes, including the sides of gap junctions.
    pub points: f64,
    /// Their states, and their parameters that differ between instances.
    pub point_values: f64,
    /// Values specific to single cells.
    pub own_values: f64,
    /// Described sections.
    pub described_sections: f64,
    /// 3-D points of described sections.
    pub described_shape_points: f64,
    /// Nodes of described trees.
    pub described_nodes: f64,
    /// Described instances of density mechanisms and ions.
    pub described_instances: f64,
    /// Described point processes.
    pub described_points: f64,
    /// Columns of the described mechanisms.
    pub described_columns: f64,
    /// Lists of numbers that are given to instances.
    pub vectors: f64,
    /// Numbers in those lists and in function tables that are not shared.
    pub vector_values: f64,
    /// Artificial cells.
    pub artificial_cells: f64,
    /// Artificial cells whose description is not shared.
    pub artificial_descriptions: f64,
    /// Sources of spikes.
    pub sources: f64,
    /// Connections.
    pub connections: f64,
    /// Weights beyond the first of each connection, and given events.
    pub more_of_connections: f64,
    /// Transfers; a gap junction has two.
    pub transfers: f64,
    /// Played waveforms.
    pub waveforms: f64,
    /// Points of waveforms that are not shared.
    pub waveform_points: f64,
    /// Recordings.
    pub recordings: f64,
    /// Bytes of text that describe the model.
    pub text: f64,
}

/// Lists of numbers and function tables, each counted once.
#[derive(Default)]
struct HandedIn {
    vectors: HashSet<*const f64>,
    tables: HashSet<*const FunctionTable>,
    numbers: f64,
}

impl HandedIn {
    fn add(&mut self, block: &Block, tables: &[Arc<FunctionTable>]) {
        for vector in block.vectors.iter().filter(|vector| self.vectors.insert(vector.as_ptr())) {
            self.numbers += vector.len() as f64;
        }
        for table in tables.iter().filter(|table| self.tables.insert(Arc::as_ptr(table))) {
            self.numbers += table.size() as f64;
        }
    }
}

/// The memory of one part of a model, and a remedy if it is too much.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryPart {
    /// Memory, bytes.
    pub bytes: f64,
    /// Description of the part, with its count.
    pub what: String,
    /// A change of the model that reduces it.
    pub remedy: &'static str,
}

impl ModelCounts {
    /// The program itself, bytes.
    const PROGRAM: f64 = 1.0e7;

    /// A group beside its cells, bytes. Measured with caches of 256 KiB to 1 MiB: 54,000 to 62,000, with synapses up to 109,000.
    const GROUP: f64 = 5.5e4;

    /// Counts the objects of a blueprint, with these connections; texts, sections and 3-D points are not
    /// included.
    pub fn of(blueprint: &Blueprint, connections: &ConnectionCensus) -> Self {
        let mut counts = Self {
            artificial_cells: blueprint.populations.iter().map(|population| population.block.len() as f64).sum(),
            sources: blueprint.sources.len() as f64,
            connections: connections.connections as f64,
            more_of_connections: (connections.more_weights + blueprint.events.len()) as f64,
            transfers: blueprint.transfers.len() as f64,
            waveforms: blueprint.waveforms.len() as f64,
            recordings: blueprint.recordings.len() as f64,
            ..Self::default()
        };
        let mut known = HashSet::new();
        for (_, waveform) in &blueprint.waveforms {
            if known.insert(waveform.address()) {
                counts.waveform_points += waveform.times().len() as f64;
            }
        }
        let mut lists = HandedIn::default();
        for population in &blueprint.populations {
            counts.vectors += population.block.vectors.len() as f64;
            lists.add(&population.block, &population.tables);
        }
        let mut cables = HashSet::new();
        // Cells of one description are often adjacent.
        let mut last: Option<(*const _, Self)> = None;
        let mut descriptions = HashSet::new();
        for cell in &blueprint.cells {
            let description = Arc::as_ptr(&cell.placed);
            let of_cell = match last {
                Some((known, of_cell)) if known == description => of_cell,
                _ => Self::of_description(cell),
            };
            last = Some((description, of_cell));
            counts.add_cells(&of_cell, 1.0);
            counts.own_values += cell.own.len() as f64;
            counts.instance_values += cell.own.iter().map(|(places, _)| places.len() as f64).sum::<f64>();
            if cables.insert(Arc::as_ptr(&cell.cable)) {
                counts.described_nodes += of_cell.nodes;
            }
            if descriptions.insert(description) {
                counts.described_instances += of_cell.instances;
                counts.described_points += of_cell.points;
                counts.described_columns += cell.placed.iter().map(|placed| placed.block.width() as f64).sum::<f64>();
                cell.placed.iter().for_each(|placed| lists.add(&placed.block, &placed.tables));
            }
        }
        counts.vector_values = lists.numbers;
        counts
    }

    /// The counts of one cell.
    fn of_description(cell: &CellBlueprint) -> Self {
        let mut counts = Self {
            cells: 1.0,
            nodes: cell.cable.len() as f64,
            compartments: compartments_of(cell) as f64,
            ..Self::default()
        };
        for placed in cell.placed.iter() {
            let instances = placed.nodes.len() as f64;
            let is_each = |column: &usize| matches!(placed.block.column(*column), ColumnView::Each(_));
            counts.vectors += placed.block.vectors.len() as f64;
            let values = instances * (states_of(placed) + (0..placed.block.width()).filter(is_each).count() as f64);
            if is_point(placed) {
                counts.points += instances;
                counts.point_values += values;
            } else {
                counts.instances += instances;
                counts.instance_values += values;
            }
        }
        counts
    }

    /// Adds `cells` cells with the counts of `one`; shared objects are not added.
    pub fn add_cells(&mut self, one: &Self, cells: f64) {
        self.cells += cells;
        self.nodes += cells * one.nodes;
        self.compartments += cells * one.compartments;
        self.instances += cells * one.instances;
        self.instance_values += cells * one.instance_values;
        self.points += cells * one.points;
        self.point_values += cells * one.point_values;
        self.own_values += cells * one.own_values;
        self.vectors += cells * one.vectors;
    }

    /// Peak memory, bytes, excluding samples that are kept in memory and pending events: the larger of that of the run
    /// and that of reading the model's text and morphologies.
    pub fn memory(&self) -> f64 {
        let run = self.parts().iter().map(|part| part.bytes).sum::<f64>();
        let reading = 62.0 * self.text + 1000.0 * self.described_sections + 150.0 * self.described_shape_points;
        Self::PROGRAM + run.max(reading)
    }

    /// Memory of the program itself, bytes, which is part of [`memory`](Self::memory).
    pub fn memory_of_program(&self) -> f64 {
        Self::PROGRAM
    }

    /// The parts of the memory, the largest first.
    pub fn parts(&self) -> Vec<MemoryPart> {
        let part = |bytes: f64, what: String, remedy| MemoryPart { bytes, what, remedy };
        // A run on one thread has so many groups beside the first one (`Options::group_nodes`).
        let groups = (self.nodes / cache::nodes().max(1) as f64).floor();
        let cells = Self::GROUP * groups
            + 435.0 * self.cells
            + 45.0 * self.nodes
            + 80.0 * self.compartments
            + 12.0 * self.instances
            + 8.0 * self.instance_values
            + 64.0 * self.own_values;
        let described = 50.0 * self.described_sections
            + 40.0 * self.described_shape_points
            + 100.0 * self.described_nodes
            + 15.0 * self.described_instances
            + 7.0 * self.described_columns;
        let points = 47.0 * self.points + 8.0 * self.point_values + 120.0 * self.described_points;
        let mut parts = vec![
            part(
                cells,
                format!("{} cells with {} compartments", self.cells, self.compartments),
                "lower \"count\", or give fewer segments",
            ),
            part(
                described,
                format!("{} sections that are described by themselves", self.described_sections),
                "give fewer sections or points, or cells that share a description",
            ),
            part(points, format!("{} point processes", self.points), "place fewer, or lower \"count\""),
            part(
                89.0 * self.connections + 150.0 * self.sources + 40.0 * self.more_of_connections,
                format!("{} connections from {} sources", self.connections, self.sources),
                "lower the probability or in_degree of connections, or the number of cells",
            ),
            part(
                32.0 * self.vectors + 8.0 * self.vector_values,
                format!("{} lists of numbers that are handed in to mechanisms", self.vectors),
                "give shorter lists or function tables, or give them to fewer instances",
            ),
            part(
                400.0 * self.artificial_cells + 480.0 * self.artificial_descriptions,
                format!("{} artificial cells", self.artificial_cells),
                "lower their \"count\"",
            ),
            part(
                290.0 * self.transfers,
                format!("{} transfers and sides of gap junctions", self.transfers),
                "join fewer cells",
            ),
            part(
                330.0 * self.waveforms + 16.0 * self.waveform_points,
                format!("{} played waveforms of {} points", self.waveforms, self.waveform_points),
                "play them onto fewer places, or lengthen the step of their samples",
            ),
            part(480.0 * self.recordings, format!("{} recordings", self.recordings), "record fewer places"),
        ];
        parts.sort_by(|a, b| b.bytes.total_cmp(&a.bytes));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_models::{MIDDLE, builtin, cable, cell, passive, placed, ring, voltage_of};
    use crate::{Recording, VariablePlace, Waveform};

    fn counts(blueprint: &Blueprint) -> ModelCounts {
        ModelCounts::of(blueprint, &ConnectionCensus::of(blueprint))
    }

    #[test]
    fn what_cells_share_is_described_once() {
        let one =
            cell(&cable(3), vec![placed(&builtin("hh"), 0, &[1, 2, 3]), placed(&builtin("ExpSyn"), 1, &[MIDDLE; 2])]);
        let nodes = one.cable.len() as f64;
        let counts = counts(&Blueprint { cells: vec![one.clone(), one.clone(), one], ..Blueprint::default() });
        assert_eq!((counts.cells, counts.nodes, counts.compartments), (3.0, 3.0 * nodes, 9.0));
        assert_eq!((counts.instances, counts.points), (9.0, 6.0));
        // hh has three states, ExpSyn one.
        assert_eq!((counts.instance_values, counts.point_values), (27.0, 6.0));
        assert_eq!((counts.described_nodes, counts.described_instances, counts.described_points), (nodes, 3.0, 2.0));
    }

    #[test]
    fn values_of_ones_own_and_those_that_differ_are_counted() {
        let mut varied = placed(&builtin("pas"), 0, &[1, 2]);
        varied.block.set(0, 1, 0.5); // S/cm2
        let mut own = cell(&cable(2), vec![varied]);
        let place = |instance| VariablePlace { placed: 0, column: 1, instance };
        own.own = vec![(Arc::new([place(0), place(1)]), -60.0)];
        let counts = counts(&Blueprint { cells: vec![own], ..Blueprint::default() });
        assert_eq!((counts.own_values, counts.instance_values), (1.0, 2.0 + 2.0));
    }

    #[test]
    fn what_is_around_the_cells_is_counted() {
        let mut blueprint = ring(4, 0.0);
        let waveform = Waveform::steps(vec![1.0, 2.0], vec![0.0, 0.0]);
        blueprint.waveforms = vec![(voltage_of(0), waveform.clone()), (voltage_of(1), waveform)];
        blueprint.recordings = vec![Recording { quantity: voltage_of(0), every: 1 }; 5];
        let counts = counts(&blueprint);
        assert_eq!((counts.connections, counts.sources, counts.more_of_connections), (4.0, 8.0, 1.0));
        assert_eq!((counts.waveforms, counts.waveform_points, counts.recordings), (2.0, 2.0, 5.0));
    }

    #[test]
    fn lists_that_are_shared_are_counted_once() {
        let list: Arc<[f64]> = [1.0, 2.0, 3.0].into();
        let mut listed = placed(&builtin("pas"), 0, &[1, 2]);
        listed.block.vectors = vec![Arc::clone(&list), list];
        listed.tables = [Arc::default()].into();
        let cells = vec![cell(&cable(2), vec![listed.clone()]), cell(&cable(2), vec![listed])];
        let counts = counts(&Blueprint { cells, ..Blueprint::default() });
        assert_eq!((counts.vectors, counts.vector_values), (4.0, 3.0 + 1.0));
    }

    #[test]
    fn the_memory_is_the_sum_of_its_parts_the_largest_first() {
        let counts = counts(&ring(4, 0.0));
        let parts = counts.parts();
        assert!(parts.is_sorted_by(|a, b| a.bytes >= b.bytes));
        let sum: f64 = parts.iter().map(|part| part.bytes).sum();
        assert!((counts.memory() - counts.memory_of_program() - sum).abs() < 1e-6);
        let read = ModelCounts { text: 1e9, ..counts };
        assert!((read.memory() - 62e9) / 62e9 < 0.01, "reading a long text takes more than the run");
    }

    #[test]
    fn more_cells_are_as_many_times_the_memory_of_one() {
        let one = counts(&Blueprint { cells: vec![passive(Vec::new())], ..Blueprint::default() });
        let mut added = ModelCounts::default();
        added.add_cells(&one, 10.0);
        let ten = counts(&Blueprint { cells: vec![passive(Vec::new()); 10], ..Blueprint::default() });
        assert_eq!((added.cells, added.nodes, added.instances), (ten.cells, ten.nodes, ten.instances));
        assert_eq!(added.described_nodes, 0.0);
    }

    #[test]
    fn exact_arithmetic_takes_five_times_as_long_and_steps_have_a_least_time() {
        let blueprint = ring(1000, 0.0);
        let of = |numerics| Estimate::of(&blueprint, &Options { numerics, ..Options::default() });
        let (fast, exact) = (of(Numerics::Fast), of(Numerics::Exact));
        assert!(((exact.step - 700e-9) / (fast.step - 700e-9) - 5.0).abs() < 1e-9);
        assert_eq!((fast.epoch.steps, exact.epoch.steps, fast.compartments), (39, 1, 1000));
        assert_eq!(fast.point_processes, 2000);
        let nothing = Estimate::of(&Blueprint::default(), &Options::default());
        assert!((nothing.step - 700e-9).abs() < 1e-15); // s
    }
}
