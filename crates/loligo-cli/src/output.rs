//! The output directory: traces, spikes, cells, summary.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use loligo::model_file::Model;
use loligo::{
    End, Numerics, Recorded, SecondOrder, Section, SectionKind, Shape, Simulation, Sink, SinkError, TraceFiles,
    VariableRef,
};
use loligo_io::{InputFile, USUAL_BYTES};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::configured::ConfigurationFile;
use crate::failure::Failure;
use crate::sonata::{self, Sonata};

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
    model_hash: String,
    settings: Settings,
    seed: u32,
    cells: usize,
    artificial_cells: usize,
    sections: usize,
    compartments: usize,
    connections: usize,
    gap_junctions: usize,
    transfers: usize,
    steps: u64,
    /// ms.
    t: f64,
    spikes: usize,
    wall_s: f64,
    ns_per_compartment_step: Option<f64>,
    warnings: Vec<&'a str>,
    recordings: &'a [RecordingEntry],
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
    unit: &'static str,
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
        let count = self.shape.as_ref().map_or(simulation.recordings(), |shape| shape.first);
        let traces = TraceFiles::create(&directory.path, &model.network, simulation, 0..count);
        let traces = traces.map_err(Failure::from)?;
        self.sonata = self
            .wants_sonata
            .then(|| sonata::create(&directory.path, &model.network, simulation, 0..count))
            .transpose()?;
        let entry = |recording: usize| {
            let every = model.network.recordings[recording].every;
            RecordingEntry {
                name: simulation.recording_name(recording).unwrap_or_default().to_owned(),
                unit: simulation.recording_unit(recording).unwrap_or_default(),
                file: traces.file_of_interval(every).unwrap_or_default().to_owned(),
                report: self.sonata.as_ref().map(|sonata| sonata.files[recording].clone()),
                every,
            }
        };
        self.recordings = (0..count).map(entry).collect();
        self.traces = Some(traces);
        let running = Ending { status: "running", error: None, wall: Duration::ZERO };
        // The summary first: a directory that holds a model without one is refused.
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
        directory.json("cells.json", &cells(model, highest))?;
        let configuration = self.configuration.as_ref().map_or("", |configuration| &configuration.text);
        let hash = model_hash(model, configuration);
        directory.json(SUMMARY, &summary(model, model_path, hash, simulation, &self.recordings, ending))
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
/// What else a run and its pictures consist of.
const FILES: [&str; 9] = [
    "traces.csv",
    "spikes.csv",
    "spikes.h5",
    "cells.json",
    "traces.svg",
    "raster.svg",
    "shape.svg",
    "shape_v_max.svg",
    "index.html",
];

/// A directory that receives the output.
pub struct OutputDirectory {
    path: PathBuf,
}

impl OutputDirectory {
    /// Makes the directory, and clears what an earlier run left in it.
    ///
    /// A directory that holds a model or configuration but no summary is where somebody keeps models, not output; it is
    /// refused.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| Failure::output(path, error))?;
        let mut copies = CONFIGURATION.map(|(name, _)| name).into_iter().chain([MODEL]);
        if let Some(name) = copies.find(|name| path.join(name).exists() && !path.join(SUMMARY).exists()) {
            let reason = format!("it holds a {name} that no run wrote; give another directory with --out");
            return Err(Failure::output(path, reason));
        }
        let entries = fs::read_dir(path).map_err(|error| Failure::output(path, error))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_of = |stem: &str, extension: &str| name.starts_with(stem) && name.ends_with(extension);
            let is_own = FILES.contains(&name.as_str()) || is_of("traces_every_", ".csv") || is_of("report_", ".h5");
            if is_own {
                fs::remove_file(entry.path()).map_err(|error| Failure::output(&entry.path(), error))?;
            }
        }
        Ok(Self { path: path.to_owned() })
    }

    fn file(&self, name: &str, write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> Result<(), Failure> {
        let path = self.path.join(name);
        let attempt = || {
            let mut out = BufWriter::new(File::create(&path)?);
            write(&mut out)?;
            out.flush()
        };
        attempt().map_err(|error| Failure::output(&path, error))
    }

    /// Removes what an earlier run may have left.
    fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::output(&path, error)),
            _ => Ok(()),
        }
    }

    fn json(&self, name: &str, value: &impl Serialize) -> Result<(), Failure> {
        self.file(name, |out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            writeln!(out)
        })
    }
}

/// The first cells; `highest` has the highest voltage (mV) of each of their segments.
fn cells(model: &Model, mut highest: Option<&[f64]>) -> Vec<CellEntry> {
    let network = &model.network;
    let cells = network.cells.iter().take(Model::CELLS_WITH_SHAPE).enumerate().map(|(index, cell)| CellEntry {
        name: cell.name.clone(),
        gid: network.gid(index),
        sections: cell.sections.iter().map(|section| section_entry(section, &mut highest)).collect(),
    });
    cells.collect()
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
    model: &'a Model,
    model_path: &Path,
    model_hash: String,
    simulation: &Simulation,
    recordings: &'a [RecordingEntry],
    ending: &Ending,
) -> Summary<'a> {
    let options = simulation.options();
    let work = simulation.compartments() as f64 * simulation.own_steps() as f64;
    Summary {
        version: env!("CARGO_PKG_VERSION"),
        status: ending.status,
        error: ending.error.clone(),
        model: model_path.display().to_string(),
        model_hash,
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
        cells: model.network.cells.len(),
        artificial_cells: model.network.artificial_cells.len(),
        sections: model.network.cells.iter().map(|cell| cell.sections.len()).sum(),
        compartments: simulation.compartments(),
        connections: model.network.connections.len(),
        gap_junctions: model.network.gap_junctions.len(),
        transfers: model.network.transfers.len(),
        steps: simulation.steps(),
        t: simulation.time(),
        spikes: simulation.spike_count(),
        wall_s: ending.wall.as_secs_f64(),
        ns_per_compartment_step: (work > 0.0).then(|| ending.wall.as_secs_f64() * 1e9 / work),
        warnings: model.warnings.iter().map(|warning| warning.text.as_str()).collect(),
        recordings,
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
