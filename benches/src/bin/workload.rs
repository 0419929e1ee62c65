//! Runs one workload once and prints time and other measurements as a line of JSON.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use loligo::prelude::*;
use loligo_benches::Workload;
use serde_json::json;

/// Runs one workload once and prints measurements as a line of JSON: `seconds` is the time of the steps alone.
#[derive(Parser)]
struct Arguments {
    /// The workload.
    workload: Workload,
    /// Number of threads.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
    /// Duration of the run, ms [default: the workload's].
    #[arg(long, value_name = "MS")]
    tstop: Option<f64>,
    /// Arithmetic.
    #[arg(long, value_enum, default_value_t = Profile::Fast)]
    profile: Profile,
    /// If on, the rates of hh come from NEURON's table, otherwise from the formulas.
    #[arg(long, value_enum, default_value_t = Switch::Off)]
    table: Switch,
    /// Largest number of nodes in a group of cells [default: the engine's].
    #[arg(long, value_name = "N")]
    group_nodes: Option<usize>,
    /// Writes the spikes to a file: time (ms) and cell on each line.
    #[arg(long, value_name = "FILE")]
    spikes: Option<PathBuf>,
    /// Prints the data that another simulator needs to build the same model, and runs nothing.
    #[arg(long)]
    describe: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Profile {
    Fast,
    Exact,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Switch {
    On,
    Off,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut description = arguments.workload.describe()?;
    description.tstop = arguments.tstop.unwrap_or(description.tstop);
    if arguments.describe {
        return Ok(serde_json::to_value(description)?);
    }
    let start = Instant::now();
    let network = description.model.network(arguments.table == Switch::On)?;
    let numerics = match arguments.profile {
        Profile::Fast => Numerics::Fast,
        Profile::Exact => Numerics::Exact,
    };
    let mut options = Options { numerics, threads: arguments.threads.into(), ..Options::default() };
    options.group_nodes = arguments.group_nodes.unwrap_or(options.group_nodes);
    let mut simulation = Simulation::new(&network, &options)?;
    let build_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    simulation.run_until(description.tstop)?;
    let seconds = start.elapsed().as_secs_f64();

    let spikes = cell_spikes(&simulation);
    if let Some(path) = &arguments.spikes {
        let mut text = String::new();
        for (t, cell) in &spikes {
            writeln!(text, "{t} {cell}")?;
        }
        std::fs::write(path, text)?;
    }
    Ok(json!({
        "compartments": simulation.compartments(),
        "steps": simulation.steps(),
        "build_seconds": build_seconds,
        "seconds": seconds,
        "spikes": spikes.len(),
    }))
}

/// Spikes of cells with membrane: time (ms) and cell.
fn cell_spikes(simulation: &Simulation) -> Vec<(f64, usize)> {
    let cell = |source: usize| match &simulation.sources()[source] {
        SourceRef::Variable(VariableRef::Section { cell, .. }) => Some(*cell),
        _ => None,
    };
    simulation.spikes().iter().filter_map(|spike| Some((spike.t, cell(spike.source)?))).collect()
}
