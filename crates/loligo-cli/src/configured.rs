//! Configurations: their printed output, and their options that the command line does not override.

use std::path::{Path, PathBuf};

use loligo::Distribution;
use loligo_format::Model;
use loligo_format::configuration::{
    CircuitConfig, ConfigurationError, ConfiguredCircuit, Feature, GlobalConfig, LogLevel, RestrictConnectivity,
    SimulationConfig, get_debug_cell_gid,
};

use crate::arguments::{DistributionArgument, RunArguments, numerics_of};
use crate::failure::Failure;
use crate::output::ConfigurationFile;
use crate::report;
use crate::terminal::{complain, say};

/// neurodamus's environment variable: the gids whose connections are printed.
const DEBUG_CONN: &str = "ND_DEBUG_CONN";

/// A circuit built from a configuration, or from a model with options of configurations. Its network is not checked.
pub struct Configured {
    pub circuit: ConfiguredCircuit,
    config: SimulationConfig,
    global: GlobalConfig,
    /// A description of the distribution of cells.
    balance: String,
    ranks: usize,
    /// The configuration itself, for the output; `None` for a model.
    file: Option<ConfigurationFile>,
}

/// Files of a run that are given by a configuration.
#[derive(Default)]
pub struct ConfiguredPlaces {
    pub out: Option<PathBuf>,
    pub save: Option<PathBuf>,
    /// ms.
    pub save_time: Option<f64>,
    pub restore: Option<PathBuf>,
}

impl ConfiguredPlaces {
    pub fn of(config: &SimulationConfig) -> Self {
        let path = |path: &Option<_>| path.as_ref().map(|path| config.output(path));
        Self {
            out: path(&config.options.output_path),
            save: path(&config.options.save),
            save_time: config.options.save_time,
            restore: path(&config.options.restore),
        }
    }
}

/// The gids in the environment variable, if it is set.
fn debug_conn() -> Result<Option<GlobalConfig>, Failure> {
    let Some(text) = std::env::var_os(DEBUG_CONN).filter(|text| !text.is_empty()) else { return Ok(None) };
    let global = GlobalConfig::from_debug_conn(&text.to_string_lossy());
    global.map(Some).map_err(|error| Failure::Input(format!("{DEBUG_CONN}: {error}")))
}

impl Configured {
    /// Reads a configuration and builds its circuit; also for a model, if options of configurations are given for it.
    /// `None` for a model without such options.
    pub fn build(arguments: &mut RunArguments, ranks: usize) -> Result<Option<Self>, Failure> {
        let is_configuration = SimulationConfig::is_configuration(&arguments.model);
        let debug_conn = debug_conn()?;
        if !is_configuration && !arguments.options.any() && debug_conn.is_none() {
            return Ok(None);
        }
        let mut config = match is_configuration {
            true => SimulationConfig::load(&arguments.model)?,
            false => SimulationConfig { circuit: CircuitConfig::new(&arguments.model), ..SimulationConfig::default() },
        };
        apply_flags(&mut config, arguments);
        if let Some(GlobalConfig { debug_conn, .. }) = debug_conn {
            config.options.debug_conn = debug_conn;
            config.source_text.note_given_by("options.debug_conn", DEBUG_CONN);
        }
        let places = ConfiguredPlaces::of(&config);
        arguments.out = arguments.out.take().or(places.out);
        if arguments.save.is_none() {
            arguments.save = places.save;
            arguments.save_time = arguments.save_time.or(places.save_time);
        }
        arguments.restore = arguments.restore.take().or(places.restore);

        let circuit = config.build_unchecked(ranks);
        let mut circuit = circuit.map_err(|error| failure(error, is_configuration))?;
        let mut global = config.options.global_config();
        if arguments.quiet {
            global.verbosity = LogLevel::ErrorOnly;
        }
        arguments.quiet |= global.verbosity == LogLevel::ErrorOnly;
        // Cells of a model are distributed by cost unless another distribution is requested.
        let by_cost =
            !is_configuration && config.options.lb_mode.is_none() && config.options.allows(Feature::LoadBalance);
        if by_cost {
            circuit.model.options.distribution = Distribution::default();
        }
        let balance = match (arguments.distribution, &circuit.load_balance) {
            (Some(DistributionArgument::Cost), _) => "WholeCell: --distribution cost".to_owned(),
            (Some(DistributionArgument::RoundRobin), _) => "RoundRobin: --distribution round-robin".to_owned(),
            _ if by_cost => "WholeCell: as for every model".to_owned(),
            (None, (mode, Some(reason))) => format!("{mode:?}: {reason}"),
            (None, (mode, None)) => format!("{mode:?}: as configured"),
        };
        let file = is_configuration.then(|| ConfigurationFile {
            text: config.source_text.text().unwrap_or_default().to_owned(),
            is_json: arguments.model.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")),
        });
        Ok(Some(Self { circuit, config, global, balance, ranks, file }))
    }

    /// `true` if nothing must be run.
    pub fn is_done(&self) -> bool {
        self.config.options.dry_run || !self.config.options.simulate_model
    }

    /// Checks the network; errors of the circuit's file have their places in it.
    pub fn check(&self) -> Result<(), Failure> {
        let checked = self.config.check(&self.circuit.model.network);
        checked.map_err(|error| failure(error, self.file.is_some()))
    }

    /// The model, and the configuration itself for the output.
    pub fn into_model(self) -> (Model, Option<ConfigurationFile>) {
        (self.circuit.model, self.file)
    }

    /// Prints the output that the log level allows, and that options request by name.
    pub fn describe(&self) -> Result<(), Failure> {
        let Self { circuit, config, global, balance, ranks, .. } = self;
        let options = &config.options;
        if global.verbosity >= LogLevel::Default {
            warn(config, circuit);
        }
        if options.model_stats {
            say!("{}", circuit.stats());
        }
        if options.dry_run {
            say!("{}", circuit.dry_run(options.num_target_ranks.unwrap_or(*ranks))?);
        }
        if global.verbosity >= LogLevel::Default && !options.simulate_model {
            say!("built, not run (simulate_model = false)");
        }
        if global.verbosity >= LogLevel::Verbose {
            say!("load balance {balance}");
            say!("{}", circuit.changes);
        }
        if global.verbosity >= LogLevel::Debug {
            for (block, count) in config.connection_overrides.iter().zip(&circuit.overridden) {
                let noun = if *count == 1 { "connection" } else { "connections" };
                say!(
                    "connection override \"{}\": {count} {noun} from \"{}\" to \"{}\"",
                    block.name,
                    block.source,
                    block.target
                );
            }
        }
        for line in circuit.describe_connections(&global.debug_conn)? {
            say!("{line}");
        }
        if let Some(gid) = get_debug_cell_gid(options)? {
            for line in circuit.describe_cell(gid)? {
                say!("{line}");
            }
        }
        Ok(())
    }
}

/// Errors of a model are reported as those of a model, since there is no configuration file.
fn failure(error: ConfigurationError, is_configuration: bool) -> Failure {
    match error {
        ConfigurationError::Circuit(error) if !is_configuration => Failure::Model(error),
        other => other.into(),
    }
}

/// Overrides options of the configuration with those of the command line.
fn apply_flags(config: &mut SimulationConfig, arguments: &RunArguments) {
    let run = &mut config.run;
    run.tstop = arguments.tstop.or(run.tstop);
    run.dt = arguments.dt.or(run.dt);
    run.threads = arguments.threads.map(usize::from).or(run.threads);
    run.numerics = arguments.numerics.map(numerics_of).or(run.numerics);
    let (flags, options) = (&arguments.options, &mut config.options);
    options.dry_run |= flags.dry_run;
    options.model_stats |= flags.model_stats;
    options.simulate_model = flags.simulate_model.unwrap_or(options.simulate_model);
    options.lb_mode = flags.lb_mode.or(options.lb_mode);
    options.num_target_ranks = flags.num_target_ranks.map(|ranks| ranks as usize).or(options.num_target_ranks);
    options.log_level = flags.log_level().unwrap_or(options.log_level);
    if let Some(Ok(restriction)) = flags.restrict_connectivity.map(RestrictConnectivity::try_from) {
        options.restrict_connectivity = restriction;
    }
    if let Some(features) = &flags.restrict_features {
        options.restrict_features = Some(features.iter().copied().collect());
    }
    let mut given = Vec::new();
    let names = |names: &[String]| {
        let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    if let Some(populations) = &flags.restrict_node_populations {
        options.restrict_node_populations = Some(names(populations));
        given.push(("options.restrict_node_populations", "--restrict-node-populations"));
    }
    if let Some(stimuli) = &flags.restrict_stimulus {
        options.restrict_stimulus = Some(names(stimuli));
        given.push(("options.restrict_stimulus", "--restrict-stimulus"));
    }
    if let Some(gid) = flags.dump_cell_state {
        options.dump_cell_state = Some(gid.to_string());
        given.push(("options.dump_cell_state", "--dump-cell-state"));
    }
    // Times of the command line have been checked before.
    for (option, flag) in given {
        config.source_text.note_given_by(option, flag);
    }
}

/// Prints warnings about a configured circuit.
pub fn warn(config: &SimulationConfig, circuit: &ConfiguredCircuit) {
    let Model { warnings, text, included, .. } = &circuit.model;
    report::model_warnings(warnings, Path::new(&config.circuit.circuit_path), text, included);
    for warning in &circuit.connections.warnings {
        complain!("warning: {warning}");
    }
}
