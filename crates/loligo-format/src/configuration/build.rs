//! Builds a circuit that can be simulated from a configuration.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use loligo::{Distribution, ModelErrors, Network, SimulationError};

use crate::configuration::apply::Changes;
use crate::configuration::check_connections::{ConnectionWarning, Pathway};
use crate::configuration::circuit::MorphologyType;
use crate::configuration::configured_circuit::ConfiguredCircuit;
use crate::configuration::connection_conflict::ConnectionConflict;
use crate::configuration::error::ConfigurationError;
use crate::configuration::load_balance::{BalanceReason, LoadBalanceMode};
use crate::configuration::node_sets::{Node, NodeNames};
use crate::configuration::options::{Feature, get_debug_cell_gid};
use crate::configuration::simulation_config::{MOST_ERRORS, SimulationConfig};
use crate::configuration::source_text::OptionFault;
use crate::configuration::{apply, check_connections, read, subjects, subset};
use crate::model_file::configured::{Configured, Subjects};
use crate::model_file::error::LoadError;
use crate::model_file::limits;
use crate::model_file::model::Model;
use crate::model_file::reading::ModelFile;

impl SimulationConfig {
    /// Reads the circuit and applies the configuration to it.
    ///
    /// # Errors
    /// A circuit with errors; else all unknown names, contradictory overrides and values out of range:
    /// [`ConfigurationError::Invalid`] with their places if the configuration was read from a file, for a value made in
    /// Rust the error itself or [`ConfigurationError::Several`]. Finally values that do not form a valid model.
    pub fn build(&self) -> Result<ConfiguredCircuit, ConfigurationError> {
        self.build_on(1)
    }

    /// The same for a run on `ranks` ranks; [`num_target_ranks`](crate::configuration::CliOptions::num_target_ranks)
    /// takes precedence if given.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_on(&self, ranks: usize) -> Result<ConfiguredCircuit, ConfigurationError> {
        let circuit = self.build_unchecked(ranks)?;
        self.check(&circuit.model.network)?;
        Ok(circuit)
    }

    /// The same for a run, without the check of the network, which [`Simulation::new`](loligo::Simulation::new) does
    /// too. If it finds errors, [`check`](Self::check) finds their places.
    ///
    /// # Errors
    /// As [`build`](Self::build), except for errors of the network; these are reported only if there are other errors.
    pub fn build_unchecked(&self, ranks: usize) -> Result<ConfiguredCircuit, ConfigurationError> {
        let mut errors = self.refusals();
        let path = self.find_input_file(&self.circuit.circuit_path).map_err(|error| {
            errors.push(OptionFault::new("circuit.circuit_path", error));
        });
        let (Ok(path), true) = (path, errors.is_empty()) else { return Err(self.source_text.locate(errors)) };
        let (mut model, subjects) = self.load_circuit(&path, true)?;
        self.set_run(&mut model);
        if let Some(time) = self.options.save_time.filter(|time| !(0.0..=model.tstop).contains(time)) {
            let remedy = "give a time from 0 to the end of the run";
            let error = ConfigurationError::Value { option: "save_time".to_owned(), value: time.to_string(), remedy };
            errors.push(OptionFault::new("options.save_time", error));
        }
        let network = &mut model.network;
        network.global_index = self.seeds.global_index();

        let names = NodeNames::new(network, self.node_sets.clone());
        let (pathways, cells, artificial) = self.resolve(network, &names, &mut errors);
        let mut connections = check_connections::check(&pathways);
        errors.extend(connections.conflicts.drain(..).map(|conflict| self.conflict(conflict)));
        if !self.options.allows(Feature::Replay) {
            apply::stop_replay(network);
        }
        let mut changes = Changes::default();
        let takes_part = |node| match node {
            Node::Cell(cell) => cells[cell],
            Node::Artificial(cell) => artificial[cell],
        };
        let mut overridden = Vec::new();
        let duration = model.tstop;
        errors.extend(self.override_connections(
            network,
            &pathways,
            duration,
            &takes_part,
            &mut changes,
            &mut overridden,
        ));
        errors.extend(self.idle_options(network, subjects));
        let unused = self.connection_overrides.iter().zip(&overridden).filter(|(_, count)| **count == 0);
        connections.warnings.extend(unused.map(|(block, _)| ConnectionWarning::NoConnections {
            block: block.name.clone(),
            from: block.source.clone(),
            to: block.target.clone(),
        }));
        apply::restrict_connectivity(network, self.options.restrict_connectivity, &mut changes);
        let stimuli = if self.options.allows(Feature::Stimulus) {
            self.options.restrict_stimulus.clone()
        } else {
            Some(BTreeSet::new())
        };
        if let Some(kept) = stimuli {
            let wrong = apply::restrict_stimuli(network, &kept, &mut changes);
            errors.extend(wrong.into_iter().map(|error| OptionFault::new("options.restrict_stimulus", error)));
        }
        if !errors.is_empty() {
            // Errors of the circuit's network may be their cause, and are reported first.
            self.load_circuit(&path, false)?;
            return Err(self.source_text.locate(errors));
        }
        changes.left_out_cells += cells.iter().chain(&artificial).filter(|&&kept| !kept).count();
        changes.left_out_gap_junctions +=
            subset::keep(network, &cells, &artificial, !self.options.restrict_connectivity.leaves_out_gap_junctions());
        let ranks = self.options.num_target_ranks.unwrap_or(ranks);
        let load_balance = self.balance(&mut model, ranks)?;
        Ok(ConfiguredCircuit { model, connections, overridden, changes, load_balance })
    }

    /// Checks the network of a circuit built by this configuration.
    ///
    /// # Errors
    /// All errors of the circuit's file, with their places; if it has none, all errors of the configured network.
    pub fn check(&self, network: &Network) -> Result<(), ConfigurationError> {
        let errors = network.check();
        if errors.is_empty() {
            return Ok(());
        }
        // Cells have been removed and values overridden, so the places are those of the file as it is read again.
        let path = self.find_input_file(&self.circuit.circuit_path)?;
        self.load_circuit(&path, false)?;
        Err(SimulationError::Model(ModelErrors(errors)).into())
    }

    fn load_circuit(&self, path: &Path, defers_check: bool) -> Result<(Model, Subjects), ConfigurationError> {
        let configured = Configured {
            catalogue: Arc::default(),
            memory: None,
            only_counts: false,
            defers_check,
            morphology_folder: self.circuit.morphology_path.as_ref().map(|folder| self.folder.join(folder)),
            morphology_extension: self.circuit.morphology_type.map(MorphologyType::extension),
            mode: self.seeds.mode,
            seeds: self.seeds.seeds(),
        };
        ModelFile::load_with(path, configured).map_err(|error| match &error {
            LoadError::Invalid(errors) if read::looks_like_configuration(&errors.text) => {
                let value = self.circuit.circuit_path.display().to_string();
                let remedy = "that is a configuration; give the model file of the circuit";
                let error = ConfigurationError::Value { option: "circuit_path".to_owned(), value, remedy };
                self.source_text.locate(vec![OptionFault::new("circuit.circuit_path", error)])
            }
            _ => error.into(),
        })
    }

    /// The fault of a conflict between overrides.
    fn conflict(&self, conflict: ConnectionConflict) -> OptionFault {
        let ConnectionConflict::PartialOverride { block, .. } = &conflict;
        let index = self.connection_overrides.iter().position(|found| found.silences() && found.name == *block);
        let option = index.map_or_else(String::new, |index| format!("connection_overrides[{index}]"));
        OptionFault::new(option, conflict.into())
    }

    /// Errors that only a value made in Rust can have, and those that depend on other options.
    fn refusals(&self) -> Vec<OptionFault> {
        let mut errors = Vec::new();
        let mut refuse = |option: &str, value: String, reason| {
            let error = ConfigurationError::Refused { option: format!("{option} = {value}"), reason };
            errors.push(OptionFault::new(option, error));
        };
        let (seeds, run, options) = (&self.seeds, &self.run, &self.options);
        if let Some(seed) = seeds.ion_channel_seed.filter(|seed| *seed != 0) {
            refuse("seeds.ion_channel_seed", seed.to_string(), "there are no stochastic ion channels; take it out");
        }
        if let Some(seed) = seeds.synapse_seed.filter(|seed| *seed != 0) {
            refuse("seeds.synapse_seed", seed.to_string(), "there are no stochastic synapses; take it out");
        }
        if options.lb_mode == Some(LoadBalanceMode::MultiSplit) {
            refuse("options.lb_mode", "multisplit".to_owned(), LoadBalanceMode::NO_MULTISPLIT);
        }
        let mut wrong = |option: String, value: String, remedy| {
            let error = ConfigurationError::Value { option: option.clone(), value, remedy };
            errors.push(OptionFault::new(option, error));
        };
        if let Some(tstop) = run.tstop.filter(|tstop| !(0.0..=limits::TIME).contains(tstop)) {
            wrong("run.tstop".to_owned(), tstop.to_string(), "give a time from 0 to 1e9 ms");
        }
        if let Some(dt) = run.dt.filter(|dt| !(*dt >= limits::STEP && dt.is_finite())) {
            wrong("run.dt".to_owned(), dt.to_string(), "give a step of at least 1e-6 ms (0.025 is usual)");
        }
        if let Some(celsius) = run.celsius.filter(|celsius| !(*celsius > -273.15 && celsius.is_finite())) {
            wrong("run.celsius".to_owned(), celsius.to_string(), "give a temperature above absolute zero");
        }
        for (key, value) in [("v_init", run.v_init), ("spike_threshold", run.spike_threshold)] {
            if let Some(value) = value.filter(|value| !value.is_finite()) {
                wrong(format!("run.{key}"), value.to_string(), "give a finite number");
            }
        }
        if let Some(time) = options.save_time.filter(|_| options.save.is_none()) {
            let remedy = "give \"save\", too, the file that keeps the state";
            wrong("options.save_time".to_owned(), time.to_string(), remedy);
        }
        if options.debug_conn.len() > 2 {
            let remedy = "give one gid, or two for the connections from the first to the second";
            wrong("options.debug_conn".to_owned(), format!("{:?}", options.debug_conn), remedy);
        }
        for (index, block) in self.connection_overrides.iter().enumerate() {
            let option = |key: &str| format!("connection_overrides[{index}].{key}");
            for (key, value) in [
                ("delay", Some(block.delay)),
                ("weight", block.weight),
                ("synapse_delay_override", block.synapse_delay_override),
                ("spont_minis", block.spont_minis),
            ] {
                let is_wrong = |value: &f64| !value.is_finite() || (*value < 0.0 && key != "weight");
                if let Some(value) = value.filter(is_wrong) {
                    let remedy = "give a finite number, of at least 0 for rates and times";
                    wrong(option(key), value.to_string(), remedy);
                }
            }
        }
        for (index, block) in self.connection_overrides.iter().enumerate() {
            errors.extend(block.contradictions().into_iter().map(|(key, reason)| {
                let error = ConfigurationError::Contradiction { block: block.name.clone(), reason };
                let dot = if key.is_empty() { "" } else { "." };
                OptionFault::new(format!("connection_overrides[{index}]{dot}{key}"), error)
            }));
        }
        if let Err(error) = get_debug_cell_gid(options) {
            errors.push(OptionFault::new("options.dump_cell_state", error));
        }
        errors
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
                if connection.source.as_ref().is_some_and(subjects::is_of_voltage) {
                    connection.threshold = Some(threshold);
                }
            });
        }
    }

    /// The nodes of the overrides, and the cells and artificial cells that take part. Names that cannot be resolved
    /// give empty sets.
    fn resolve(
        &self,
        network: &Network,
        names: &NodeNames,
        errors: &mut Vec<OptionFault>,
    ) -> (Vec<Pathway<'_>>, Vec<bool>, Vec<bool>) {
        let errors_before = errors.len();
        errors.extend(names.check(MOST_ERRORS).into_iter().map(|unresolved| {
            let option =
                unresolved.within.as_ref().map_or_else(|| "node_sets".to_owned(), |set| format!("node_sets.{set}"));
            OptionFault::new(option, unresolved.into())
        }));
        let mut nodes_of = |option: String, name: &str| {
            if errors.len() > MOST_ERRORS {
                return BTreeSet::new();
            }
            names.resolve(name).unwrap_or_else(|unresolved| {
                // Errors within a set are reported there.
                if unresolved.within.is_none() {
                    errors.push(OptionFault::new(option, unresolved.into()));
                }
                BTreeSet::new()
            })
        };
        let overrides = self.connection_overrides.iter().enumerate();
        let pathways = overrides.map(|(index, block)| {
            let option = |key: &str| format!("connection_overrides[{index}].{key}");
            let sources = nodes_of(option("source"), &block.source);
            Pathway { block, sources, targets: nodes_of(option("target"), &block.target) }
        });
        let pathways = pathways.collect();

        let target = self.circuit.circuit_target.as_deref();
        let target = target.map(|name| nodes_of("circuit.circuit_target".to_owned(), name));
        let populations = self.options.restrict_node_populations.as_ref().map(|names| {
            let nodes = names.iter().flat_map(|name| nodes_of("options.restrict_node_populations".to_owned(), name));
            nodes.collect::<BTreeSet<Node>>()
        });
        let within = |set: &Option<BTreeSet<Node>>, node| set.as_ref().is_none_or(|set| set.contains(&node));
        let cells = (0..network.cells.len()).map(Node::Cell);
        let cells: Vec<bool> = cells.map(|node| within(&target, node) && within(&populations, node)).collect();
        let artificial = (0..network.artificial_cells.len()).map(Node::Artificial);
        let artificial: Vec<bool> = artificial.map(|node| within(&populations, node)).collect();

        let lacks = |set: &Option<BTreeSet<Node>>, is_left: &dyn Fn(&Node) -> bool| {
            set.as_ref().is_some_and(|set| !set.iter().any(is_left))
        };
        if errors.len() == errors_before {
            if lacks(&target, &|node| matches!(node, Node::Cell(_))) {
                let remedy = "give a node set, population or cell that has membrane";
                errors.push(OptionFault::new("circuit.circuit_target", ConfigurationError::NoCells { remedy }));
            } else if lacks(&populations, &|_| true) || !cells.iter().chain(&artificial).any(|&kept| kept) {
                let remedy = "give populations of the circuit that are in its circuit_target";
                let error = ConfigurationError::NoCells { remedy };
                errors.push(OptionFault::new("options.restrict_node_populations", error));
            }
            let known = |gid: &u64| (0..network.cells.len()).any(|cell| network.gid(cell) == *gid && cells[cell]);
            let dumped = get_debug_cell_gid(&self.options).ok().flatten();
            let gids = self.options.debug_conn.iter().map(|&gid| ("debug_conn", gid));
            for (key, gid) in gids.chain(dumped.map(|gid| ("dump_cell_state", gid))).filter(|(_, gid)| !known(gid)) {
                errors.push(OptionFault::new(format!("options.{key}"), ConfigurationError::NoSuchGid { gid }));
            }
        }
        (pathways, cells, artificial)
    }

    /// Sets the distribution of cells to ranks.
    fn balance(
        &self,
        model: &mut Model,
        ranks: usize,
    ) -> Result<(LoadBalanceMode, Option<BalanceReason>), ConfigurationError> {
        if !self.options.allows(Feature::LoadBalance) {
            model.options.distribution = Distribution::RoundRobin;
            let reason = BalanceReason::FeatureOff { configured: self.options.lb_mode };
            return Ok((LoadBalanceMode::RoundRobin, Some(reason)));
        }
        let (mode, reason) = match self.options.lb_mode {
            Some(mode) => (mode, None),
            None => {
                let (mode, reason) = LoadBalanceMode::auto_select(ranks, model.network.cells.len(), model.tstop);
                (mode, Some(reason))
            }
        };
        model.options.distribution = mode.distribution(&model.network)?;
        Ok((mode, reason))
    }
}
