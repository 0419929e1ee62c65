//! The loligo command: run, check, plot, morphology, mechanisms.

mod arguments;
mod check;
mod configured;
mod failure;
mod mechanisms;
mod morphology;
mod output;
mod plot;
mod profile;
mod progress;
mod ranks;
mod report;
mod run;
mod sonata;
mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Simulates neurons of many compartments and their networks, with NEURON's numbers.
#[derive(Parser)]
#[command(
    name = "loligo",
    version,
    after_help = "Exit codes:\n  0    done\n  1    the model or another input has errors\n  2    wrong use of the command\n  \
                  3    the run failed; what was computed until then is in the output\n  4    the output cannot be written\n  \
                  130  stopped with Ctrl-C; what was computed until then is in the output"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a model and write traces, spikes, a summary and pictures.
    Run(arguments::RunArguments),
    /// Check a model or configuration without running it: every error with its line and column, a summary, warnings.
    Check {
        /// The model or configuration, a TOML or JSON file.
        model: PathBuf,
    },
    /// Draw the pictures of an output directory.
    Plot {
        /// The directory that `loligo run` wrote.
        directory: PathBuf,
    },
    /// Print the section tree and the totals of a morphology, and warn of what is odd in the file.
    Morphology {
        /// An SWC or Neurolucida ASC file.
        file: PathBuf,
    },
    /// List the built-in mechanisms with their parameters, units and defaults.
    Mechanisms {
        /// Only this mechanism.
        name: Option<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check { model } => check::check(&model),
        Command::Plot { directory } => plot::plot(&directory),
        Command::Morphology { file } => morphology::morphology(&file),
        Command::Mechanisms { name } => mechanisms::mechanisms(name.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
