//! A circuit built from a configuration, and printed descriptions of it.

use std::fmt;

use loligo::Estimate;

use crate::configuration::apply;
use crate::configuration::apply::Changes;
use crate::configuration::check_connections::ConnectionReport;
use crate::configuration::error::ConfigurationError;
use crate::configuration::load_balance::{BalanceReason, LoadBalanceMode};
use crate::configuration::node_sets::Node;
use crate::model_file::model::Model;

/// A circuit with its configuration applied, ready for [`Simulation::new`](loligo::Simulation::new).
#[derive(Clone, Debug)]
pub struct ConfiguredCircuit {
    /// The circuit: network, options, end time.
    pub model: Model,
    /// Warnings and conflicts of the connection overrides.
    pub connections: ConnectionReport,
    /// Number of connections of each override.
    pub overridden: Vec<usize>,
    /// Numbers of the changes made.
    pub changes: Changes,
    /// The distribution of cells to ranks, and the reason if the configuration has no `lb_mode`.
    pub load_balance: (LoadBalanceMode, Option<BalanceReason>),
}

impl ConfiguredCircuit {
    /// The size of the circuit.
    pub fn stats(&self) -> ModelStats {
        let network = &self.model.network;
        let sections = network.cells.iter().flat_map(|cell| &cell.sections);
        ModelStats {
            cells: network.cells.len(),
            artificial_cells: network.artificial_cells.len(),
            sections: sections.clone().count(),
            compartments: sections.map(|section| section.segments()).sum(),
            point_processes: network.cells.iter().map(|cell| cell.points.len()).sum(),
            connections: apply::connected(network).count(),
            gap_junctions: network.gap_junctions.len(),
        }
    }

    /// Estimates the resources of a run for each of some ranks: a dry run.
    ///
    /// # Errors
    /// A circuit that cannot be run.
    pub fn dry_run(&self, ranks: usize) -> Result<DryRun, ConfigurationError> {
        let Model { network, options, tstop, .. } = &self.model;
        let estimate = network.estimate(options)?;
        let steps = (tstop / options.dt).round();
        let ranks = ranks.max(1);
        let shares = (ranks * options.threads.max(1)) as f64;
        Ok(DryRun {
            ranks,
            memory_per_rank: estimate.memory / ranks as f64,
            time: steps * estimate.step / shares,
            estimate,
        })
    }

    /// Describes the connections onto a cell, or from one cell to another, in words: for one gid or two.
    ///
    /// # Errors
    /// A gid that does not exist.
    pub fn describe_connections(&self, gids: &[u64]) -> Result<Vec<String>, ConfigurationError> {
        let network = &self.model.network;
        let cell = |&gid: &u64| {
            let found = (0..network.cells.len()).find(|&cell| network.gid(cell) == gid);
            found.map(Node::Cell).ok_or(ConfigurationError::NoSuchGid { gid })
        };
        let cells: Vec<Node> = gids.iter().map(cell).collect::<Result<_, _>>()?;
        let is_wanted = |source: Node, target: Node| match cells[..] {
            [] => false,
            [onto] => target == onto,
            [from, onto, ..] => source == from && target == onto,
        };
        let wanted = apply::connected(network).filter(|&(_, source, target)| is_wanted(source, target));
        let words = wanted.filter_map(|(index, source, target)| {
            let connection = network.connections.get(index)?;
            let (source, target) = (self.name_of(source), self.name_of(target));
            let (weight, delay) = (connection.weight, connection.delay);
            Some(format!("connection {index}: {source} -> {target}, weight {weight:?}, delay {delay} ms"))
        });
        Ok(words.collect())
    }

    fn name_of(&self, node: Node) -> &str {
        let network = &self.model.network;
        match node {
            Node::Cell(cell) => &network.cells[cell].name,
            Node::Artificial(cell) => &network.artificial_cells[cell].name,
        }
    }

    /// Describes the sections and point processes of a cell in words.
    ///
    /// # Errors
    /// A gid that does not exist.
    pub fn describe_cell(&self, gid: u64) -> Result<Vec<String>, ConfigurationError> {
        let network = &self.model.network;
        let index = (0..network.cells.len()).find(|&cell| network.gid(cell) == gid);
        let index = index.ok_or(ConfigurationError::NoSuchGid { gid })?;
        let cell = &network.cells[index];
        let mut lines = vec![format!("cell {gid}: {}", cell.name)];
        lines.extend(cell.sections.iter().map(|section| {
            let (ra, cm) = (section.axial_resistance, section.membrane_capacitance);
            format!("  section {}: {} segments, Ra {ra} ohm cm, cm {cm} uF/cm2", section.name, section.segments())
        }));
        lines.extend(cell.points.iter().map(|point| {
            let section = cell.sections.get(point.section).map_or("", |section| section.name.as_str());
            format!("  {} {}: {section}({})", point.mechanism.name, point.name, point.x)
        }));
        lines.extend(cell.own.iter().map(|(parameter, value)| format!("  own value: {parameter:?} = {value}")));
        Ok(lines)
    }
}

/// The size of a circuit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelStats {
    /// Cells with membrane.
    pub cells: usize,
    /// Artificial cells.
    pub artificial_cells: usize,
    /// Sections.
    pub sections: usize,
    /// Segments.
    pub compartments: usize,
    /// Point processes on cells.
    pub point_processes: usize,
    /// Connections with a source and a target.
    pub connections: usize,
    /// Gap junctions.
    pub gap_junctions: usize,
}

impl fmt::Display for ModelStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cells, artificial_cells, sections, compartments, point_processes, connections, gap_junctions } =
            self;
        write!(
            f,
            "{cells} cells, {artificial_cells} artificial cells, {sections} sections, {compartments} compartments, \
             {point_processes} point processes, {connections} connections, {gap_junctions} gap junctions"
        )
    }
}

/// Estimated resources of a run, which may be wrong by a factor of two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DryRun {
    /// The number of ranks.
    pub ranks: usize,
    /// Memory of each rank, bytes, for an even distribution of the cells.
    pub memory_per_rank: f64,
    /// Wall-clock time of the run, s, without events.
    pub time: f64,
    /// The estimate for the whole circuit.
    pub estimate: Estimate,
}

impl fmt::Display for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ranks, memory_per_rank, time, .. } = self;
        let noun = if *ranks == 1 { "rank" } else { "ranks" };
        write!(
            f,
            "dry run: on {ranks} {noun} about {:.1} MB each, and {time:.2} s without events",
            memory_per_rank / 1e6
        )
    }
}
