//! `loligo check`.

use std::path::PathBuf;

use clap::Args;
use loligo::{Epoch, EpochBound, Estimate, Network, Options};
use loligo_format::ModelFile;
use loligo_format::configuration::SimulationConfig;

use crate::configured::ConfiguredPlaces;
use crate::failure::Failure;
use crate::output::directory::CONNECTIONS_KIND;
use crate::places::Places;
use crate::terminal::{complain, say};
use crate::{configured, report};

/// Arguments of `loligo check`.
#[derive(Args)]
pub struct CheckArguments {
    /// The model or configuration, a TOML or JSON file.
    model: PathBuf,
    /// Check that the output of `loligo run` can be written to this directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Check that a state can be saved to this file.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Check that this is a saved state, at a time before the end of the run. (Whether it is of the same model is
    /// checked by a run, before its first step.)
    #[arg(long, value_name = "FILE")]
    restore: Option<PathBuf>,
    /// Write the connections of the model to this file, as comma-separated values.
    #[arg(long, value_name = "FILE")]
    connections: Option<PathBuf>,
}

impl CheckArguments {
    /// Writes the connections to the file of `--connections`.
    fn write_connections(&self, network: &Network) -> Result<(), Failure> {
        let Some(path) = &self.connections else { return Ok(()) };
        let written = loligo_io::replace(path, CONNECTIONS_KIND, |out| network.write_connections(out));
        written.map_err(|error| Failure::output(path, error))
    }
}

/// Checks a model and prints its contents.
pub fn check(arguments: &CheckArguments) -> Result<(), Failure> {
    let path = &*arguments.model;
    let mut configured = ConfiguredPlaces::default();
    let check_places = |configured: &ConfiguredPlaces, (dt, tstop, files): (f64, f64, &[PathBuf])| {
        check_places(&Places {
            dt,
            tstop,
            files,
            model_path: path,
            out: arguments.out.as_deref().or(configured.out.as_deref()),
            save: arguments.save.as_deref().or(configured.save.as_deref()),
            save_time: configured.save_time.filter(|_| arguments.save.is_none()),
            restore: arguments.restore.as_deref().or(configured.restore.as_deref()),
        })
    };
    let warnings = if SimulationConfig::is_configuration(path) {
        let config = SimulationConfig::load(path)?;
        configured = ConfiguredPlaces::of(&config);
        let circuit = config.build()?;
        configured::warn(&config, &circuit);
        let model = &circuit.model;
        let estimate = model.estimate().map_err(Failure::Run)?;
        print_summary(&model.network, &model.options, model.tstop, &estimate);
        arguments.write_connections(&model.network)?;
        let warnings = model.warnings.len() + circuit.connections.warnings.len();
        warnings + check_places(&configured, (model.options.dt, model.tstop, &model.files))?
    } else {
        let examined = ModelFile::examine(path).map_err(Failure::Model)?;
        report::model_warnings(examined.warnings(), path, examined.text(), examined.included());
        let estimate = examined.estimate().map_err(Failure::Run)?;
        print_summary(examined.network(), examined.options(), examined.tstop(), &estimate);
        arguments.write_connections(examined.network())?;
        let run = (examined.options().dt, examined.tstop(), examined.files());
        examined.warnings().len() + check_places(&configured, run)?
    };
    let noun = if warnings == 1 { "warning" } else { "warnings" };
    say!("{}: no errors, {warnings} {noun}", path.display());
    Ok(())
}

/// Checks the files that a run would read and write; reports all faults, and returns the number of warnings.
fn check_places(places: &Places<'_>) -> Result<usize, Failure> {
    let (checkpoint, mut problems) = match places.checkpoint() {
        Ok(checkpoint) => (checkpoint, Vec::new()),
        Err(problem) => (None, vec![problem]),
    };
    let directory = places.directory(checkpoint.as_ref());
    let mut warnings = 0;
    match places.check_output(&directory, checkpoint.as_ref()) {
        // Only a warning, because the model may be intended to run elsewhere.
        Err(problem) if places.out.is_none() => {
            warnings += 1;
            complain!("warning: {problem}");
        }
        checked => problems.extend(checked.err()),
    }
    problems.extend(places.check_save(&directory).err());
    let Some(last) = problems.pop() else { return Ok(warnings) };
    problems.iter().for_each(Failure::tell);
    Err(last)
}

/// Prints the size of a model, its intervals of communication, and the requirements of a run.
fn print_summary(network: &Network, options: &Options, tstop: f64, estimate: &Estimate) {
    let sections: usize = network.cells.iter().map(|cell| cell.sections.len()).sum();
    let row = |name: &str, value: String| say!("{name:<18} {value}");
    row("cells", network.cells.len().to_string());
    row("artificial cells", network.artificial_cells.len().to_string());
    row("sections", sections.to_string());
    row("compartments", estimate.compartments.to_string());
    row("point processes", estimate.point_processes.to_string());
    let counts = network.connections.counts();
    row("connections", counts.connections.to_string());
    for (name, count) in [
        ("event trains", counts.event_trains),
        ("detectors", counts.detectors),
        ("gap junctions", network.gap_junctions.len()),
        ("transfers", network.transfers.len()),
    ] {
        if count > 0 {
            row(name, count.to_string());
        }
    }
    if let EpochBound::ShortestDelay(ms) = estimate.epoch.bound {
        row("shortest delay", format!("{ms} ms between cells"));
    }
    row("epoch", epoch(estimate.epoch));
    row("waveforms", network.waveforms.len().to_string());
    row("recordings", network.recordings.len().to_string());
    let steps = (tstop / options.dt).round();
    row("run", format!("{tstop} ms in {steps} steps of {} ms", options.dt));
    let threads = options.threads.max(1) as f64;
    row("memory, about", format!("{} MB", rounded(estimate.memory / 1e6)));
    row("time, about", format!("{} s and what events take", rounded(steps * estimate.step / threads)));
    say!("(estimates; the time is that of a Zen 5 core: docs/performance.md)");
}

/// Text with the interval of spike exchange, and the reason if it is every step.
fn epoch(epoch: Epoch) -> String {
    let why = match epoch.bound {
        _ if epoch.steps > 1 => return format!("{} steps between two exchanges of spikes", epoch.steps),
        EpochBound::Exact => "exact arithmetic sums in the order of events",
        EpochBound::ArtificialInput => "artificial cells take input, in the order of events",
        EpochBound::Transfers => "gap junctions or transfers join groups of cells",
        _ => "the shortest delay is not longer than two steps; longer ones make the run faster",
    };
    format!("1 step: spikes are exchanged after every one, because {why}")
}

/// Rounds to two significant digits, which is more than the precision of an estimate.
fn rounded(value: f64) -> String {
    let digits = (1.0 - value.abs().max(1e-3).log10().floor()).max(0.0) as usize;
    format!("{value:.digits$}")
}
