//! A network in motion.

use std::ops::ControlFlow;

use loligo_engine::{Engine, EngineError, Options, Profile, sample_times};
use loligo_mechanisms::Catalogue;

use crate::lowering::{Lowered, Origin, lower};
use crate::{ModelError, ModelErrors, Network, SimulationError, SourceRef};

/// Steps between two looks at a caller's wish to stop.
const STEPS_PER_REPORT: u64 = 400;

/// A spike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// When, ms.
    pub t: f64,
    /// Index into [`Simulation::sources`].
    pub source: usize,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Simulated time, ms.
    pub t: f64,
    /// Where the run is to end, ms.
    pub tstop: f64,
    /// Spikes so far.
    pub spikes: usize,
}

/// What a recording is called and measured in.
#[derive(Clone, Debug, PartialEq)]
struct RecordingLabel {
    name: String,
    unit: &'static str,
    every: usize,
}

/// A network in motion: arrays made from a description, their state, and what was recorded.
///
/// A simulation is a value of its own: many can run in one process, each in any thread.
#[derive(Debug)]
pub struct Simulation {
    engine: Engine,
    options: Options,
    recordings: Vec<RecordingLabel>,
    sources: Vec<SourceRef>,
    source_of_connection: Vec<Option<usize>>,
    cell_names: Vec<String>,
    section_names: Vec<Vec<String>>,
    node_places: Vec<Vec<(u32, f64)>>,
    compartments: usize,
}

impl Simulation {
    /// Checks a network, turns it into arrays, and goes to t = 0.
    ///
    /// # Errors
    /// Everything wrong with the model or the options.
    pub fn new(network: &Network, options: &Options) -> Result<Self, SimulationError> {
        let option_errors = check_options(options);
        let lowered = match lower(network, &Catalogue::builtin()) {
            Ok(lowered) if option_errors.is_empty() => lowered,
            Ok(_) => return Err(ModelErrors(option_errors).into()),
            Err(errors) => {
                let errors = errors.into_iter().map(|(_, error)| error);
                return Err(ModelErrors(option_errors.into_iter().chain(errors).collect()).into());
            }
        };
        let Lowered { blueprint, recording_units, sources, source_of_connection, node_places } = lowered;
        let segments = |cell: &crate::Cell| cell.sections.iter().map(crate::Section::segments).sum::<usize>();
        let compartments = network.cells.iter().map(segments).sum();
        let labels = network.recordings.iter().zip(recording_units).map(|(recording, unit)| RecordingLabel {
            name: recording.name.clone(),
            unit,
            every: recording.every,
        });
        let names = |cell: &crate::Cell| cell.sections.iter().map(|section| section.name.clone()).collect();
        let mut simulation = Self {
            recordings: labels.collect(),
            engine: Engine::new(blueprint, options.clone()).map_err(SimulationError::Engine)?,
            options: options.clone(),
            sources,
            source_of_connection,
            cell_names: network.cells.iter().map(|cell| cell.name.clone()).collect(),
            section_names: network.cells.iter().map(names).collect(),
            node_places,
            compartments,
        };
        simulation.initialize()?;
        Ok(simulation)
    }

    /// Goes back to t = 0; the same run follows again.
    ///
    /// # Errors
    /// Events without end at t = 0.
    pub fn initialize(&mut self) -> Result<(), SimulationError> {
        self.engine.initialize().map_err(|error| self.explain(error))
    }

    /// Makes one step.
    ///
    /// # Errors
    /// A voltage that leaves the finite numbers.
    pub fn step(&mut self) -> Result<(), SimulationError> {
        self.engine.advance(1).map_err(|error| self.explain(error))
    }

    /// Makes steps while t < `tstop` - dt/2 (ms); none if that time is past.
    ///
    /// # Errors
    /// A `tstop` that is not finite; a voltage that leaves the finite numbers: what was recorded until then stays.
    pub fn run_until(&mut self, tstop: f64) -> Result<(), SimulationError> {
        self.run_with(tstop, |_| ControlFlow::Continue(()))
    }

    /// The same, and reports every few hundred steps; a report answered with `Break` ends the run there.
    ///
    /// # Errors
    /// As [`run_until`](Self::run_until).
    pub fn run_with(
        &mut self,
        tstop: f64,
        mut report: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), SimulationError> {
        if !tstop.is_finite() {
            return Err(ModelErrors(vec![option_error("tstop (ms)", tstop, "give a finite time")]).into());
        }
        loop {
            let steps = self.steps_until(tstop);
            if steps == 0 {
                return Ok(());
            }
            self.engine.advance(steps).map_err(|error| self.explain(error))?;
            let progress = Progress { t: self.time(), tstop, spikes: self.engine.spikes().len() };
            if report(progress).is_break() {
                return Ok(());
            }
        }
    }

    /// Steps to make while t < tstop - dt/2, at most as many as go between two reports.
    fn steps_until(&self, tstop: f64) -> u64 {
        let dt = self.options.dt;
        let mut t = self.time();
        let mut steps = 0;
        while steps < STEPS_PER_REPORT && t < tstop - dt / 2.0 {
            t = t + 0.5 * dt + 0.5 * dt; // ms
            steps += 1;
        }
        steps
    }

    /// Time, ms.
    pub fn time(&self) -> f64 {
        self.engine.time()
    }

    /// Steps made since t = 0.
    pub fn steps(&self) -> u64 {
        self.engine.steps()
    }

    /// How it is run.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Segments of all cells.
    pub fn compartments(&self) -> usize {
        self.compartments
    }

    /// Spikes so far, by time; of several at one time in the order in which they were sent.
    pub fn spikes(&self) -> Vec<Spike> {
        let spikes = self.engine.spikes().iter();
        let mut spikes: Vec<_> = spikes.map(|spike| Spike { t: spike.t, source: spike.source }).collect();
        spikes.sort_by(|a, b| a.t.total_cmp(&b.t));
        spikes
    }

    /// What can spike: each variable or artificial cell that a connection starts from.
    pub fn sources(&self) -> &[SourceRef] {
        &self.sources
    }

    /// The source of a connection.
    pub fn source_of_connection(&self, connection: usize) -> Option<usize> {
        self.source_of_connection.get(connection).copied().flatten()
    }

    /// Spike times of a connection's source, ms.
    pub fn spikes_of_connection(&self, connection: usize) -> Vec<f64> {
        let source = self.source_of_connection(connection);
        self.engine.spikes().iter().filter(|spike| Some(spike.source) == source).map(|spike| spike.t).collect()
    }

    /// Number of recordings.
    pub fn recordings(&self) -> usize {
        self.recordings.len()
    }

    /// A recording's name.
    pub fn recording_name(&self, recording: usize) -> &str {
        &self.recordings[recording].name
    }

    /// A recording's unit.
    pub fn recording_unit(&self, recording: usize) -> &'static str {
        self.recordings[recording].unit
    }

    /// A recording's samples so far, the first at t = 0.
    ///
    /// # Panics
    /// As the other questions about a recording, if there are not so many: [`Network::record`] gave its index.
    pub fn samples(&self, recording: usize) -> &[f64] {
        self.engine.samples(recording)
    }

    /// The present value of a recorded variable, whether it is due to be sampled or not.
    pub fn value(&self, recording: usize) -> f64 {
        self.engine.value(recording)
    }

    /// The times of a recording's samples, ms.
    pub fn sample_times(&self, recording: usize) -> Vec<f64> {
        sample_times(self.options.dt, self.recordings[recording].every, self.samples(recording).len())
    }

    /// Time spent in each phase, summed over threads; all zero unless [`Options::profile`] asks for it.
    pub fn profile(&self) -> Profile {
        self.engine.profile()
    }

    fn explain(&self, error: EngineError) -> SimulationError {
        match error {
            EngineError::NonFinite { cell, node, voltage, t, mechanism } => {
                let (section, x) = self.node_places[cell][node as usize];
                SimulationError::NonFinite {
                    cell: self.cell_names[cell].clone(),
                    section: self.section_names[cell][section as usize].clone(),
                    x,
                    voltage,
                    t,
                    mechanism,
                }
            }
            other => SimulationError::Engine(other),
        }
    }
}

impl Network {
    /// Everything wrong with the network; empty if it can be run.
    pub fn check(&self) -> Vec<ModelError> {
        self.check_with_origins().into_iter().map(|(_, error)| error).collect()
    }

    /// The same, each error with the part of the network that it is about.
    pub fn check_with_origins(&self) -> Vec<(Origin, ModelError)> {
        lower(self, &Catalogue::builtin()).err().unwrap_or_default()
    }
}

fn option_error(what: &'static str, value: f64, remedy: &'static str) -> ModelError {
    ModelError::Value { place: "options".to_owned(), what, value, remedy }
}

fn check_options(options: &Options) -> Vec<ModelError> {
    let mut errors = Vec::new();
    // Half of a smaller step may be 0, and time would stand still.
    if !(options.dt >= f64::MIN_POSITIVE && options.dt.is_finite()) {
        errors.push(option_error("dt (ms)", options.dt, "give a positive step; 0.025 ms is usual"));
    }
    if !options.v_init.is_finite() {
        errors.push(option_error("v_init (mV)", options.v_init, "give a finite voltage; -65 mV is usual"));
    }
    if !(options.celsius > -273.15 && options.celsius.is_finite()) {
        errors.push(option_error("celsius (degC)", options.celsius, "give a temperature above absolute zero"));
    }
    errors
}
