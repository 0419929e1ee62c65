//! Configurations: which circuit is simulated, how, and with what changes, by neurodamus's names.
//!
//! A configuration is a TOML or JSON file, or a [`SimulationConfig`] made in Rust. The circuit itself is a
//! [model file](crate::model_file); the configuration chooses cells of it, changes its connections, gives seeds and says what
//! is done. [The manual](crate::guide::configuration) describes every option.
//!
//! ```
//! use loligo::configuration::{Feature, SimulationConfig};
//!
//! let text = r#"
//!     [circuit]
//!     circuit_path = "../../examples/ring.toml"
//!     circuit_target = "half"
//!
//!     [run]
//!     tstop = 20.0 # ms
//!
//!     [node_sets]
//!     half = { population = "ring", node_id = [0, 1, 2, 3] }
//!
//!     [[connection_overrides]]
//!     name = "weaker"
//!     source = "ring"
//!     target = "half"
//!     weight = 0.5
//! "#;
//! let config = SimulationConfig::parse(text, format!("{}/config.toml", env!("CARGO_MANIFEST_DIR")))?;
//! let circuit = config.build()?;
//! assert_eq!(circuit.model.network.cells.len(), 4);
//! assert_eq!(circuit.model.tstop, 20.0); // ms
//! # Ok::<(), loligo::configuration::ConfigurationError>(())
//! ```

mod apply;
mod check_connections;
mod circuit;
mod connection_override;
mod error;
mod input_file;
mod json;
mod load_balance;
mod node_sets;
mod options;
mod read;
mod run;
mod seeds;
mod stdrun;
mod subset;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use apply::Changes;
pub use check_connections::{
    ChainLink, ConnectionConflict, ConnectionReport, ConnectionWarning, check_connections_configure,
};
pub use circuit::{CircuitConfig, MorphologyType};
pub use connection_override::{AssignedVariable, Assignment, ConnectionOverride};
pub use error::{ConfigurationError, ConfigurationErrors, OptionError};
pub use input_file::find_input_file;
pub use load_balance::{BalanceReason, LoadBalanceMode};
pub use node_sets::{Node, NodeNames, NodeSet};
pub use options::{CliOptions, Feature, GlobalConfig, LogLevel, RestrictConnectivity, get_debug_cell_gid};
pub use run::{IntegrationMethod, RunConfig};
pub use seeds::RngConfig;
pub use stdrun::NeuronStdrunDefaults;

use crate::model_file::{Morphologies, read_text};
use crate::{Distribution, Estimate, Model, ModelErrors, ModelFile, Network, SimulationError, SourceRef, VariableRef};

/// Which circuit is simulated, how, and with what changes: the configuration of a run.
///
/// Reading a file finds all its errors at once, each with its line and column. A value made in Rust is checked when it is
/// [built](Self::build).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulationConfig {
    /// The circuit.
    pub circuit: CircuitConfig,
    /// How it is run.
    pub run: RunConfig,
    /// Seeds.
    pub seeds: RngConfig,
    /// What is done, and how much of the circuit takes part.
    pub options: CliOptions,
    /// Groups of cells by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_sets: BTreeMap<String, NodeSet>,
    /// Changes of connections, in the order in which they are made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connection_overrides: Vec<ConnectionOverride>,
    /// The folder that paths are relative to: that of the file; for a value made in Rust the one in which the program runs.
    #[serde(skip)]
    pub folder: PathBuf,
}

impl SimulationConfig {
    /// Reads a configuration file: JSON if its extension says so, else TOML.
    ///
    /// # Errors
    /// A file that cannot be read, or everything wrong with it.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigurationError> {
        let path = path.as_ref();
        let unreadable = |reason| ConfigurationError::Unreadable { path: path.to_owned(), reason };
        Self::parse(&read_text(path).map_err(unreadable)?, path)
    }

    /// Reads the text of a configuration; `path` names it in messages, says by its extension whether it is JSON, and paths in
    /// it are relative to its folder.
    ///
    /// # Errors
    /// Everything wrong with it.
    pub fn parse(text: &str, path: impl AsRef<Path>) -> Result<Self, ConfigurationError> {
        Ok(read::read(text, path.as_ref())?)
    }

    /// Whether a file is a configuration rather than a model: a JSON file, or a TOML file with a table `circuit`, which no
    /// model has. A file that cannot be read is none.
    pub fn is_configuration(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        read::is_json(path) || read_text(path).is_ok_and(|text| read::looks_like_configuration(&text))
    }

    /// The path of an input file that the configuration names.
    ///
    /// # Errors
    /// A file that is neither there nor in the configuration's folder.
    pub fn find_input_file(&self, path: impl AsRef<Path>) -> Result<PathBuf, ConfigurationError> {
        find_input_file(path, &[&self.folder], None)
    }

    /// A path of an output that the configuration names: relative to its folder.
    pub fn output(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }

    /// Reads the circuit and makes of it what the configuration says.
    ///
    /// # Errors
    /// A circuit with errors; names that nothing has; overrides that contradict each other; values that make no model.
    pub fn build(&self) -> Result<ConfiguredCircuit, ConfigurationError> {
        self.refuse()?;
        let path = self.find_input_file(&self.circuit.circuit_path)?;
        let morphologies = Morphologies {
            folder: self.circuit.morphology_path.as_ref().map(|folder| self.folder.join(folder)),
            extension: self.circuit.morphology_type.map(MorphologyType::extension),
        };
        let mut model = ModelFile::load_with(&path, morphologies)?;
        self.set_run(&mut model);
        let network = &mut model.network;
        network.global_index = self.seeds.global_seed;

        let names = NodeNames::new(network, self.node_sets.clone());
        let connections = check_connections_configure(&self.connection_overrides, &names)?;
        if !connections.conflicts.is_empty() {
            return Err(ConfigurationError::Conflicts(connections.conflicts));
        }
        let mut changes = Changes::default();
        let mut errors = Vec::new();
        errors.extend(self.override_connections(network, &names, model.tstop, &mut changes).err().unwrap_or_default());
        apply::restrict_connectivity(network, self.options.restrict_connectivity, &mut changes);
        if !self.options.allows(Feature::Replay) {
            apply::stop_replay(network);
        }
        let stimuli = if self.options.allows(Feature::Stimulus) {
            self.options.restrict_stimulus.clone()
        } else {
            Some(BTreeSet::new())
        };
        if let Some(kept) = stimuli {
            errors.extend(apply::restrict_stimuli(network, &kept, &mut changes));
        }
        match self.kept(network, &names) {
            Ok((cells, artificial)) => {
                changes.left_out_cells += cells.iter().chain(&artificial).filter(|&&kept| !kept).count();
                subset::keep(network, &cells, &artificial);
            }
            Err(more) => errors.extend(more),
        }
        match errors.len() {
            0 => {}
            1 => return Err(errors.remove(0)),
            _ => return Err(ConfigurationError::Several(errors)),
        }
        let wrong = network.check();
        if !wrong.is_empty() {
            return Err(SimulationError::Model(ModelErrors(wrong)).into());
        }
        let ranks = self.options.num_target_ranks.unwrap_or(1);
        let load_balance = self.balance(&mut model, ranks)?;
        Ok(ConfiguredCircuit { model, connections, changes, load_balance })
    }

    /// What a file could not say, but a value made in Rust can.
    fn refuse(&self) -> Result<(), ConfigurationError> {
        let refuse = |option: String, reason| Err(ConfigurationError::Refused { option, reason });
        let wrong = |option: &str, value: f64, remedy| {
            Err(ConfigurationError::Value { option: option.to_owned(), value: value.to_string(), remedy })
        };
        if self.seeds.mode != loligo_random::RngMode::Random123 {
            let reason = "a configured run has Random123 alone; Stream::create makes the others";
            return refuse(format!("seeds.mode = {:?}", self.seeds.mode), reason);
        }
        if let Some(seed) = self.seeds.ion_channel_seed {
            return refuse(format!("seeds.ion_channel_seed = {seed}"), "there are no stochastic ion channels");
        }
        if let Some(seed) = self.seeds.stimulus_seed {
            return refuse(format!("seeds.stimulus_seed = {seed}"), "no stimulus of a model file draws noise");
        }
        if let Some(seed) = self.seeds.synapse_seed {
            return refuse(format!("seeds.synapse_seed = {seed}"), "there are no stochastic synapses");
        }
        if let Some(tstop) = self.run.tstop.filter(|tstop| !(0.0..=1e9).contains(tstop)) {
            return wrong("run.tstop", tstop, "give a time from 0 to 1e9 ms");
        }
        if let Some(dt) = self.run.dt.filter(|dt| !(*dt >= 1e-6 && dt.is_finite())) {
            return wrong("run.dt", dt, "give a step of at least 1e-6 ms (0.025 is usual)");
        }
        for (index, block) in self.connection_overrides.iter().enumerate() {
            let option = |key: &str| format!("connection_overrides[{index}].{key}");
            for (key, value) in
                [("delay", Some(block.delay)), ("weight", block.weight), ("spont_minis", block.spont_minis)]
            {
                let is_wrong = |value: &f64| !value.is_finite() || (*value < 0.0 && key != "weight");
                if let Some(value) = value.filter(is_wrong) {
                    return wrong(&option(key), value, "give a finite number, of at least 0 for rates and times");
                }
            }
        }
        Ok(())
    }

    fn set_run(&self, model: &mut Model) {
        let run = &self.run;
        let options = &mut model.options;
        model.tstop = run.tstop.unwrap_or(model.tstop);
        options.dt = run.dt.unwrap_or(options.dt);
        options.v_init = run.v_init.unwrap_or(options.v_init);
        options.celsius = run.celsius.unwrap_or(options.celsius);
        options.second_order = run.integration_method.map_or(options.second_order, Into::into);
        options.numerics = run.numerics.unwrap_or(options.numerics);
        options.threads = run.threads.unwrap_or(options.threads);
        if let Some(threshold) = run.spike_threshold {
            model.network.connections.update_all(|_, connection| {
                let of_voltage = |source: &SourceRef| {
                    matches!(source, SourceRef::Variable(VariableRef::Section { variable, .. }) if variable == "v")
                };
                if connection.source.as_ref().is_some_and(of_voltage) {
                    connection.threshold = Some(threshold);
                }
            });
        }
    }

    /// Which cells and artificial cells take part.
    fn kept(&self, network: &Network, names: &NodeNames) -> Result<(Vec<bool>, Vec<bool>), Vec<ConfigurationError>> {
        let mut errors = Vec::new();
        let mut nodes_of = |name: &str| names.nodes(name).map_err(|error| errors.push(error)).unwrap_or_default();
        let target = self.circuit.circuit_target.as_deref().map(&mut nodes_of);
        let populations = self.options.restrict_node_populations.as_ref();
        let populations: Option<BTreeSet<Node>> =
            populations.map(|names| names.iter().flat_map(|name| nodes_of(name)).collect());
        let within = |set: &Option<BTreeSet<Node>>, node| set.as_ref().is_none_or(|set| set.contains(&node));
        let cells = (0..network.cells.len()).map(Node::Cell);
        let cells = cells.map(|node| within(&target, node) && within(&populations, node)).collect();
        let artificial = (0..network.artificial_cells.len()).map(Node::Artificial);
        let artificial = artificial.map(|node| within(&populations, node)).collect();
        if errors.is_empty() { Ok((cells, artificial)) } else { Err(errors) }
    }

    /// Deals the cells out.
    fn balance(
        &self,
        model: &mut Model,
        ranks: usize,
    ) -> Result<(LoadBalanceMode, Option<BalanceReason>), ConfigurationError> {
        let (mode, reason) = match self.options.lb_mode {
            Some(mode) => (mode, None),
            None => {
                let (mode, reason) = LoadBalanceMode::auto_select(ranks, model.network.cells.len(), model.tstop);
                (mode, Some(reason))
            }
        };
        model.options.distribution = if self.options.allows(Feature::LoadBalance) {
            mode.distribution(&model.network)?
        } else {
            Distribution::RoundRobin
        };
        Ok((mode, reason))
    }
}

/// A circuit as its configuration wants it, ready for [`Simulation::new`](crate::Simulation::new).
#[derive(Clone, Debug)]
pub struct ConfiguredCircuit {
    /// The circuit: network, options, time of the end.
    pub model: Model,
    /// What may be wrong with the connection overrides.
    pub connections: ConnectionReport,
    /// How much was changed.
    pub changes: Changes,
    /// How cells are dealt out to ranks, and why if the configuration does not say so.
    pub load_balance: (LoadBalanceMode, Option<BalanceReason>),
}

impl ConfiguredCircuit {
    /// How large the circuit is.
    pub fn stats(&self) -> ModelStats {
        let network = &self.model.network;
        let sections = network.cells.iter().flat_map(|cell| &cell.sections);
        ModelStats {
            cells: network.cells.len(),
            artificial_cells: network.artificial_cells.len(),
            sections: sections.clone().count(),
            compartments: sections.map(|section| section.segments()).sum(),
            point_processes: network.cells.iter().map(|cell| cell.points.len()).sum(),
            connections: apply::pathways(network).count(),
            gap_junctions: network.gap_junctions.len(),
        }
    }

    /// What a run needs on each of some ranks: a dry run.
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

    /// The connections onto a cell, or from one cell to another, in words: for one gid or two.
    ///
    /// # Errors
    /// A gid that no cell has.
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
        let wanted = apply::pathways(network).filter(|&(_, source, target)| is_wanted(source, target));
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

    /// The sections and point processes of a cell, in words.
    ///
    /// # Errors
    /// A gid that no cell has.
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

/// How large a circuit is.
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

/// What a run needs: an estimate, which may be wrong by a factor of two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DryRun {
    /// The number of ranks.
    pub ranks: usize,
    /// Memory of each rank, bytes, if the cells are dealt out evenly.
    pub memory_per_rank: f64,
    /// Time of the run, s, without events.
    pub time: f64,
    /// The estimate of the whole.
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
