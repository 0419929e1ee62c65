//! The output directory: traces, spikes, cells, summary.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use loligo::{
    End, Network, Numerics, Recorded, Recording, SecondOrder, Section, SectionKind, Shape, Simulation, Sink, SinkError,
    SourceRef, TraceFiles, VariableRef,
};
use loligo_format::model_file::Model;
use loligo_io::{HDF5, InputFile, OwnKind, USUAL_BYTES};
use loligo_plot::population_name;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::configured::ConfigurationFile;
use crate::failure::Failure;
use crate::sonata::{self, Sonata};
use crate::terminal::complain;

/// How far a run is, or how it ended.
pub struct Ending {
    /// "running", "complete", "interrupted" or "failed".
    pub status: &'static str,
    /// Why it failed.
    pub error: Option<String>,
    /// Time that the run took, without reading the model and writing the output.
    pub wall: Duration,
}

#[derive(Serialize)]
struct Summary<'a> {
    version: &'static str,
    status: &'static str,
    error: Option<String>,
    model: String,
    /// SHA-256 of the model file followed by its morphologies and tables of parameters, in their order, and the configuration.
    model_hash: &'a str,
    settings: Settings,
    seed: u32,
    cells: usize,
    artificial_cells: usize,
    sections: usize,
    compartments: usize,
    /// From a source to a target.
    connections: usize,
    /// Targets that are sent given events.
    event_trains: usize,
    /// What watches a source and leads nowhere.
    detectors: usize,
    gap_junctions: usize,
    transfers: usize,
    /// Cells of which a connection or detector hears the spikes.
    watched_cells: usize,
    watched_artificial_cells: usize,
    steps: u64,
    /// Where the run began: 0, or the time of the checkpoint that it went on from, ms.
    start: f64,
    /// ms.
    t: f64,
    /// Of cells with membrane; nothing if none is watched.
    spikes: Option<usize>,
    /// Of artificial cells; nothing if none is watched.
    artificial_spikes: Option<usize>,
    wall_s: f64,
    ns_per_compartment_step: Option<f64>,
    warnings: Vec<&'a str>,
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
    /// How many of them are watched.
    watched: usize,
}

/// Cells that differ in parameters.
#[derive(Serialize)]
struct EnsembleEntry<'a> {
    population: &'a str,
    gids: Vec<u64>,
    /// Of each parameter the value of each cell, in the parameter's unit.
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
    threads: usize,
    ranks: usize,
}

#[derive(Serialize)]
struct RecordingEntry {
    name: String,
    /// Name of its cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<String>,
    unit: String,
    file: String,
    /// The SONATA report.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<String>,
    /// Steps.
    every: usize,
}

#[derive(Serialize)]
struct CellEntry {
    name: String,
    gid: u64,
    /// Parameters that it has of its own, in their units.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    parameters: IndexMap<String, f64>,
    /// Of the first cells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sections: Vec<SectionEntry>,
}

#[derive(Serialize)]
struct SectionEntry {
    name: String,
    kind: KindEntry,
    /// Index among the cell's sections.
    parent: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_x: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    child_end: Option<u8>,
    /// x, y, z, diameter, um.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<Vec<[f32; 4]>>,
    /// um.
    length: f64,
    /// Mean diameter of a section without points, um.
    #[serde(skip_serializing_if = "Option::is_none")]
    diam: Option<f64>,
    segments: usize,
    /// Highest voltage of each segment, mV.
    #[serde(skip_serializing_if = "Option::is_none")]
    v_max: Option<Vec<f64>>,
}

/// A kind of section by its name, or the number of another SWC type.
#[derive(Serialize)]
#[serde(untagged)]
enum KindEntry {
    Name(&'static str),
    Code(i32),
}

impl From<SectionKind> for KindEntry {
    fn from(kind: SectionKind) -> Self {
        match kind {
            SectionKind::Soma => Self::Name("soma"),
            SectionKind::Axon => Self::Name("axon"),
            SectionKind::Dendrite => Self::Name("dendrite"),
            SectionKind::Apical => Self::Name("apical"),
            SectionKind::Custom(code) => Self::Code(code),
        }
    }
}

/// Recordings that the user did not ask for: the voltage of all segments of the first cells, of which the highest is kept.
pub struct ShapeVoltages {
    /// Index of the first of them.
    first: usize,
    /// mV.
    highest: Vec<f64>,
}

impl ShapeVoltages {
    /// Adds them to a model that wants them.
    pub fn add(model: &mut Model) -> Option<Self> {
        let first = model.network.recordings.len();
        if !model.output.shape_voltage {
            return None;
        }
        let every = model.output.shape_every;
        let mut wanted = Vec::new();
        for (index, cell) in model.network.cells.iter().take(Model::CELLS_WITH_SHAPE).enumerate() {
            for (section, shape) in cell.sections.iter().enumerate() {
                let segments = shape.segments();
                wanted.extend(
                    (0..segments).map(|k| VariableRef::voltage(index, section, (k as f64 + 0.5) / segments as f64)),
                );
            }
        }
        let highest = vec![f64::NEG_INFINITY; wanted.len()];
        for variable in wanted {
            model.network.record_as("shape", variable, every);
        }
        Some(Self { first, highest })
    }

    fn take(&mut self, recorded: &Recorded) {
        for (recording, highest) in (self.first..).zip(&mut self.highest) {
            *highest = recorded.samples(recording).unwrap_or_default().iter().copied().fold(*highest, f64::max);
        }
    }
}

/// What a run records on its way into files; nothing in other ranks than rank 0.
pub struct Output {
    shape: Option<ShapeVoltages>,
    /// In rank 0.
    directory: Option<OutputDirectory>,
    configuration: Option<ConfigurationFile>,
    traces: Option<TraceFiles>,
    wants_sonata: bool,
    sonata: Option<Sonata>,
    recordings: Vec<RecordingEntry>,
    /// Where the run began, ms.
    start: f64,
    model_hash: String,
    writing: Duration,
}

impl Output {
    /// Of this rank; nothing is written yet. `wants_sonata`: in SONATA's layout, too.
    pub fn new(
        shape: Option<ShapeVoltages>,
        directory: Option<OutputDirectory>,
        configuration: Option<ConfigurationFile>,
        wants_sonata: bool,
    ) -> Self {
        Self {
            shape,
            directory,
            configuration,
            traces: None,
            wants_sonata,
            sonata: None,
            recordings: Vec::new(),
            start: 0.0,
            model_hash: String::new(),
            writing: Duration::ZERO,
        }
    }

    /// The directory, in rank 0.
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_ref().map(|directory| &*directory.path)
    }

    /// Time that writing traces and spikes took so far.
    pub fn writing(&self) -> Duration {
        self.writing
    }

    /// Writes all files as they are before the run, so that they can be read if it never ends.
    pub fn begin(&mut self, model: &Model, model_path: &Path, simulation: &Simulation) -> Result<(), Failure> {
        let Some(directory) = &self.directory else { return Ok(()) };
        self.start = simulation.time();
        let configuration = self.configuration.as_ref().map_or("", |configuration| &configuration.text);
        self.model_hash = model_hash(model, configuration);
        directory.clear()?;
        let running = Ending { status: "running", error: None, wall: Duration::ZERO };
        // The summary first: it tells a directory that runs write to from others.
        self.summarise(directory, model, model_path, simulation, &running)?;
        let count = self.shape.as_ref().map_or(simulation.recordings(), |shape| shape.first);
        let traces = TraceFiles::create(&directory.path, &model.network, simulation, 0..count);
        let traces = traces.map_err(Failure::from)?;
        self.sonata = self
            .wants_sonata
            .then(|| sonata::create(&directory.path, &model.network, simulation, 0..count))
            .transpose()?;
        let entry = |recording: usize| {
            let Recording { variable, every, .. } = &model.network.recordings[recording];
            RecordingEntry {
                name: simulation.recording_name(recording).unwrap_or_default().to_owned(),
                cell: name_of_cell(&model.network, variable),
                unit: simulation.recording_unit(recording).unwrap_or_default().to_owned(),
                file: traces.file_of_interval(*every).unwrap_or_default().to_owned(),
                report: self.sonata.as_ref().map(|sonata| sonata.files[recording].clone()),
                every: *every,
            }
        };
        self.recordings = (0..count).map(entry).collect();
        self.traces = Some(traces);
        self.end(model, model_path, simulation, &running)?;
        directory.file(MODEL, |out| out.write_all(model.text.as_bytes()))?;
        for (name, is_json) in CONFIGURATION {
            match self.configuration.as_ref().filter(|configuration| configuration.is_json == is_json) {
                Some(configuration) => directory.file(name, |out| out.write_all(configuration.text.as_bytes()))?,
                None => directory.remove(name)?,
            }
        }
        Ok(())
    }

    /// Writes what is known only now.
    pub fn end(
        &self,
        model: &Model,
        model_path: &Path,
        simulation: &Simulation,
        ending: &Ending,
    ) -> Result<(), Failure> {
        let Some(directory) = &self.directory else { return Ok(()) };
        // Before the run nothing is known.
        let highest = self.shape.as_ref().map(|shape| &shape.highest[..]);
        let highest = highest.filter(|values| values.iter().all(|&v| v > f64::NEG_INFINITY));
        directory.json(CELLS, &DescribedCells { model, highest })?;
        self.summarise(directory, model, model_path, simulation, ending)
    }

    fn summarise(
        &self,
        directory: &OutputDirectory,
        model: &Model,
        model_path: &Path,
        simulation: &Simulation,
        ending: &Ending,
    ) -> Result<(), Failure> {
        directory.json(SUMMARY, &summary(self, model, model_path, simulation, ending))
    }
}

impl Sink for Output {
    fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError> {
        let start = Instant::now();
        if let Some(shape) = &mut self.shape {
            shape.take(recorded);
        }
        let taken = self.traces.as_mut().map_or(Ok(()), |traces| traces.take(recorded));
        let taken = taken.and(self.sonata.as_mut().map_or(Ok(()), |sonata| sonata.sink.take(recorded)));
        self.writing += start.elapsed();
        taken
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.sonata.as_mut().map_or(Ok(()), |sonata| sonata.sink.finish())
    }
}

/// The copy of the model; it is replaced only when the run begins, so that it can be run again from there.
const MODEL: &str = "model.toml";
/// The copy of the configuration, and whether it is the JSON one.
const CONFIGURATION: [(&str, bool); 2] = [("configuration.toml", false), ("configuration.json", true)];
const SUMMARY: &str = "summary.json";
const CELLS: &str = "cells.json";
/// Locked while a run writes to the directory; it stays there, and is locked by nobody once its process is gone.
const LOCK: &str = ".loligo.lock";

/// Summaries, told by their first and most particular keys.
const SUMMARY_KIND: OwnKind = OwnKind {
    name: "the summary of a run",
    is_own: |bytes| {
        let has = |key: &[u8]| bytes.windows(key.len()).any(|part| part == key);
        bytes.starts_with(b"{") && has(b"\"version\"") && has(b"\"status\"") && has(b"\"model_hash\"")
    },
};
/// Whatever stands in a directory that a run has written to, under a name that says nothing else.
const COPY_KIND: OwnKind = OwnKind { name: "a copy of a model", is_own: |_| true };
const CELLS_KIND: OwnKind = OwnKind { name: "the cells of a run", is_own: |bytes| bytes.starts_with(b"[") };

/// A directory that receives the output, and no other run's meanwhile.
pub struct OutputDirectory {
    path: PathBuf,
    /// Unlocked when it is closed.
    _lock: File,
}

impl OutputDirectory {
    /// What a run writes and replaces under a name.
    pub fn kind_of(name: &str) -> Option<OwnKind> {
        let is_report = name == "spikes.h5" || (name.starts_with("report_") && name.ends_with(".h5"));
        match name {
            SUMMARY => Some(SUMMARY_KIND),
            CELLS => Some(CELLS_KIND),
            MODEL => Some(COPY_KIND),
            _ if CONFIGURATION.iter().any(|(copy, _)| *copy == name) => Some(COPY_KIND),
            _ if is_report => Some(HDF5),
            _ => TraceFiles::kind_of(name).or_else(|| loligo_plot::picture_kind(name)),
        }
    }

    /// Whether a run writes a file of this name.
    pub fn writes(name: &str) -> bool {
        name == LOCK || Self::kind_of(name).is_some()
    }

    /// Checks that a run can write to a directory, which need not be there yet. Nothing is changed.
    ///
    /// What has the name of an output is replaced only in a directory that holds the summary of a run, and only if it looks
    /// like what a run writes under that name: all else is somebody's own.
    pub fn check(path: &Path) -> Result<(), Failure> {
        loligo_io::check_folder(path).map_err(|error| Failure::output(path, error))?;
        if !path.exists() {
            return Ok(());
        }
        let summary = path.join(SUMMARY);
        let is_of_a_run = summary.is_file() && loligo_io::check_place(&summary, SUMMARY_KIND).is_ok();
        for entry in fs::read_dir(path).map_err(|error| Failure::output(path, error))? {
            let entry = entry.map_err(|error| Failure::output(path, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(kind) = Self::kind_of(&name) else { continue };
            if !is_of_a_run {
                let reason = format!("it holds a {name} that no run wrote; give another directory with --out");
                return Err(Failure::output(path, reason));
            }
            loligo_io::check_place(entry.path(), kind).map_err(|error| Failure::output(&entry.path(), error))?;
        }
        Ok(())
    }

    /// Where the run began that wrote to a directory (ms), if one has.
    pub fn start_of_run(path: &Path) -> Option<f64> {
        #[derive(Deserialize)]
        struct Start {
            /// Summaries of earlier versions lack it.
            #[serde(default)]
            start: f64,
        }
        let path = path.join(SUMMARY);
        loligo_io::check_place(&path, SUMMARY_KIND).ok()?;
        let start: Start = serde_json::from_reader(BufReader::new(File::open(path).ok()?)).ok()?;
        Some(start.start)
    }

    /// [Checks](Self::check) a directory, makes it if need be, and keeps other runs out. What it holds stays until
    /// [`clear`](Self::clear).
    pub fn open(path: &Path) -> Result<Self, Failure> {
        Self::check(path)?;
        fs::create_dir_all(path).map_err(|error| Failure::output(path, error))?;
        Ok(Self { path: path.to_owned(), _lock: lock(path)? })
    }

    /// Removes what an earlier run left, but for what tells that it was a run and of what; that is replaced.
    fn clear(&self) -> Result<(), Failure> {
        // Once more: the model may have taken its time to be built.
        Self::check(&self.path)?;
        let entries = fs::read_dir(&self.path).map_err(|error| Failure::output(&self.path, error))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let stays = name == SUMMARY || Self::kind_of(&name).is_none_or(|kind| kind.name == COPY_KIND.name);
            if !stays {
                self.remove(&name)?;
            } else if loligo_io::is_partial(&name) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                // A run that was killed left it; if it stays it does no harm.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    /// Removes what an earlier run may have left.
    fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        let kind = Self::kind_of(name).unwrap_or(COPY_KIND);
        loligo_io::remove(&path, kind).map_err(|error| Failure::output(&path, error))
    }

    /// Writes a file, which is there only once it is complete.
    fn file(&self, name: &str, write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>) -> Result<(), Failure> {
        let path = self.path.join(name);
        let kind = Self::kind_of(name).unwrap_or(COPY_KIND);
        loligo_io::replace(&path, kind, write).map_err(|error| Failure::output(&path, error))
    }

    fn json(&self, name: &str, value: &impl Serialize) -> Result<(), Failure> {
        self.file(name, |out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            writeln!(out)
        })
    }
}

/// Locks a directory against other runs, until the file is closed.
fn lock(directory: &Path) -> Result<File, Failure> {
    let path = directory.join(LOCK);
    let refuse = |error: io::Error| Failure::output(&path, error);
    if path.symlink_metadata().is_ok_and(|data| !data.is_file()) {
        return Err(Failure::output(&path, "this is the name of a file that a run makes; remove what has it"));
    }
    // Not emptied: it tells which process has locked it.
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(refuse)?;
    match file.try_lock() {
        Ok(()) => {
            // For the message below; without it the lock works as well.
            let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        }
        Err(TryLockError::WouldBlock) => {
            let process = fs::read_to_string(&path).unwrap_or_default();
            let process = process.trim();
            let process = if process.is_empty() { String::new() } else { format!(" (process {process})") };
            let reason =
                format!("another run writes to it{process}; wait for its end, or give another directory with --out");
            return Err(Failure::output(directory, reason));
        }
        Err(TryLockError::Error(error)) => {
            complain!(
                "warning: {} cannot be locked ({error}); start no other run into it meanwhile",
                directory.display()
            );
        }
    }
    Ok(file)
}

/// The cell that a variable belongs to.
fn name_of_cell(network: &Network, variable: &VariableRef) -> Option<String> {
    match variable {
        VariableRef::Artificial { cell, .. } => network.artificial_cells.get(*cell).map(|cell| cell.name.clone()),
        _ => network.cells.get(network.cell_of(variable)?).map(|cell| cell.name.clone()),
    }
}

/// The first cells, and all that have parameters of their own, each made while it is written: together they may be larger than
/// the model.
struct DescribedCells<'a> {
    model: &'a Model,
    /// The highest voltage (mV) of each segment of the first ones.
    highest: Option<&'a [f64]>,
}

impl Serialize for DescribedCells<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let network = &self.model.network;
        let mut highest = self.highest;
        to.collect_seq(network.cells.iter().enumerate().filter_map(|(index, cell)| {
            let has_shape = index < Model::CELLS_WITH_SHAPE;
            let sections = if has_shape { &cell.sections[..] } else { &[] };
            (has_shape || !cell.own.is_empty()).then(|| CellEntry {
                name: cell.name.clone(),
                gid: network.gid(index),
                parameters: cell.own_values().into_iter().collect(),
                sections: sections.iter().map(|section| section_entry(section, &mut highest)).collect(),
            })
        }))
    }
}

/// Which cells with membrane and which artificial cells are watched.
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

fn section_entry(section: &Section, highest: &mut Option<&[f64]>) -> SectionEntry {
    let segments = section.segments();
    let v_max = highest.as_mut().map(|values| {
        let (own, rest) = values.split_at(segments);
        *values = rest;
        own.to_vec()
    });
    let (points, length, diam) = match &section.shape {
        Shape::Cylinder { length, diameters } => {
            let mean = diameters.iter().sum::<f64>() / diameters.len().max(1) as f64;
            (None, *length, Some(mean))
        }
        Shape::Points(points) => {
            let length = loligo::arc_lengths(points).last().copied().unwrap_or(0.0);
            (Some(points.iter().map(|p| [p.x, p.y, p.z, p.diameter]).collect()), length, None)
        }
    };
    SectionEntry {
        name: section.name.clone(),
        kind: section.kind.into(),
        parent: section.parent.map(|attachment| attachment.parent),
        parent_x: section.parent.map(|attachment| attachment.parent_x),
        child_end: section.parent.map(|attachment| u8::from(attachment.child_end == End::One)),
        points,
        length,
        diam,
        segments,
        v_max,
    }
}

fn summary<'a>(
    output: &'a Output,
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
        model_hash: &output.model_hash,
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
        start: output.start,
        t: simulation.time(),
        spikes: (watched_cells > 0).then_some(spikes.cells),
        artificial_spikes: (watched_artificial_cells > 0).then_some(spikes.artificial),
        wall_s: ending.wall.as_secs_f64(),
        ns_per_compartment_step: (work > 0.0).then(|| ending.wall.as_secs_f64() * 1e9 / work),
        warnings: model.warnings.iter().map(|warning| warning.text.as_str()).collect(),
        populations: populations(network, &cells, &artificial_cells),
        ensembles: ensembles(network),
        recordings: &output.recordings,
    }
}

/// SHA-256 of the model file followed by the files that it reads and by the configuration.
fn model_hash(model: &Model, configuration: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(model.text.as_bytes());
    for file in &model.files {
        // A file that has vanished since it was read changes the hash, as it should.
        hash.update(InputFile::open(file, USUAL_BYTES).and_then(InputFile::contents).unwrap_or_default());
    }
    hash.update(configuration.as_bytes());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
