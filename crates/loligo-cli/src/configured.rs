//! Configurations: what they print, and what they say where the command line says nothing.

use std::path::PathBuf;

use loligo::Model;
use loligo::configuration::{ConfiguredCircuit, LogLevel, SimulationConfig, get_debug_cell_gid};

use crate::arguments::RunArguments;
use crate::failure::Failure;
use crate::report;
use crate::terminal::{complain, say};

/// A circuit as a configuration wants it.
pub struct Configured {
    pub model: Model,
    /// Whether nothing is to be run.
    pub done: bool,
    /// The configuration itself, for the output.
    pub file: ConfigurationFile,
}

/// A configuration as it was read.
pub struct ConfigurationFile {
    pub text: String,
    pub is_json: bool,
}

/// Where a configuration says that a run reads and writes.
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

/// Reads a configuration and builds its circuit.
pub fn build(arguments: &mut RunArguments, is_root: bool, ranks: usize) -> Result<Configured, Failure> {
    let mut config = SimulationConfig::load(&arguments.model)?;
    config.run.tstop = arguments.tstop.or(config.run.tstop);
    config.run.dt = arguments.dt.or(config.run.dt);
    let target_ranks = *config.options.num_target_ranks.get_or_insert(ranks);
    let global = config.options.global_config();
    arguments.quiet |= global.verbosity == LogLevel::ErrorOnly;
    let places = ConfiguredPlaces::of(&config);
    arguments.out = arguments.out.take().or(places.out);
    if arguments.save.is_none() {
        arguments.save = places.save;
        arguments.save_time = arguments.save_time.or(places.save_time);
    }
    arguments.restore = arguments.restore.take().or(places.restore);

    let circuit = config.build()?;
    let done = config.options.dry_run || !config.options.simulate_model;
    if is_root && !arguments.quiet {
        warn(&config, &circuit);
        if config.options.model_stats {
            say!("{}", circuit.stats());
        }
        if config.options.dry_run {
            say!("{}", circuit.dry_run(target_ranks)?);
        }
    }
    if is_root && !config.options.simulate_model {
        say!("built, not run (simulate_model = false)");
    }
    if is_root && global.verbosity >= LogLevel::Verbose && !arguments.quiet {
        let (mode, reason) = &circuit.load_balance;
        let reason = reason.map_or_else(|| "as configured".to_owned(), |reason| reason.to_string());
        say!("load balance {mode:?}: {reason}");
        say!("{}", circuit.changes);
    }
    if is_root && global.verbosity >= LogLevel::Debug {
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
        print(is_root, &line);
    }
    if let Some(gid) = get_debug_cell_gid(&config.options)? {
        circuit.describe_cell(gid)?.iter().for_each(|line| print(is_root, line));
    }
    let file = ConfigurationFile {
        text: config.source_text.text().unwrap_or_default().to_owned(),
        is_json: arguments.model.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")),
    };
    Ok(Configured { model: circuit.model, done, file })
}

fn print(is_root: bool, line: &str) {
    if is_root {
        say!("{line}");
    }
}

/// Prints what may be wrong with a configured circuit.
pub fn warn(config: &SimulationConfig, circuit: &ConfiguredCircuit) {
    report::model_warnings(&circuit.model.warnings, &circuit.model.text, &config.circuit.circuit_path);
    for warning in &circuit.connections.warnings {
        complain!("warning: {warning}");
    }
}
