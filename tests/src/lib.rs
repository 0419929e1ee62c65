//! Shared parts of the contract tests: models, fingerprints of runs, and locations of reference
//! files.

pub mod sensitivity;

use std::path::{Path, PathBuf};
use std::thread;

use loligo::kernels::{Axis, FunctionTable};
use loligo::prelude::*;
use loligo::{Checkpoint, Communicator, Threads};
use loligo_random::Random123;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A network in which all cells are different: `cells` branching cells of 4 to 12 sections with hh or pas, two
/// synapses and a current step each, connected at random with delays of 0.6 to 6 ms, and driven by noisy spike trains.
/// With `with_integrators`, also integrate-and-fire cells that receive input from the trains and the cells, and excite
/// cells.
///
/// The same seed gives the same network. Two voltages and a synaptic current of every third cell are recorded.
pub fn varied_network(cells: usize, seed: u32, with_integrators: bool) -> Network {
    let mut dice = Dice(Random123::new(seed, 7, 11));
    let mut network = Network::new();
    for k in 0..cells {
        network.add_cell(cell_of(k, &mut dice));
    }
    for k in 0..cells {
        for _ in 0..3 {
            let target = TargetRef::Point { cell: dice.below(cells), point: dice.below(2) };
            let delay = dice.between(0.6, 6.0); // ms
            let connection = Connection::new(SourceRef::voltage(k, 0, 0.5), target, dice.between(1e-4, 3e-3), delay);
            network.connect(connection.with_threshold(-10.0));
        }
    }
    for k in 0..cells.div_ceil(3) {
        let train =
            NetStim { interval: dice.between(1.0, 4.0), number: 1e9, start: 0.5, noise: dice.between(0.2, 1.0) };
        let train = network.add_artificial_cell(format!("train {k}"), train);
        for _ in 0..3 {
            let target = TargetRef::Point { cell: dice.below(cells), point: 0 };
            let delay = dice.between(0.1, 3.0); // ms
            network.connect(Connection::new(SourceRef::Artificial(train), target, dice.between(1e-3, 8e-3), delay));
        }
    }
    if with_integrators {
        let trains = network.artificial_cells.len();
        for k in 0..6 {
            let cell = network.add_artificial_cell(format!("integrator {k}"), IntFire1 { tau: 8.0, refrac: 1.5 });
            let listen = TargetRef::Artificial(cell);
            let train = SourceRef::Artificial(dice.below(trains));
            network.connect(Connection::new(train, listen, 0.4, dice.between(0.0, 2.0)));
            let watched = SourceRef::voltage(dice.below(cells), 0, 0.5);
            network.connect(Connection::new(watched, listen, 0.7, 0.0).with_threshold(-10.0));
            let excited = TargetRef::Point { cell: dice.below(cells), point: 1 };
            network.connect(Connection::new(SourceRef::Artificial(cell), excited, 4e-3, dice.between(0.0, 2.0)));
        }
    }
    for cell in (0..cells).step_by(3) {
        let last = network.cells[cell].sections.len() - 1;
        network.record(VariableRef::voltage(cell, 0, 0.5));
        network.record(VariableRef::voltage(cell, last, 1.0));
        network.record(VariableRef::point(cell, 0, "i"));
    }
    network
}

/// A cell like those of [`varied_network`]; the same numbers give the same cell.
pub fn varied_cell(index: usize, seed: u32) -> Cell {
    cell_of(index, &mut Dice(Random123::new(seed, 13, index as u32)))
}

fn cell_of(index: usize, dice: &mut Dice) -> Cell {
    let mut cell = Cell::new(format!("cell {index}"));
    let size = dice.between(14.0, 24.0); // um
    cell.add_section(Section::cylinder("soma", size, size));
    for k in 1..4 + dice.below(9) {
        let parent = dice.below(k);
        let x = [0.0, 0.4, 1.0][dice.below(3)];
        let x = if parent == 0 { 1.0 } else { x };
        let section = Section::cylinder(format!("dend{k}"), dice.between(30.0, 150.0), dice.between(0.6, 2.5));
        let section = section.with_segments(1 + dice.below(5)).with_axial_resistance(dice.between(60.0, 180.0));
        cell.add_section(section.attached_to(parent, x));
    }
    // Two variants of hh in one network: with NEURON's table, and without.
    let table = index % 4 != 3;
    cell.paint(SectionKind::Soma, Hh { table, ..Hh::default() });
    cell.paint(SectionKind::Dendrite, Pas { g: dice.between(5e-5, 3e-4), e: -65.0 });
    if index % 3 == 1 {
        cell.paint(SectionKind::Dendrite, Hh { gnabar: 0.04, ..Hh::default() });
    }
    let last = cell.sections.len() - 1;
    cell.place("excitatory", last, 0.7, Exp2Syn { tau1: 0.4, tau2: dice.between(1.0, 4.0), e: 0.0 });
    cell.place("inhibitory", 1, 0.2, ExpSyn { tau: dice.between(2.0, 8.0), e: -80.0 });
    cell.place("step", 0, 0.5, IClamp { delay: dice.between(0.0, 10.0), dur: 8.0, amp: dice.between(0.0, 0.5) });
    cell
}

/// A [varied network](varied_network) with delays shorter than a step or slightly longer, so that spikes have effects
/// within their step.
pub fn network_without_delay(cells: usize, seed: u32) -> Network {
    let mut network = varied_network(cells, seed, false);
    network.connections.update_all(|k, connection| {
        connection.delay = [0.0, 0.01, 0.0125, 0.025, 0.03][k % 5]; // ms
    });
    network
}

/// Random numbers for a test.
pub struct Dice(pub Random123);

impl Dice {
    /// A number from a range.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.next_f64()
    }

    /// A whole number less than `count`.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.0.next_f64() * count as f64) as usize).min(count - 1)
    }
}

/// The function table of a case of `reference/handed_in.json`, which has the syntax of model files.
///
/// # Panics
/// If it is not a function table.
pub fn function_table(given: &Value) -> FunctionTable {
    if let Some(constant) = given.as_f64() {
        return FunctionTable::constant(constant).unwrap();
    }
    if given["at"].is_array() {
        return FunctionTable::irregular(numbers(&given["values"]), numbers(&given["at"])).unwrap();
    }
    if given["from"].is_array() {
        let rows: Vec<_> = given["values"].as_array().unwrap().iter().map(numbers).collect();
        let (from, to) = (numbers(&given["from"]), numbers(&given["to"]));
        let axes = [Axis::new(rows.len(), from[0], to[0]), Axis::new(rows[0].len(), from[1], to[1])];
        return FunctionTable::grid(rows.concat(), axes).unwrap();
    }
    FunctionTable::uniform(numbers(&given["values"]), given["from"].as_f64().unwrap(), given["to"].as_f64().unwrap())
        .unwrap()
}

/// Calls `work` in every one of `count` ranks, and returns the results by rank.
///
/// # Panics
/// If one of them does.
pub fn in_ranks<T: Send>(count: usize, work: impl Fn(Box<dyn Communicator>) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let work = &work;
        let ranks = Threads::ranks(count).into_iter().map(|rank| scope.spawn(move || work(Box::new(rank))));
        let ranks: Vec<_> = ranks.collect();
        ranks.into_iter().map(|rank| rank.join().expect("no rank panics")).collect()
    })
}

/// The configuration of a run: numbers of ranks and threads, and nodes in a group.
pub type Machine = (usize, usize, usize);

/// Runs a network to a time (ms) from the start or from a checkpoint; returns the recorded data and the final
/// checkpoint.
///
/// # Panics
/// If a network cannot be run.
pub fn run_on(
    (ranks, threads, group_nodes): Machine,
    network: &Network,
    options: &Options,
    from: Option<&Checkpoint>,
    to: f64,
) -> (Fingerprint, Checkpoint) {
    let options = Options { threads, group_nodes, ..options.clone() };
    let mut ranks = in_ranks(ranks, |rank| {
        let mut simulation = Simulation::with_communicator(network, &options, rank).expect("it can be run");
        if let Some(checkpoint) = from {
            simulation.run_until(2.0).expect("it can be run"); // ms: none of this state may remain
            simulation.restore(checkpoint).expect("it is the same model");
        }
        simulation.run_until(to).expect("it can be run");
        (Fingerprint::of(&simulation), simulation.checkpoint().expect("it has a state"))
    });
    ranks.swap_remove(0)
}

/// All results of a run, as bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Final time.
    pub t: u64,
    /// Time and source of each spike, in the order in which they are given.
    pub spikes: Vec<(u64, usize)>,
    /// Samples of each recording.
    pub samples: Vec<Vec<u64>>,
}

impl Fingerprint {
    /// The results of a simulation so far.
    pub fn of(simulation: &Simulation) -> Self {
        let samples = |k| simulation.samples(k).unwrap().iter().map(|sample| sample.to_bits()).collect();
        Self {
            t: simulation.time().to_bits(),
            spikes: simulation.spikes().iter().map(|spike| (spike.t.to_bits(), spike.source)).collect(),
            samples: (0..simulation.recordings()).map(samples).collect(),
        }
    }

    /// Runs a network until `tstop` (ms).
    ///
    /// # Panics
    /// If it does not run.
    pub fn of_run(network: &Network, options: &Options, tstop: f64) -> Self {
        let mut simulation = Simulation::new(network, options).expect("the model is sound");
        simulation.run_until(tstop).expect("the run stays finite");
        Self::of(&simulation)
    }

    /// The first difference from another run, in words.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if self == other {
            return None;
        }
        if self.spikes != other.spikes {
            let first = self.spikes.iter().zip(&other.spikes).position(|(a, b)| a != b);
            let (ours, theirs) = (self.spikes.len(), other.spikes.len());
            return Some(format!("spikes differ: {ours} and {theirs}, first difference at index {first:?}"));
        }
        for (k, (a, b)) in self.samples.iter().zip(&other.samples).enumerate() {
            if let Some(sample) = (0..a.len().max(b.len())).find(|&s| a.get(s) != b.get(s)) {
                let value = |samples: &[u64]| samples.get(sample).map(|&bits| f64::from_bits(bits));
                return Some(format!("recording {k}, sample {sample}: {:?} and {:?}", value(a), value(b)));
            }
        }
        Some("the ends or the numbers of recordings differ".to_owned())
    }
}

/// SHA-256, in hexadecimal, of doubles as little-endian bytes.
pub fn sha256_of_doubles(values: &[f64]) -> String {
    sha256(&values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())
}

/// SHA-256, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file in the project's top directory.
pub fn project_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A reference file that is not part of the project; prints that the test is skipped if the file is absent.
pub fn outside_reference(path: &str) -> Option<PathBuf> {
    let path = project_file("../shared/reference").join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: there is no {}", path.display());
    None
}

/// Reads JSON.
///
/// # Panics
/// If the file is absent or not JSON.
pub fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The numbers of a JSON list.
///
/// # Panics
/// If it is not a list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}
