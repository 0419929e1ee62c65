//! Seconds of calls that build and run models, one task for each line of the input: the Rust side of
//! `benches/python/costs.py`.

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

use loligo::prelude::*;
use loligo::{ParameterTable, SourceRef, TargetRef};

/// Numbers of the tasks, as in `costs.py`.
const SYNAPSES: usize = 10_000;
const CELLS: usize = 1_000;
const CONNECTIONS: usize = 100_000;
const SHORT_RUNS: usize = 1_000;
const SINGLE_CALLS: usize = 10_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// A soma with an electrode, and a dendrite of 100 segments.
fn cell() -> Cell {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.add_section(Section::cylinder("dend", 500.0, 2.0).with_segments(100).attached_to(soma, 1.0));
    cell.paint(Region::All, Hh::default());
    cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.3 }); // ms, ms, nA
    cell
}

/// Fractions that are spread over 0 to 1, as `numpy.linspace(0, 1, count)`.
fn fractions(count: usize) -> Vec<f64> {
    (0..count).map(|k| k as f64 / (count - 1) as f64).collect()
}

fn with_synapses() -> Cell {
    let mut cell = cell();
    cell.place_many("synapse", fractions(SYNAPSES).into_iter().map(|x| (1, x)), ExpSyn { tau: 2.0, e: 0.0 });
    cell
}

/// Seconds of `calls`, with the construction of its argument left out.
fn timed<T, R>(argument: T, calls: impl FnOnce(T) -> R) -> f64 {
    let begun = Instant::now();
    let made = calls(argument);
    let seconds = begun.elapsed().as_secs_f64();
    drop(black_box(made));
    seconds
}

fn run(task: &str) -> Outcome<f64> {
    Ok(match task {
        "place 10,000 synapses" => timed((cell(), fractions(SYNAPSES)), |(mut cell, x)| {
            cell.place_many("synapse", x.into_iter().map(|x| (1, x)), ExpSyn { tau: 2.0, e: 0.0 });
            cell
        }),
        "add 1,000 cells" => timed((Network::new(), cell()), |(mut network, cell)| {
            for k in 0..CELLS {
                network.add_cell(Cell { name: format!("cell[{k}]"), ..cell.clone() });
            }
            network
        }),
        "make 100,000 connections" => {
            let mut network = Network::new();
            let cell = network.add_cell(with_synapses());
            let first = network.artificial_cells.len();
            for k in 0..CELLS {
                network.add_artificial_cell(format!("stim[{k}]"), NetStim::default());
            }
            let weights = fractions(CONNECTIONS);
            timed((network, weights), |(mut network, weights)| {
                let connections = weights.into_iter().enumerate().map(|(k, weight)| loligo::Connection {
                    source: Some(SourceRef::Artificial(first + k % CELLS)),
                    target: Some(TargetRef::Point { cell, point: 1 + k % SYNAPSES }),
                    weight: vec![weight],
                    delay: 1.0,
                    threshold: None,
                    events: Vec::new(),
                });
                network.connect_many(connections);
                network
            })
        }
        "an ensemble of 1,000 rows" => {
            let table = (fractions(CELLS), fractions(CELLS));
            timed((Network::new(), cell(), table), |(mut network, cell, (gnabar, amp))| {
                let table = ParameterTable::new().with("all.hh.gnabar", gnabar).with("electrode.amp", amp);
                network.add_ensemble(&cell, &table).map(|_| network)
            })
        }
        "hand over 10,000,000 samples" => {
            let mut network = Network::new();
            let index = network.add_cell(cell());
            let recordings = network.record_segments(index, Region::section_named("dend"), "v")?;
            let mut simulation = Simulation::new(&network, &Options::default())?;
            simulation.run_until(2500.0)?; // ms
            timed(recordings, |recordings| recordings.map(|k| simulation.shared_samples(k)).collect::<Vec<_>>())
        }
        "1,000 short simulations" => {
            let mut network = Network::new();
            let index = network.add_cell(cell());
            let v = network.record(VariableRef::voltage(index, 0, 0.5));
            timed(network, |network| -> Outcome<()> {
                for _ in 0..SHORT_RUNS {
                    let mut simulation = Simulation::new(&network, &Options::default())?;
                    simulation.run_until(1.0)?; // ms
                    black_box(simulation.shared_samples(v)?);
                }
                Ok(())
            })
        }
        "1,000 short runs of one simulation" => {
            let mut network = Network::new();
            let index = network.add_cell(cell());
            let v = network.record(VariableRef::voltage(index, 0, 0.5));
            let simulation = Simulation::new(&network, &Options::default())?;
            timed(simulation, |mut simulation| -> Outcome<()> {
                for _ in 0..SHORT_RUNS {
                    simulation.initialize()?;
                    simulation.run_until(1.0)?; // ms
                    black_box(simulation.shared_samples(v)?);
                }
                Ok(())
            })
        }
        "one call: place" => {
            let names: Vec<String> = (0..SINGLE_CALLS).map(|k| format!("e{k}")).collect();
            timed((cell(), names), |(mut cell, names)| {
                for name in names {
                    cell.place(name, 0, 0.5, ExpSyn { tau: 2.0, e: 0.0 });
                }
                cell
            }) / SINGLE_CALLS as f64
        }
        "one call: connect" => {
            let mut network = Network::new();
            let cell = network.add_cell(with_synapses());
            let source = SourceRef::voltage(cell, 0, 0.5);
            timed(network, |mut network| {
                for _ in 0..SINGLE_CALLS {
                    network.connect(loligo::Connection {
                        source: Some(source.clone()),
                        target: Some(TargetRef::Point { cell, point: 1 }),
                        weight: vec![0.01],
                        delay: 2.0,
                        threshold: None,
                        events: Vec::new(),
                    });
                }
                network
            }) / SINGLE_CALLS as f64
        }
        "one call: record" => {
            let mut network = Network::new();
            let cell = network.add_cell(cell());
            timed(network, |mut network| {
                for _ in 0..SINGLE_CALLS {
                    network.record(VariableRef::voltage(cell, 1, 0.5));
                }
                network
            }) / SINGLE_CALLS as f64
        }
        "one call: read a value" => {
            let mut network = Network::new();
            let cell = network.add_cell(cell());
            let mut simulation = Simulation::new(&network, &Options::default())?;
            let handle = simulation.handle(&VariableRef::voltage(cell, 1, 0.5).into())?;
            timed((), |()| (0..SINGLE_CALLS).map(|_| simulation.read(handle).unwrap_or(f64::NAN)).sum::<f64>())
                / SINGLE_CALLS as f64
        }
        other => return Err(format!("there is no task \"{other}\"").into()),
    })
}

fn main() -> Outcome<()> {
    let mut output = std::io::stdout();
    for task in std::io::stdin().lock().lines() {
        writeln!(output, "{}", run(&task?)?)?;
        output.flush()?;
    }
    Ok(())
}
