//! Arguments of `loligo run`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use loligo::Numerics;
use loligo_format::configuration::{Feature, LoadBalanceMode, LogLevel};

/// The model to run, and options of the run.
#[derive(Args, Clone)]
pub struct RunArguments {
    /// The model, a TOML file; or a configuration, a JSON file or a TOML file with a table `circuit`.
    pub model: PathBuf,
    /// Directory for the output [default: out/NAME for the model NAME.toml, out/NAME_from_50ms for a run restored at 50
    /// ms]. Only the output of an earlier run is replaced.
    #[arg(long, value_name = "DIR", visible_alias = "output-path")]
    pub out: Option<PathBuf>,
    /// Time at which the run ends, ms, overriding the model.
    #[arg(long, value_name = "MS", value_parser = time, allow_negative_numbers = true)]
    pub tstop: Option<f64>,
    /// Time step, ms, overriding the model.
    #[arg(long, value_name = "MS", value_parser = time, allow_negative_numbers = true)]
    pub dt: Option<f64>,
    /// Number of threads, overriding the model; results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Arithmetic, overriding the model.
    #[arg(long, value_enum)]
    pub numerics: Option<NumericsArgument>,
    /// Distribution of cells to the processes of `mpirun -n N loligo run ...`; results do not depend on it.
    /// By cost if neither this option nor a configuration chooses one.
    #[arg(long, value_enum)]
    pub distribution: Option<DistributionArgument>,
    /// Save the state to this file, to continue from with --restore: at --save-time, or when the run ends or is
    /// stopped. Only another saved state is replaced.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Time at which --save saves the state, ms; the run continues after it.
    #[arg(long, value_name = "MS", value_parser = time, allow_negative_numbers = true, requires = "save")]
    pub save_time: Option<f64>,
    /// Continue from a state that --save saved, of the same model; the output begins at that time, in a directory of
    /// its own.
    #[arg(long, value_name = "FILE")]
    pub restore: Option<PathBuf>,
    /// Also write traces and spikes in SONATA's layout: report_*.h5 and spikes.h5 (needs a build with the feature
    /// hdf5).
    #[arg(long)]
    pub sonata: bool,
    /// Print the time spent in each phase.
    #[arg(long)]
    pub profile: bool,
    /// Do not draw pictures.
    #[arg(long)]
    pub no_plot: bool,
    /// Print only errors, and output that is requested by other options (--dry-run, --model-stats,
    /// debug_conn...).
    #[arg(long, short, conflicts_with_all = ["verbose", "debug"])]
    pub quiet: bool,
    #[command(flatten)]
    pub options: OptionArguments,
}

/// Options of a configuration, with neurodamus's names. They override the file; a model that is run with one of them is
/// run as a configuration without any other option.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Options of configurations, by neurodamus's names, also for models")]
pub struct OptionArguments {
    /// Estimate memory and time without running.
    #[arg(long)]
    pub dry_run: bool,
    /// The number of ranks for which --dry-run makes its estimate and the load balance is chosen.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1 << 24))]
    pub num_target_ranks: Option<u32>,
    /// Build the network and run it, or only build it.
    #[arg(long, value_name = "ON|OFF", value_parser = switch)]
    pub simulate_model: Option<bool>,
    /// Print numbers of cells, sections, compartments and connections.
    #[arg(long)]
    pub model_stats: bool,
    /// Distribution of cells to processes: roundrobin, wholecell or memory.
    #[arg(long, value_name = "MODE", value_parser = load_balance, conflicts_with = "distribution")]
    pub lb_mode: Option<LoadBalanceMode>,
    /// Make all connections (0), no projections (1: none from artificial cells, no gap junctions), or none (2).
    #[arg(long, value_name = "0|1|2", value_parser = clap::value_parser!(u8).range(0..=2))]
    pub restrict_connectivity: Option<u8>,
    /// Enable only these features: some of Replay, SpontMinis, SynConfigure, Stimulus, LoadBalance, separated by
    /// commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = feature)]
    pub restrict_features: Option<Vec<Feature>>,
    /// Use only these populations: names of the circuit's entries, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub restrict_node_populations: Option<Vec<String>>,
    /// Apply only these stimuli: their names, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub restrict_stimulus: Option<Vec<String>>,
    /// Print sections and point processes of the cell with this gid (global identifier).
    #[arg(long, value_name = "GID")]
    pub dump_cell_state: Option<u64>,
    /// Also print the operations on the circuit.
    #[arg(long, short)]
    pub verbose: bool,
    /// Also print the number of connections that each override affects.
    #[arg(long, conflicts_with = "verbose")]
    pub debug: bool,
}

impl OptionArguments {
    /// True if any option is given.
    pub fn any(&self) -> bool {
        let Self {
            dry_run,
            num_target_ranks,
            simulate_model,
            model_stats,
            lb_mode,
            restrict_connectivity,
            restrict_features,
            restrict_node_populations,
            restrict_stimulus,
            dump_cell_state,
            verbose,
            debug,
        } = self;
        let names = [restrict_node_populations, restrict_stimulus];
        *dry_run
            || *model_stats
            || *verbose
            || *debug
            || num_target_ranks.is_some()
            || simulate_model.is_some()
            || lb_mode.is_some()
            || restrict_connectivity.is_some()
            || restrict_features.is_some()
            || names.iter().any(|names| names.is_some())
            || dump_cell_state.is_some()
    }

    /// The log level, if an option determines it.
    pub fn log_level(&self) -> Option<LogLevel> {
        match (self.verbose, self.debug) {
            (_, true) => Some(LogLevel::Debug),
            (true, _) => Some(LogLevel::Verbose),
            _ => None,
        }
    }
}

/// Parses a switch in neurodamus's spellings.
fn switch(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err("give ON or OFF".to_owned()),
    }
}

fn load_balance(text: &str) -> Result<LoadBalanceMode, String> {
    match LoadBalanceMode::parse(text) {
        Ok(LoadBalanceMode::MultiSplit) => Err("Loligo keeps cells whole; take wholecell".to_owned()),
        Ok(mode) => Ok(mode),
        Err(_) => Err("give roundrobin, wholecell or memory".to_owned()),
    }
}

fn feature(text: &str) -> Result<Feature, String> {
    text.trim().parse().map_err(|error: loligo_format::configuration::ConfigurationError| error.to_string())
}

/// Parses a number, with advice if it is written in a foreign format such as with a decimal comma.
fn time(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| format!("\"{text}\" is no number{}", loligo_io::number_hint(text)))
}

/// The arithmetic.
#[derive(Clone, Copy, ValueEnum)]
pub enum NumericsArgument {
    /// Within 1e-9 mV of NEURON.
    Fast,
    /// NEURON's bits.
    Exact,
}

/// Distribution of cells to processes.
#[derive(Clone, Copy, ValueEnum)]
pub enum DistributionArgument {
    /// The costliest cell first, each to the process with the smallest load so far.
    Cost,
    /// In turn.
    RoundRobin,
}

/// The arithmetic for an argument.
pub fn numerics_of(argument: NumericsArgument) -> Numerics {
    match argument {
        NumericsArgument::Fast => Numerics::Fast,
        NumericsArgument::Exact => Numerics::Exact,
    }
}
