//! The output directory: traces, spikes, cells, summary.

pub mod cells;
pub mod directory;
pub mod summary;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use loligo::{Network, Recorded, Recording, Simulation, Sink, SinkError, TraceFiles, VariableRef};
use loligo_format::model_file::Model;

use crate::failure::Failure;
use crate::output::cells::{DescribedCells, ShapeVoltages};
use crate::output::directory::{CELLS, CONFIGURATION, CONNECTIONS, MODEL, OutputDirectory, POSITIONS, SUMMARY};
use crate::output::summary::{Ending, Facts, RecordingEntry, model_hash, summary};
use crate::sonata;
use crate::sonata::Sonata;

/// Writes the results of a run to files; does nothing in ranks other than rank 0.
pub struct Output {
    shape: Option<ShapeVoltages>,
    /// Only in rank 0.
    directory: Option<OutputDirectory>,
    configuration: Option<ConfigurationFile>,
    traces: Option<TraceFiles>,
    wants_sonata: bool,
    sonata: Option<Sonata>,
    facts: Facts,
    writing: Duration,
}

impl Output {
    /// The output of this rank; no file is written yet. `wants_sonata`: also in SONATA's layout.
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
            facts: Facts::default(),
            writing: Duration::ZERO,
        }
    }

    /// The directory, in rank 0.
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_ref().map(|directory| directory.path())
    }

    /// Time spent on writing traces and spikes so far.
    pub fn writing(&self) -> Duration {
        self.writing
    }

    /// Writes all files in their state before the run, so that they can be read even if it never
    /// ends.
    pub fn begin(&mut self, model: &Model, model_path: &Path, simulation: &Simulation) -> Result<(), Failure> {
        let Some(directory) = &self.directory else { return Ok(()) };
        self.facts.start = simulation.time();
        let configuration = self.configuration.as_ref().map_or("", |configuration| &configuration.text);
        self.facts.model_hash = model_hash(model, configuration);
        directory.clear()?;
        let running = Ending { status: "running", error: None, wall: Duration::ZERO };
        // The summary first: it marks the directory as the output of a run.
        self.summarise(directory, model, model_path, simulation, &running)?;
        let count = self.shape.as_ref().map_or(simulation.recordings(), |shape| shape.first());
        let traces = TraceFiles::create(directory.path(), &model.network, simulation, 0..count);
        let traces = traces.map_err(Failure::from)?;
        self.sonata = self
            .wants_sonata
            .then(|| sonata::create(directory.path(), &model.network, simulation, 0..count))
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
        self.facts.recordings = (0..count).map(entry).collect();
        self.traces = Some(traces);
        self.end(model, model_path, simulation, &running)?;
        directory.file(MODEL, |out| out.write_all(model.text.as_bytes()))?;
        if model.output.positions {
            directory.file(POSITIONS, |out| model.network.write_positions(out))?;
        }
        if model.output.connections {
            directory.file(CONNECTIONS, |out| model.network.write_connections(out))?;
        }
        for (name, is_json) in CONFIGURATION {
            match self.configuration.as_ref().filter(|configuration| configuration.is_json == is_json) {
                Some(configuration) => directory.file(name, |out| out.write_all(configuration.text.as_bytes()))?,
                None => directory.remove(name)?,
            }
        }
        Ok(())
    }

    /// Writes the results that are only available at the end.
    pub fn end(
        &self,
        model: &Model,
        model_path: &Path,
        simulation: &Simulation,
        ending: &Ending,
    ) -> Result<(), Failure> {
        let Some(directory) = &self.directory else { return Ok(()) };
        let highest = self.shape.as_ref().and_then(ShapeVoltages::highest);
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
        directory.json(SUMMARY, &summary(&self.facts, model, model_path, simulation, ending))
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

/// The cell to which a variable belongs.
fn name_of_cell(network: &Network, variable: &VariableRef) -> Option<String> {
    match variable {
        VariableRef::Artificial { cell, .. } => network.artificial_cells.get(*cell).map(|cell| cell.name.clone()),
        _ => network.cells.get(network.cell_of(variable)?).map(|cell| cell.name.clone()),
    }
}

/// The text of a configuration file.
pub struct ConfigurationFile {
    pub text: String,
    pub is_json: bool,
}
