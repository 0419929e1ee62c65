//! The loligo command: run, check, plot, morphology, mechanisms, nmodl.
//!
//! [`run_command`] runs it in a process that has nothing else to do: it listens to the signals that stop runs.

mod arguments;
mod check;
mod conductances;
mod configured;
mod curves;
mod failure;
mod mechanisms;
mod morphology;
mod nmodl;
mod output;
mod places;
mod plot;
mod profile;
mod progress;
mod ranks;
mod report;
mod run;
mod run_input;
mod signals;
mod sonata;
mod terminal;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Simulates multicompartmental neurons and their networks, with NEURON's numbers.
#[derive(Parser)]
#[command(
    name = "loligo",
    version,
    after_help = "Exit codes:\n  0    done\n  1    the model or another input has errors\n  2    wrong use of the command\n  \
                  3    the run failed; what was computed until then is in the output\n  4    the output cannot be written\n  \
                  130  stopped with Ctrl-C; what was computed until then is in the output\n  143  stopped with SIGTERM, likewise \
                  (129: SIGHUP, 152: SIGXCPU)"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a model and write traces, spikes, a summary and pictures.
    Run(Box<arguments::RunArguments>),
    /// Check a model or configuration without running it: reports every error with its line and column, a summary,
    /// warnings, and if its output can be written.
    Check(check::CheckArguments),
    /// Draw the pictures of an output directory.
    Plot {
        /// The output directory of `loligo run`.
        directory: PathBuf,
    },
    /// Print the section tree and the totals of a morphology, and warnings about the file.
    Morphology {
        /// An SWC or Neurolucida ASC file.
        file: PathBuf,
    },
    /// List the mechanisms with their parameters, units and defaults.
    Mechanisms {
        /// Only this mechanism.
        name: Option<String>,
        /// With those of `.mod` files: a file, a folder of them, or Loligo's own (loligo:layer5).
        #[arg(long, value_name = "PATH")]
        from: Vec<PathBuf>,
    },
    /// Mechanisms in NMODL: NEURON's `.mod` files.
    #[command(subcommand)]
    Nmodl(nmodl::NmodlCommand),
}

/// Runs the command with arguments, the first of which is the program's name; returns the exit code.
pub fn run_command(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    signals::survive_large_files();
    let done = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => obey(arguments.command),
        Err(error) => {
            // The requested help, or the error in the arguments.
            terminal::note(error.print());
            match u8::try_from(error.exit_code()) {
                Ok(0) => Ok(()),
                exit_code => Err(Failure::Told { exit_code: exit_code.unwrap_or(2) }),
            }
        }
    };
    match done
        .and_then(|()| terminal::finish().map_err(|reason| Failure::output(Path::new("the standard output"), reason)))
    {
        Ok(()) => 0,
        Err(failure) => failure.report(),
    }
}

fn obey(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Plot { directory } => plot::plot(&directory),
        Command::Morphology { file } => morphology::morphology(&file),
        Command::Mechanisms { name, from } => mechanisms::mechanisms(name.as_deref(), &from),
        Command::Nmodl(command) => nmodl::nmodl(&command),
    }
}
