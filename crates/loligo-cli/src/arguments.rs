//! What `loligo run` can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use loligo::Numerics;
use loligo_format::configuration::{Feature, LoadBalanceMode, LogLevel};

/// What to run, and how.
#[derive(Args, Clone)]
pub struct RunArguments {
    /// The model, a TOML file; or a configuration, a JSON file or a TOML file with a table `circuit`.
    pub model: PathBuf,
    /// Directory for the output [default: out/NAME for the model NAME.toml, out/NAME_from_50ms for one that goes on from 50 ms].
    /// Only the output of an earlier run is replaced.
    #[arg(long, value_name = "DIR", visible_alias = "output-path")]
    pub out: Option<PathBuf>,
    /// Time at which the run ends, ms, instead of the model's.
    #[arg(long, value_name = "MS", value_parser = time, allow_negative_numbers = true)]
    pub tstop: Option<f64>,
    /// Time step, ms, instead of the model's.
    #[arg(long, value_name = "MS", value_parser = time, allow_negative_numbers = true)]
    pub dt: Option<f64>,
    /// Number of threads, instead of the model's; results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Arithmetic, instead of the model's.
    #[arg(long, value_enum)]
    pub numerics: Option<NumericsArgument>,
    /// How cells are dealt out to the processes of `mpirun -n N loligo run ...`; results do not depend on it.
    /// By cost if neither this nor a configuration says so.
    #[arg(long, value_enum)]
    pub distribution: Option<DistributionArgument>,
    /// Keep the state in this file, to go on from with --restore: at --save-time, or when the run ends or is stopped. Only
    /// another state is replaced.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Time at which --save keeps the state, ms; the run goes on.
    #[arg(long, value_name = "MS", value_parser = time, allow_negative_numbers = true, requires = "save")]
    pub save_time: Option<f64>,
    /// Go on from a state that --save kept, of the same model; the output begins there, and has a directory of its own.
    #[arg(long, value_name = "FILE")]
    pub restore: Option<PathBuf>,
    /// Write traces and spikes in SONATA's layout, too: report_*.h5 and spikes.h5 (needs a build with the feature hdf5).
    #[arg(long)]
    pub sonata: bool,
    /// Print where the time goes.
    #[arg(long)]
    pub profile: bool,
    /// Do not draw pictures.
    #[arg(long)]
    pub no_plot: bool,
    /// Print errors only, and what other options ask for by name (--dry-run, --model-stats, debug_conn...).
    #[arg(long, short, conflicts_with_all = ["verbose", "debug"])]
    pub quiet: bool,
    #[command(flatten)]
    pub options: OptionArguments,
}

/// Options of a configuration by neurodamus's names. They take the place of what the file says; a model that is run with one
/// of them is run as a configuration without any other option.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Options of configurations, by neurodamus's names, also for models")]
pub struct OptionArguments {
    /// Estimate memory and time, and run nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// The number of ranks for which --dry-run estimates and the load balance is chosen.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1 << 24))]
    pub num_target_ranks: Option<u32>,
    /// Build the network and run it, or only build it.
    #[arg(long, value_name = "ON|OFF", value_parser = switch)]
    pub simulate_model: Option<bool>,
    /// Print numbers of cells, sections, compartments and connections.
    #[arg(long)]
    pub model_stats: bool,
    /// How cells are dealt out to processes: roundrobin, wholecell or memory.
    #[arg(long, value_name = "MODE", value_parser = load_balance, conflicts_with = "distribution")]
    pub lb_mode: Option<LoadBalanceMode>,
    /// Make all connections (0), no projections (1: none from artificial cells, no gap junctions), or none (2).
    #[arg(long, value_name = "0|1|2", value_parser = clap::value_parser!(u8).range(0..=2))]
    pub restrict_connectivity: Option<u8>,
    /// The only features that act: some of Replay, SpontMinis, SynConfigure, Stimulus, LoadBalance, with commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = feature)]
    pub restrict_features: Option<Vec<Feature>>,
    /// The only populations that take part: names of the circuit's entries, with commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub restrict_node_populations: Option<Vec<String>>,
    /// The only stimuli that act, by their names, with commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub restrict_stimulus: Option<Vec<String>>,
    /// Print sections and point processes of the cell of this gid.
    #[arg(long, value_name = "GID")]
    pub dump_cell_state: Option<u64>,
    /// Print what is done with the circuit, too.
    #[arg(long, short)]
    pub verbose: bool,
    /// Print how many connections each override concerns, too.
    #[arg(long, conflicts_with = "verbose")]
    pub debug: bool,
}

impl OptionArguments {
    /// Whether any is given.
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

    /// How much is printed, if they say so.
    pub fn log_level(&self) -> Option<LogLevel> {
        match (self.verbose, self.debug) {
            (_, true) => Some(LogLevel::Debug),
            (true, _) => Some(LogLevel::Verbose),
            _ => None,
        }
    }
}

/// neurodamus's texts of a switch.
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

/// A number as it is typed, with what to do where it is written as in other countries.
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

/// How cells are dealt out.
#[derive(Clone, Copy, ValueEnum)]
pub enum DistributionArgument {
    /// The costliest first, each to the process with the least to do so far.
    Cost,
    /// In turn.
    RoundRobin,
}

/// The arithmetic that an argument names.
pub fn numerics_of(argument: NumericsArgument) -> Numerics {
    match argument {
        NumericsArgument::Fast => Numerics::Fast,
        NumericsArgument::Exact => Numerics::Exact,
    }
}
