//! `summary.json`: settings, populations and results of a run.

use std::path::Path;
use std::time::Duration;

use indexmap::IndexMap;
use loligo::{Network, Numerics, PlausibilityRule, SecondOrder, Simulation, SourceRef, VariableRef};
use loligo_format::model_file::Model;
use loligo_io::{InputFile, USUAL_BYTES};
use loligo_plot::population_name;
use serde::Serialize;
use sha2::{Digest, Sha256};

#[derive(Serialize)]
pub(super) struct Summary<'a> {
    version: &'static str,
    status: &'static str,
    error: Option<String>,
    model: String,
    /// SHA-256 of the model file followed by its morphologies and tables of parameters, in their order, and the
    /// configuration.
    model_hash: &'a str,
    settings: Settings,
    seed: u32,
    cells: usize,
    artificial_cells: usize,
    sections: usize,
    compartments: usize,
    /// Number of connections from a source to a target.
    connections: usize,
    /// Number of targets that receive given events.
    event_trains: usize,
    /// Number of connections that only record a source, without target.
    detectors: usize,
    gap_junctions: usize,
    transfers: usize,
    /// Number of cells whose spikes are recorded by a connection or detector.
    watched_cells: usize,
    watched_artificial_cells: usize,
    steps: u64,
    /// Start of the run: 0, or the time of the restored checkpoint, ms.
    start: f64,
    /// ms.
    t: f64,
    /// Spikes of cells with membrane; `None` if none is recorded.
    spikes: Option<usize>,
    /// Spikes of artificial cells; `None` if none is recorded.
    artificial_spikes: Option<usize>,
    wall_s: f64,
    ns_per_compartment_step: Option<f64>,
    warnings: Vec<String>,
    populations: Vec<PopulationEntry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ensembles: Vec<EnsembleEntry<'a>>,
    recordings: &'a [RecordingEntry],
}

/// Cells of one name, or artificial cells.
#[derive(Serialize)]
struct PopulationEntry<'a> {
    name: &'a str,
    artificial: bool,
    cells: usize,
    /// Number of its cells whose spikes are recorded.
    watched: usize,
}

/// Cells with different values of parameters.
#[derive(Serialize)]
struct EnsembleEntry<'a> {
    population: &'a str,
    gids: Vec<u64>,
    /// For each parameter the values of all cells, in the parameter's unit.
    parameters: IndexMap<String, Vec<f64>>,
}

#[derive(Serialize)]
struct Settings {
    tstop: f64,
    dt: f64,
    v_init: f64,
    celsius: f64,
    second_order: u8,
    numerics: &'static str,
    largest_fast_response: f64,
    threads: usize,
    ranks: usize,
}

pub(super) fn summary<'a>(
    facts: &'a Facts,
    model: &'a Model,
    model_path: &Path,
    simulation: &Simulation,
    ending: &Ending,
) -> Summary<'a> {
    let options = simulation.options();
    let work = simulation.compartments() as f64 * simulation.own_steps() as f64;
    let network = &model.network;
    let (cells, artificial_cells) = watched(network, simulation);
    let count = |watched: &[bool]| watched.iter().filter(|&&watched| watched).count();
    let (watched_cells, watched_artificial_cells) = (count(&cells), count(&artificial_cells));
    let spikes = simulation.spike_counts();
    let kinds = network.connections.counts();
    Summary {
        version: env!("CARGO_PKG_VERSION"),
        status: ending.status,
        error: ending.error.clone(),
        model: model_path.display().to_string(),
        model_hash: &facts.model_hash,
        settings: Settings {
            tstop: model.tstop,
            dt: options.dt,
            v_init: options.v_init,
            celsius: options.celsius,
            second_order: match options.second_order {
                SecondOrder::BackwardEuler => 0,
                SecondOrder::CrankNicolson => 1,
                SecondOrder::CrankNicolsonCurrents => 2,
            },
            numerics: match options.numerics {
                Numerics::Exact => "exact",
                Numerics::Fast => "fast",
            },
            largest_fast_response: options.largest_fast_response,
            threads: options.threads,
            ranks: simulation.ranks(),
        },
        seed: model.seed,
        cells: network.cells.len(),
        artificial_cells: network.artificial_cells.len(),
        sections: network.cells.iter().map(|cell| cell.sections.len()).sum(),
        compartments: simulation.compartments(),
        connections: kinds.connections,
        event_trains: kinds.event_trains,
        detectors: kinds.detectors,
        gap_junctions: network.gap_junctions.len(),
        transfers: network.transfers.len(),
        watched_cells,
        watched_artificial_cells,
        steps: simulation.steps(),
        start: facts.start,
        t: simulation.time(),
        spikes: (watched_cells > 0).then_some(spikes.cells),
        artificial_spikes: (watched_artificial_cells > 0).then_some(spikes.artificial),
        wall_s: ending.wall.as_secs_f64(),
        ns_per_compartment_step: (work > 0.0).then(|| ending.wall.as_secs_f64() * 1e9 / work),
        warnings: model
            .warnings
            .iter()
            .map(|warning| warning.text.clone())
            .chain(unusual_voltage(model, simulation))
            .collect(),
        populations: populations(network, &cells, &artificial_cells),
        ensembles: ensembles(network),
        recordings: &facts.recordings,
    }
}

/// The warning of a voltage that no membrane has, unless the model leaves it out.
pub fn unusual_voltage(model: &Model, simulation: &Simulation) -> Option<String> {
    let found = simulation.unusual_voltage().filter(|_| !model.quiet.contains(&PlausibilityRule::Voltage))?;
    Some(format!("{found} (quiet = [\"voltage\"] in [run] leaves this out)"))
}

/// SHA-256 of the model file followed by the files that it reads and by the configuration.
pub(super) fn model_hash(model: &Model, configuration: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(model.text.as_bytes());
    for file in &model.files {
        // A file that has been removed since it was read changes the hash, as intended.
        hash.update(InputFile::open(file, USUAL_BYTES).and_then(InputFile::contents).unwrap_or_default());
    }
    hash.update(configuration.as_bytes());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn populations<'a>(network: &'a Network, cells: &[bool], artificial_cells: &[bool]) -> Vec<PopulationEntry<'a>> {
    let of_cells = network.cells.iter().map(|cell| cell.name.as_str()).zip(cells);
    let of_artificial = network.artificial_cells.iter().map(|cell| cell.name.as_str()).zip(artificial_cells);
    let all = of_cells.map(|cell| (false, cell)).chain(of_artificial.map(|cell| (true, cell)));
    let mut populations: IndexMap<(bool, &str), PopulationEntry> = IndexMap::new();
    for (artificial, (name, &watched)) in all {
        let name = population_name(name);
        let new = PopulationEntry { name, artificial, cells: 0, watched: 0 };
        let population = populations.entry((artificial, name)).or_insert(new);
        population.cells += 1;
        population.watched += usize::from(watched);
    }
    populations.into_values().collect()
}

fn ensembles(network: &Network) -> Vec<EnsembleEntry<'_>> {
    let mut ensembles: Vec<EnsembleEntry> = Vec::new();
    for (index, cell) in network.cells.iter().enumerate().filter(|(_, cell)| !cell.own.is_empty()) {
        let (population, own) = (population_name(&cell.name), cell.own_values());
        let is_like = |last: &EnsembleEntry| {
            last.population == population && last.parameters.keys().eq(own.iter().map(|(name, _)| name))
        };
        if !ensembles.last().is_some_and(is_like) {
            let parameters = own.iter().map(|(name, _)| (name.clone(), Vec::new())).collect();
            ensembles.push(EnsembleEntry { population, gids: Vec::new(), parameters });
        }
        if let Some(last) = ensembles.last_mut() {
            last.gids.push(network.gid(index));
            for (values, (_, value)) in last.parameters.values_mut().zip(own) {
                values.push(value);
            }
        }
    }
    ensembles
}

/// For each cell with membrane and each artificial cell, true if its spikes are recorded.
fn watched(network: &Network, simulation: &Simulation) -> (Vec<bool>, Vec<bool>) {
    let mut cells = vec![false; network.cells.len()];
    let mut artificial = vec![false; network.artificial_cells.len()];
    for source in simulation.sources() {
        match source {
            SourceRef::Artificial(cell) | SourceRef::Variable(VariableRef::Artificial { cell, .. }) => {
                artificial[*cell] = true;
            }
            SourceRef::Variable(variable) => {
                if let Some(cell) = network.cell_of(variable) {
                    cells[cell] = true;
                }
            }
            SourceRef::Point { cell, .. } => cells[*cell] = true,
        }
    }
    (cells, artificial)
}

/// The progress of a run, or its outcome.
pub struct Ending {
    /// "running", "complete", "interrupted" or "failed".
    pub status: &'static str,
    /// The reason of a failure.
    pub error: Option<String>,
    /// Duration of the run, without reading the model and writing the output.
    pub wall: Duration,
}

/// Facts of a run that are known when it begins.
#[derive(Default)]
pub(super) struct Facts {
    /// Start time, ms.
    pub start: f64,
    pub model_hash: String,
    pub recordings: Vec<RecordingEntry>,
}

/// One recording.
#[derive(Serialize)]
pub(super) struct RecordingEntry {
    pub name: String,
    /// Name of its cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    pub unit: String,
    pub file: String,
    /// The SONATA report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Interval in steps.
    pub every: usize,
}
