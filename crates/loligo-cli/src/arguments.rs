//! What `loligo run` can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What to run, and how.
#[derive(Args, Clone)]
pub struct RunArguments {
    /// The model, a TOML file; or a configuration, a JSON file or a TOML file with a table `circuit`.
    pub model: PathBuf,
    /// Directory for the output [default: out/NAME for the model NAME.toml, out/NAME_from_50ms for one that goes on from 50 ms].
    /// Only the output of an earlier run is replaced.
    #[arg(long, value_name = "DIR")]
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
    /// Print errors only.
    #[arg(long, short)]
    pub quiet: bool,
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
