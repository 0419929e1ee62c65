//! Applies a configuration to its circuit.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use loligo::{Connection, ConnectionView, Mechanism, Network, ParameterRef, SourceRef, TargetRef};
use loligo_io::closest;
use loligo_mechanisms::{Catalogue, Role, Signature};
use loligo_random::{Distribution, Sampler, Seeds};

use crate::configuration::check_connections::Pathway;
use crate::configuration::connection_override::{AssignedVariable, Assignment, ConnectionOverride};
use crate::configuration::error::ConfigurationError;
use crate::configuration::node_sets::{Node, listed, population_of};
use crate::configuration::options::{Feature, RestrictConnectivity};
use crate::configuration::simulation_config::SimulationConfig;
use crate::configuration::source_text::OptionFault;
use crate::model_file::limits;

/// The mechanisms that stimulate a cell, and the parameters of each that are 0 when it is off.
const STIMULI: [(&str, &[&str]); 5] = [
    ("IClamp", &["dur"]),
    ("SEClamp", &["dur1", "dur2", "dur3"]),
    ("VClamp", &["dur[0]", "dur[1]", "dur[2]"]),
    ("MembraneCurrentSource", &["dur"]),
    ("ConductanceSource", &["dur1", "dur2", "dur3"]),
];

/// The delay of spontaneous release, ms, as in neurodamus.
const MINIS_DELAY: f64 = 0.1;

/// Numbers of the changes made, for the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Connections whose weight, delay, synapse or spontaneous release was overridden.
    pub overridden_connections: usize,
    /// Connections that are not made, because of weight 0 or `restrict_connectivity`.
    pub unmade_connections: usize,
    /// Weights that are changed during the run.
    pub delayed_weights: usize,
    /// Parameters of synapses that were assigned.
    pub assigned_parameters: usize,
    /// Events of spontaneous release.
    pub minis: usize,
    /// Stimuli that are switched off.
    pub silent_stimuli: usize,
    /// Cells that are removed.
    pub left_out_cells: usize,
    /// Gap junctions that are removed, with a cell or by `restrict_connectivity`; those made by two `HalfGap` and
    /// transfers count once per side.
    pub left_out_gap_junctions: usize,
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.overridden_connections, "connections overridden"),
            (self.unmade_connections, "connections not made"),
            (self.delayed_weights, "weights that change during the run"),
            (self.assigned_parameters, "parameters of synapses assigned"),
            (self.minis, "events of spontaneous release"),
            (self.silent_stimuli, "stimuli off"),
            (self.left_out_cells, "cells left out"),
            (self.left_out_gap_junctions, "gap junctions left out"),
        ];
        let words: Vec<_> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        f.write_str(if words.is_empty() { "the circuit is as its file says" } else { "" })?;
        f.write_str(&words.join(", "))
    }
}

/// The source node of a connection.
fn source_of(network: &Network, connection: &ConnectionView<'_>) -> Option<Node> {
    match connection.source? {
        SourceRef::Artificial(cell) => Some(Node::Artificial(*cell)),
        SourceRef::Point { cell, .. } => Some(Node::Cell(*cell)),
        SourceRef::Variable(loligo::VariableRef::Artificial { cell, .. }) => Some(Node::Artificial(*cell)),
        SourceRef::Variable(variable) => network.cell_of(variable).map(Node::Cell),
    }
}

/// The target node of a connection.
fn target_of(connection: &ConnectionView<'_>) -> Option<Node> {
    connection.target.map(|target| match target {
        TargetRef::Point { cell, .. } => Node::Cell(cell),
        TargetRef::Artificial(cell) => Node::Artificial(cell),
    })
}

/// Source and target of each connection that has both.
pub(super) fn connected(network: &Network) -> impl Iterator<Item = (usize, Node, Node)> {
    let connections = network.connections.iter().enumerate();
    connections
        .filter_map(|(index, connection)| Some((index, source_of(network, &connection)?, target_of(&connection)?)))
}

/// A set of nodes with fast look-up.
struct Members {
    cells: Vec<bool>,
    artificial: Vec<bool>,
}

impl Members {
    fn of(network: &Network, nodes: &BTreeSet<Node>) -> Self {
        let cells = (0..network.cells.len()).map(|cell| nodes.contains(&Node::Cell(cell)));
        let artificial = (0..network.artificial_cells.len()).map(|cell| nodes.contains(&Node::Artificial(cell)));
        Self { cells: cells.collect(), artificial: artificial.collect() }
    }

    fn contains(&self, node: Node) -> bool {
        match node {
            Node::Cell(cell) => self.cells[cell],
            Node::Artificial(cell) => self.artificial[cell],
        }
    }
}

/// An override with its nodes.
struct Block<'a> {
    block: &'a ConnectionOverride,
    sources: Members,
    targets: Members,
    assignments: Vec<Assignment>,
}

/// The result of the overrides for one connection.
#[derive(Default)]
struct Outcome {
    factor: Option<f64>,
    delay: Option<f64>,
    /// Rate, Hz, and index of the override that gives it.
    minis: Option<(f64, usize)>,
    /// Times (ms) and factors.
    later: Vec<(f64, f64)>,
    touched: bool,
}

impl Outcome {
    /// `true` if it has weight 0 and no later override gives it another.
    fn is_unmade(&self) -> bool {
        self.factor == Some(0.0) && self.later.is_empty()
    }

    /// Times (ms) and values of later changes of its weight.
    fn later_weights(&self, network: &Network, index: usize) -> Vec<(f64, f64)> {
        let weight = network.connections.get(index).and_then(|connection| connection.weight.first().copied());
        self.later.iter().map(|&(t, factor)| (t, weight.unwrap_or(0.0) * factor)).collect()
    }
}

/// The error of an override with too much spontaneous release.
fn too_many_minis(position: usize, count: f64) -> OptionFault {
    let option = format!("connection_overrides[{position}].spont_minis");
    let limit = limits::SPIKES;
    let error = ConfigurationError::TooManyMinis { count: count.ceil(), limit };
    OptionFault::new(option, error)
}

impl SimulationConfig {
    /// Applies the connection overrides to the connections of their pathways; `duration` (ms) is that of spontaneous
    /// release, `takes_part` selects the nodes that are simulated. `overridden` receives the number of connections of
    /// each override.
    pub(super) fn override_connections(
        &self,
        network: &mut Network,
        pathways: &[Pathway<'_>],
        duration: f64,
        takes_part: &dyn Fn(Node) -> bool,
        changes: &mut Changes,
        overridden: &mut Vec<usize>,
    ) -> Vec<OptionFault> {
        let mut errors = Vec::new();
        let mut blocks = Vec::new();
        for (index, Pathway { block, sources, targets }) in pathways.iter().enumerate() {
            let assignments = block.assignments().unwrap_or_else(|error| {
                errors.push(OptionFault::new(format!("connection_overrides[{index}].synapse_configure"), error));
                Vec::new()
            });
            blocks.push(Block {
                block,
                sources: Members::of(network, sources),
                targets: Members::of(network, targets),
                assignments: if self.options.allows(Feature::SynConfigure) { assignments } else { Vec::new() },
            });
        }
        if blocks.is_empty() {
            return errors;
        }
        *overridden = vec![0; blocks.len()];
        let mut synapses = Synapses::default();
        // The number of connections so far, by target.
        let mut synapse_of_target: HashMap<Node, u32> = HashMap::new();
        let releases = self.options.allows(Feature::SpontMinis);
        let mut minis = Vec::new();
        let mut expected_minis = 0.0;
        for (index, source, target) in connected(network).collect::<Vec<_>>() {
            let synapse = synapse_of_target.entry(target).or_default();
            let number = *synapse;
            *synapse += 1;
            let mut outcome = Outcome::default();
            for (position, block) in blocks.iter().enumerate() {
                if !(block.sources.contains(source) && block.targets.contains(target)) {
                    continue;
                }
                outcome.touched = true;
                overridden[position] += 1;
                if block.block.delay > 0.0 {
                    outcome.later.extend(block.block.weight.map(|weight| (block.block.delay, weight)));
                    continue;
                }
                outcome.factor = block.block.weight.or(outcome.factor);
                outcome.delay = block.block.synapse_delay_override.or(outcome.delay);
                outcome.minis = block.block.spont_minis.map(|rate| (rate, position)).or(outcome.minis);
                if let Some(target) = network.connections.get(index).and_then(|connection| connection.target) {
                    synapses.assign(network, target, position, block, &mut errors, changes);
                }
            }
            if outcome.touched {
                changes.overridden_connections += 1;
                let is_made = !outcome.is_unmade()
                    && !self.options.restrict_connectivity.leaves_out(source)
                    && takes_part(source)
                    && takes_part(target);
                if let Some((rate, position)) = outcome.minis.filter(|(rate, _)| *rate > 0.0 && is_made && releases) {
                    expected_minis += rate * duration / 1000.0;
                    if expected_minis > limits::SPIKES as f64 {
                        errors.push(too_many_minis(position, expected_minis));
                        return errors;
                    }
                    let released = self.release(network, index, target, number, rate, duration, &outcome);
                    minis.extend(released.map(|connection| (connection, outcome.later_weights(network, index))));
                }
                change(network, index, &outcome, changes);
            }
        }
        for (connection, later) in minis {
            changes.minis += connection.events.len();
            let index = network.connections.len();
            network.connect(connection);
            for (t, weight) in later {
                network.change_weight(index, t, weight);
            }
        }
        errors
    }

    /// Spontaneous release at the target of a connection: events of a Poisson process.
    #[expect(clippy::too_many_arguments, reason = "all of them say which synapse releases what")]
    fn release(
        &self,
        network: &Network,
        index: usize,
        target: Node,
        synapse: u32,
        rate: f64,
        duration: f64,
        outcome: &Outcome,
    ) -> Option<Connection> {
        let connection = network.connections.get(index)?;
        let gid = match target {
            Node::Cell(cell) => network.gid(cell) as u32,
            Node::Artificial(cell) => cell as u32,
        };
        let (mode, population) = (self.seeds.mode, self.circuit.population_id);
        let stream = self.seeds.seeds().minis_intervals_in(mode, gid, synapse, population, population);
        let mean = 1000.0 / rate; // ms
        let mut intervals = Sampler::new(stream, Distribution::NegativeExponential { mean }).ok()?;
        for _ in 0..Seeds::minis_discarded(mode) {
            intervals.pick();
        }
        let mut t = 0.0;
        let mut events = Vec::new();
        loop {
            t += intervals.pick();
            if t + MINIS_DELAY > duration {
                break;
            }
            events.push(t + MINIS_DELAY);
        }
        let mut weight = connection.weight.to_vec();
        if let (Some(first), Some(factor)) = (weight.first_mut(), outcome.factor) {
            *first *= factor;
        }
        Some(Connection { source: None, target: connection.target, weight, delay: 0.0, threshold: None, events })
    }
}

/// Applies the result of the overrides to a connection.
fn change(network: &mut Network, index: usize, outcome: &Outcome, changes: &mut Changes) {
    let later = outcome.later_weights(network, index);
    let is_unmade = outcome.is_unmade();
    changes.unmade_connections += usize::from(is_unmade);
    network.connections.update(index, |connection| {
        connection.delay = outcome.delay.unwrap_or(connection.delay);
        if let (Some(first), Some(factor)) = (connection.weight.first_mut(), outcome.factor) {
            *first *= factor;
        }
        // The spikes of its source are still detected.
        if is_unmade {
            connection.target = None;
        }
    });
    for (t, weight) in later {
        changes.delayed_weights += 1;
        network.change_weight(index, t, weight);
    }
}

/// Assignments to synapses; each override makes each of them once.
#[derive(Default)]
struct Synapses {
    made: HashSet<(usize, TargetRefKey)>,
    reported: BTreeSet<(usize, String)>,
}

/// A target as a key.
type TargetRefKey = (bool, usize, usize);

impl Synapses {
    fn assign(
        &mut self,
        network: &mut Network,
        target: TargetRef,
        position: usize,
        block: &Block<'_>,
        errors: &mut Vec<OptionFault>,
        changes: &mut Changes,
    ) {
        let key = match target {
            TargetRef::Point { cell, point } => (true, cell, point),
            TargetRef::Artificial(cell) => (false, cell, 0),
        };
        if block.assignments.is_empty() || !self.made.insert((position, key)) {
            return;
        }
        for assignment in &block.assignments {
            let AssignedVariable::Synapse(parameter) = &assignment.variable else { continue };
            let mechanism = match target {
                TargetRef::Point { cell, point } => &*network.cells[cell].points[point].mechanism,
                TargetRef::Artificial(cell) => &network.artificial_cells[cell].mechanism,
            };
            let Some(default) = default_of(network.catalogue(), mechanism, parameter) else {
                let name = mechanism.name.clone();
                if self.reported.insert((position, format!("{name}.{parameter}"))) {
                    let found = network.catalogue().find(&name);
                    let known = found.into_iter().flat_map(|found| found.signature().parameter_names());
                    let error = ConfigurationError::Parameter {
                        block: block.block.name.clone(),
                        suggestion: closest(parameter, known),
                        mechanism: name,
                        parameter: parameter.clone(),
                    };
                    errors.push(OptionFault::new(format!("connection_overrides[{position}].synapse_configure"), error));
                }
                continue;
            };
            let described = mechanism.parameters.get(parameter).copied().unwrap_or(default);
            changes.assigned_parameters += 1;
            match target {
                TargetRef::Point { cell, point } => {
                    let cell = &mut network.cells[cell];
                    let own = format!("{}.{parameter}", cell.points[point].name);
                    let is_it = |reference: &ParameterRef| match reference {
                        ParameterRef::Named(name) => *name == own,
                        ParameterRef::Point { point: of, parameter: name } => *of == point && name == parameter,
                        ParameterRef::Painted { .. } => false,
                    };
                    let present = cell.own.iter().filter(|(reference, _)| is_it(reference)).last();
                    let present = present.map_or(described, |(_, value)| value);
                    let value = if assignment.multiplies { present * assignment.value } else { assignment.value };
                    cell.set(ParameterRef::Point { point, parameter: parameter.clone() }, value);
                }
                TargetRef::Artificial(cell) => {
                    let value = if assignment.multiplies { described * assignment.value } else { assignment.value };
                    network.artificial_cells[cell].mechanism.parameters.insert(parameter.clone(), value);
                }
            }
        }
    }
}

/// The default of a mechanism's parameter, if the mechanism has it.
fn default_of(catalogue: &Catalogue, mechanism: &Mechanism, parameter: &str) -> Option<f64> {
    let signature = catalogue.find(&mechanism.name)?.signature();
    let variable = signature.variable(signature.column(parameter)?);
    (variable.role == Role::Parameter).then_some(variable.default)
}

/// Removes the targets of connections; the spikes of their sources are still detected.
pub(super) fn restrict_connectivity(network: &mut Network, restriction: RestrictConnectivity, changes: &mut Changes) {
    let left_out: Vec<usize> =
        connected(network).filter(|&(_, source, _)| restriction.leaves_out(source)).map(|(index, ..)| index).collect();
    changes.unmade_connections += left_out.len();
    for index in left_out {
        network.connections.update(index, |connection| connection.target = None);
    }
}

/// Removes replayed spikes: the lists of times of artificial cells, such as `VecStim`, and given events.
pub(super) fn stop_replay(network: &mut Network) {
    let times_of = |signature: &Signature| {
        let times = signature.vectors.iter().filter(|vector| vector.is_times);
        (signature.name.clone(), times.map(|vector| vector.name.clone()).collect::<Vec<_>>())
    };
    let signatures = network.catalogue().iter().map(|mechanism| times_of(mechanism.signature()));
    let replaying: HashMap<String, Vec<String>> = signatures.filter(|(_, times)| !times.is_empty()).collect();
    for cell in &mut network.artificial_cells {
        if let Some(names) = replaying.get(&cell.mechanism.name) {
            cell.mechanism.vectors.retain(|name, _| !names.contains(name));
        }
    }
    let with_events: Vec<usize> =
        (0..).zip(network.connections.iter()).filter(|(_, c)| !c.events.is_empty()).map(|(index, _)| index).collect();
    for index in with_events {
        network.connections.update(index, |connection| connection.events.clear());
    }
}

/// Switches off all stimuli except those with the given names: of one point process (`drive[1]`), or of all that are
/// numbered under a name (`drive`). Also removes all waveforms that are not played into point processes.
pub(super) fn restrict_stimuli(
    network: &mut Network,
    kept: &BTreeSet<String>,
    changes: &mut Changes,
) -> Vec<ConfigurationError> {
    let mut missing: BTreeSet<&str> = kept.iter().map(String::as_str).collect();
    let mut present = BTreeSet::new();
    let mut off = HashSet::new();
    for (index, cell) in network.cells.iter_mut().enumerate() {
        for point in 0..cell.points.len() {
            let (name, mechanism) = (&cell.points[point].name, &cell.points[point].mechanism.name);
            let Some((_, durations)) = STIMULI.iter().find(|(stimulus, _)| stimulus == mechanism) else { continue };
            let all = population_of(name);
            if !present.contains(all) {
                present.insert(all.to_owned());
            }
            missing.remove(name.as_str());
            missing.remove(all);
            if kept.contains(name) || kept.contains(all) {
                continue;
            }
            off.insert((index, point));
            for duration in *durations {
                cell.own.push(ParameterRef::Point { point, parameter: (*duration).to_owned() }, 0.0);
            }
        }
    }
    changes.silent_stimuli += off.len();
    network.waveforms.retain(|played| match &played.target {
        loligo::VariableRef::Point { cell, point, .. } => !off.contains(&(*cell, *point)),
        // A waveform played into a density mechanism or an artificial cell is a stimulus without a name.
        _ => false,
    });
    let known = || present.iter().map(String::as_str);
    let error = |name: &str| ConfigurationError::Stimulus {
        name: name.to_owned(),
        suggestion: closest(name, known()),
        known: listed(known()),
    };
    missing.into_iter().map(error).collect()
}
