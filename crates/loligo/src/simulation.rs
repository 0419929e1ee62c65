//! A network in motion.

use std::collections::HashSet;
use std::sync::Arc;

use std::ops::ControlFlow;

use loligo_cable::Shape;
use loligo_engine::{
    Alone, Communicator, Distribution, Engine, EngineError, Estimate, Options, Profile, Sender, StopRequest,
};
use loligo_io::plain;

use crate::lowering::{ERRORS_KEPT, Lowered, Origin, inspect, lower};
use crate::values::Schedule;
use crate::{
    Cell, Checkpoint, ModelError, ModelErrors, Network, Recorded, Shared, SimulationError, Sink, SinkError, SourceRef,
    Spike, SpikeCounts, VariableRef, WeightChange,
};

/// Steps between two looks at a caller's wish to stop, at most.
const STEPS_PER_REPORT: u64 = 400;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Simulated time, ms.
    pub t: f64,
    /// Where the run is to end, ms.
    pub tstop: f64,
    /// Spikes so far; in other ranks than rank 0 those of their own cells.
    pub spikes: usize,
}

/// What a recording is called and measured in.
#[derive(Clone, Debug, PartialEq)]
struct RecordingLabel {
    name: String,
    unit: Arc<str>,
}

/// A network in motion: arrays made from a description, their state, and what was recorded.
///
/// A simulation is a value of its own: many can run in one process, each in any thread.
///
/// Several ranks, [threads](loligo_engine::Threads) or processes, can share a network: each makes its simulation
/// [with a communicator](Self::with_communicator), from the same network and options, and makes the same calls in the same
/// order. Each computes some of the cells; rank 0 has all results after every call that moves time, the others those of
/// their own cells. The results are the same for any number of ranks.
///
/// ```
/// use loligo::prelude::*;
/// let mut cell = Cell::new("cell");
/// let soma = cell.add_section(Section::soma(20.0)); // um
/// cell.paint(Region::All, Pas { g: 1e-4, e: -70.0 }); // S/cm2, mV: a time constant of 10 ms
/// let mut network = Network::new();
/// let cell = network.add_cell(cell);
/// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
/// let options = Options { v_init: -60.0, ..Options::default() }; // mV
/// let mut simulation = Simulation::new(&network, &options)?;
/// simulation.run_until(10.0)?; // ms
/// let expected = -70.0 + 10.0 * f64::exp(-1.0); // mV
/// assert!((simulation.value(v)? - expected).abs() < 0.01);
/// # Ok::<(), loligo::SimulationError>(())
/// ```
#[derive(Debug)]
pub struct Simulation {
    pub(crate) engine: Engine,
    options: Options,
    recordings: Vec<RecordingLabel>,
    /// What no sink has taken.
    recorded: Recorded,
    /// Where it started: 0, or the step of a checkpoint.
    first_step: u64,
    /// Spikes so far, those that a sink has taken included.
    spike_counts: SpikeCounts,
    /// Steps between two times at which the engine is drained, at most.
    longest_stretch: u64,
    sources: Vec<SourceRef>,
    /// The start of each connection, shared with the network, and the source of each start.
    pub(crate) starts: Shared<Vec<u32>>,
    source_of_start: Vec<Option<usize>>,
    /// Values that are set while it runs.
    schedule: Schedule,
    /// The network without its cells and connections: what the names of values are looked up in.
    pub(crate) parts: Network,
    /// For messages; their descriptions are shared with the network's.
    pub(crate) cells: Vec<Cell>,
    /// Names of the artificial cells, and the population and instance that each is.
    pub(crate) artificial_cells: Vec<(String, Option<(usize, usize)>)>,
    stop: StopRequest,
    /// Whether the last run was stopped in the middle of an epoch.
    abandoned: bool,
    compartments: usize,
}

impl Simulation {
    /// Checks a network, turns it into arrays, and goes to t = 0.
    ///
    /// # Errors
    /// Everything wrong with the model or the options.
    pub fn new(network: &Network, options: &Options) -> Result<Self, SimulationError> {
        Self::with_communicator(network, options, Box::new(Alone))
    }

    /// The same as one of several ranks.
    ///
    /// # Errors
    /// As [`new`](Self::new), in whichever rank; ranks that were not given the same, or that can't speak to each other.
    pub fn with_communicator(
        network: &Network,
        options: &Options,
        mut communicator: Box<dyn Communicator>,
    ) -> Result<Self, SimulationError> {
        let lowered = checked(network, options);
        // A rank that fails by itself must not leave the others waiting.
        let own_error = lowered.as_ref().err().map(ToString::to_string);
        let errors = communicator.tell_all(&own_error).map_err(EngineError::from)?;
        let lowered = lowered?;
        if let Some((rank, reason)) = errors.into_iter().enumerate().find_map(|(rank, error)| Some((rank, error?))) {
            return Err(SimulationError::RankNotStarted { rank, reason });
        }
        let Lowered {
            blueprint,
            recording_units,
            sources,
            source_of_start,
            compartments,
            artificial,
            interventions: addresses,
        } = lowered;
        let names = network.artificial_cells.iter().map(|cell| cell.name.clone());
        let labels = network
            .recordings
            .iter()
            .zip(recording_units)
            .map(|(recording, unit)| RecordingLabel { name: recording.name.clone(), unit });
        let engine = Engine::with_communicator(blueprint, options.clone(), communicator)?;
        let intervals: Vec<usize> = network.recordings.iter().map(|recording| recording.every.max(1)).collect();
        let mut simulation = Self {
            recordings: labels.collect(),
            longest_stretch: longest_stretch(&intervals, options.recording_room, engine.epoch()),
            recorded: Recorded::new(intervals, options.dt),
            first_step: 0,
            spike_counts: SpikeCounts::default(),
            engine,
            options: options.clone(),
            sources,
            starts: network.connections.starts().clone(),
            source_of_start,
            schedule: Schedule::default(),
            parts: network.without_cells(),
            cells: network.cells.clone(),
            artificial_cells: names.zip(artificial).collect(),
            stop: StopRequest::default(),
            abandoned: false,
            compartments,
        };
        simulation.schedule = Schedule::of(network, &addresses, &mut simulation.engine);
        simulation.initialize()?;
        Ok(simulation)
    }

    /// Goes back to t = 0; the same run follows again, as far as mechanisms set all their variables at the start: random streams and
    /// variables that a mechanism leaves as they are go on, as in NEURON.
    ///
    /// # Errors
    /// Events without end at t = 0.
    pub fn initialize(&mut self) -> Result<(), SimulationError> {
        self.recorded.rewind();
        self.first_step = 0;
        self.spike_counts = SpikeCounts::default();
        self.abandoned = false;
        self.schedule.rewind(&mut self.engine);
        let initialized = self.engine.initialize();
        self.gathered(initialized)
    }

    /// The present state, to go on from later; every rank gets that of all.
    ///
    /// # Errors
    /// A run that has failed; ranks that can't speak to each other.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, SimulationError> {
        let state = self.engine.state().map_err(|error| self.explain(error))?;
        let counts = self.engine.communicator().tell_all(&self.spike_counts).map_err(EngineError::from)?;
        let changes = (self.schedule.digest(), self.schedule.next);
        Ok(Checkpoint::new(state, counts.first().copied().unwrap_or_default(), changes))
    }

    /// Goes to where a simulation of the same network was when it made a checkpoint; the same run follows as there, to the
    /// bit. What was recorded until now is forgotten, and the first sample is that of the next step due; until then currents
    /// and other outputs of mechanisms [are](Self::value) 0. Every rank is given the same checkpoint.
    ///
    /// # Errors
    /// A checkpoint of another model or other options, said with what differs: the simulation is where it was. A checkpoint
    /// that contradicts itself: only [`initialize`](Self::initialize) makes the simulation good again.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), SimulationError> {
        self.engine.check_model(checkpoint.state()).map_err(|error| self.explain(error))?;
        let next_weight = checkpoint.next_weight(self.schedule.digest());
        let next_weight =
            next_weight.filter(|&next| next <= self.schedule.len()).ok_or_else(|| EngineError::OtherModel {
                part: "its weights that change, or other values that are set, while it runs".to_owned(),
            })?;
        self.engine.restore(checkpoint.state()).map_err(|error| self.explain(error))?;
        self.abandoned = false;
        self.recorded.clear(self.engine.steps(), self.engine.time());
        self.first_step = self.engine.steps();
        self.schedule.next = next_weight;
        self.spike_counts = if self.rank() == 0 { checkpoint.spike_counts() } else { SpikeCounts::default() };
        Ok(())
    }

    /// Makes the changes that are due before the next step.
    fn make_changes(&mut self) {
        self.schedule.apply(&mut self.engine, self.options.dt);
    }

    /// What became of a call in which all ranks took part; rank 0 gets the results, those before a failure, too.
    fn gathered(&mut self, outcome: Result<(), EngineError>) -> Result<(), SimulationError> {
        let outcome = match outcome {
            Err(EngineError::Communication(error)) => Err(error.into()),
            outcome => outcome.and(self.engine.gather()),
        };
        let sources = self.engine.spikes().iter().map(|spike| &self.sources[spike.source]);
        sources.for_each(|source| self.spike_counts.count(source));
        self.recorded.take_from(&mut self.engine);
        outcome.map_err(|error| self.explain(error))
    }

    /// Makes one step.
    ///
    /// # Errors
    /// A voltage that leaves the finite numbers.
    pub fn step(&mut self) -> Result<(), SimulationError> {
        self.make_changes();
        let advanced = self.engine.advance(1);
        self.gathered(advanced)
    }

    /// Makes steps while t < `tstop` - dt/2 (ms); none if that time is past.
    ///
    /// # Errors
    /// A `tstop` that is not finite; a voltage that leaves the finite numbers: what was recorded until then stays.
    pub fn run_until(&mut self, tstop: f64) -> Result<(), SimulationError> {
        self.run_with(tstop, |_| ControlFlow::Continue(()))
    }

    /// The same, and reports every few hundred steps; a report answered with `Break`, in whichever rank, ends the run there.
    ///
    /// # Errors
    /// As [`run_until`](Self::run_until).
    pub fn run_with(
        &mut self,
        tstop: f64,
        report: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), SimulationError> {
        self.run(tstop, None, report)
    }

    /// Lets another thread, or the handler of a signal, stop runs: from within a fraction of a second they return as if a
    /// [report](Self::run_with) had answered `Break`. Of several ranks any may be asked.
    ///
    /// A request may also be a budget: of [time](StopRequest::stop_after), or [simulated time](StopRequest::stop_at) (of several
    /// ranks the run then ends some hundred steps later at most).
    ///
    /// A run ends at the end of an epoch, and the next call goes on from there once the request is
    /// [withdrawn](StopRequest::withdraw). An epoch that would take longer than 0.2 s is abandoned: what was recorded before it
    /// stays, but to go on [`initialize`](Self::initialize) or [`restore`](Self::restore) comes first.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// use loligo::StopRequest;
    ///
    /// let mut cell = Cell::new("cell");
    /// cell.add_section(Section::soma(20.0)); // um
    /// let mut network = Network::new();
    /// network.add_cell(cell);
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// let stop = StopRequest::default();
    /// simulation.stop_when(stop.clone());
    /// let waiting = std::thread::spawn(move || {
    ///     std::thread::sleep(std::time::Duration::from_millis(5));
    ///     stop.stop()
    /// });
    /// simulation.run_until(1e9)?; // ms
    /// assert!(simulation.time() < 1e9);
    /// # waiting.join().unwrap();
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    pub fn stop_when(&mut self, request: StopRequest) {
        self.stop = request.clone();
        self.engine.stop_when(request);
    }

    /// The same, and hands what is recorded to a sink while it runs, so that a run of any length needs no more memory than
    /// [`Options::recording_room`]: first what was recorded before and no sink has taken, then every few hundred steps or
    /// fewer what is new, before the report; also what was recorded before a failure. Nothing of it is kept:
    /// [`spikes`](Self::spikes) and [`samples`](Self::samples) are empty afterwards.
    ///
    /// Of several ranks the sink of rank 0 takes all; the others' take nothing, and nothing of theirs is kept either.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use loligo::prelude::*;
    /// use loligo::{Recorded, Sink, SinkError};
    ///
    /// /// Keeps the highest value of each recording.
    /// struct Highest(Vec<f64>);
    ///
    /// impl Sink for Highest {
    ///     fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError> {
    ///         for (recording, highest) in self.0.iter_mut().enumerate() {
    ///             *highest = recorded.samples(recording).unwrap_or_default().iter().copied().fold(*highest, f64::max);
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// network.record(VariableRef::voltage(cell, soma, 0.5));
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// let mut highest = Highest(vec![f64::NEG_INFINITY]);
    /// simulation.run_into(&mut highest, 100.0, |_| ControlFlow::Continue(()))?; // ms
    /// assert_eq!(highest.0, [-65.0]); // mV
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    ///
    /// # Errors
    /// As [`run_until`](Self::run_until); what the sink of rank 0 could not do, in all ranks.
    pub fn run_into(
        &mut self,
        sink: &mut dyn Sink,
        tstop: f64,
        report: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), SimulationError> {
        self.run(tstop, Some(sink), report)
    }

    fn run(
        &mut self,
        tstop: f64,
        mut sink: Option<&mut dyn Sink>,
        report: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), SimulationError> {
        if !tstop.is_finite() {
            return Err(ModelErrors(vec![option_error("tstop (ms)", tstop, "give a finite time")]).into());
        }
        let outcome = self.advance_until(tstop, &mut sink, report);
        let Some(sink) = sink else { return outcome };
        let finished = if self.rank() == 0 { sink.finish() } else { Ok(()) };
        outcome?;
        self.agree(false, finished).map(|_| ())
    }

    fn advance_until(
        &mut self,
        tstop: f64,
        sink: &mut Option<&mut dyn Sink>,
        mut report: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<(), SimulationError> {
        let taken = sink.as_mut().map_or(Ok(()), |sink| self.hand_to(&mut **sink));
        if self.agree(self.stop.is_requested(), taken)? {
            return Ok(());
        }
        loop {
            // Of several ranks one alone may know of an earlier end.
            let tstop = if self.ranks() == 1 { tstop.min(self.stop.latest_end()) } else { tstop };
            if self.steps_until(tstop) == 0 {
                return Ok(());
            }
            self.make_changes();
            let steps = self.steps_until(self.schedule.due().map_or(tstop, |t| t.min(tstop)));
            let advanced = self.engine.advance(steps);
            let advanced = self.gathered(advanced);
            let taken = sink.as_mut().map_or(Ok(()), |sink| self.hand_to(&mut **sink));
            if !self.abandoned && matches!(advanced, Err(SimulationError::Engine(EngineError::Stopped { .. }))) {
                self.abandoned = true;
                return self.agree(true, taken).map(|_| ());
            }
            advanced?;
            let progress = Progress { t: self.time(), tstop, spikes: self.spike_count() };
            let is_late = self.time() >= self.stop.latest_end() - self.options.dt / 2.0;
            let stop = report(progress).is_break() || self.stop.is_requested() || is_late;
            if self.agree(stop, taken)? {
                return Ok(());
            }
        }
    }

    /// Hands over what was recorded, in rank 0, and keeps none of it.
    fn hand_to(&mut self, sink: &mut dyn Sink) -> Result<(), SinkError> {
        let taken = if self.rank() == 0 { sink.take(&self.recorded) } else { Ok(()) };
        self.recorded.clear(self.engine.steps(), self.engine.time());
        taken
    }

    /// Whether any rank wants to stop; an error of any rank's sink is an error of all.
    fn agree(&mut self, stop: bool, taken: Result<(), SinkError>) -> Result<bool, SimulationError> {
        if self.ranks() == 1 {
            return Ok(taken.map(|()| stop)?);
        }
        let wishes = self.engine.communicator().tell_all(&(stop, taken.err())).map_err(EngineError::from)?;
        match wishes.iter().find_map(|(_, error)| error.clone()) {
            Some(error) => Err(error.into()),
            None => Ok(wishes.iter().any(|&(stop, _)| stop)),
        }
    }

    /// Steps to make while t < tstop - dt/2, at most as many as go between two reports, and as there is room to record.
    fn steps_until(&self, tstop: f64) -> u64 {
        let dt = self.options.dt;
        let mut t = self.time();
        let mut steps = 0;
        while steps < self.longest_stretch && t < tstop - dt / 2.0 {
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

    /// Steps that this simulation made itself: without those before the [checkpoint](Self::restore) that it went on from.
    pub fn own_steps(&self) -> u64 {
        self.steps() - self.first_step
    }

    /// How it is run.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Segments of all cells.
    pub fn compartments(&self) -> usize {
        self.compartments
    }

    /// Number of this rank; rank 0 has all results.
    pub fn rank(&self) -> usize {
        self.engine.rank()
    }

    /// Number of ranks, 1 unless it was made [with a communicator](Self::with_communicator).
    pub fn ranks(&self) -> usize {
        self.engine.ranks()
    }

    /// Spikes so far, by time; of several at one time by their sources. Those that a [sink](Self::run_into) has taken are
    /// gone.
    pub fn spikes(&self) -> Vec<Spike> {
        self.recorded.spikes().to_vec()
    }

    /// Number of spikes so far, those that a sink has taken included; in other ranks than rank 0 those of their own cells.
    pub fn spike_count(&self) -> usize {
        self.spike_counts.total()
    }

    /// The same, those of cells with membrane and of artificial cells apart.
    pub fn spike_counts(&self) -> SpikeCounts {
        self.spike_counts
    }

    /// What can spike: each variable or artificial cell that a connection starts from.
    pub fn sources(&self) -> &[SourceRef] {
        &self.sources
    }

    /// The source of a connection.
    pub fn source_of_connection(&self, connection: usize) -> Option<usize> {
        self.source_of_start.get(*self.starts.get(connection)? as usize).copied().flatten()
    }

    /// Spike times of a connection's source, ms.
    pub fn spikes_of_connection(&self, connection: usize) -> Vec<f64> {
        let source = self.source_of_connection(connection);
        let spikes = self.recorded.spikes().iter().filter(|spike| Some(spike.source) == source);
        spikes.map(|spike| spike.t).collect()
    }

    /// Sets the (first) weight of a connection from now on, for events in flight too: NEURON's `nc.weight[0] = ...`. Every
    /// rank makes the call.
    ///
    /// It outlasts [`initialize`](Self::initialize), as in NEURON, unless the network itself changes this weight. Weights that
    /// are known beforehand are better part of the network: [`Network::change_weight`].
    ///
    /// # Errors
    /// No connection of that index; a weight that is not finite.
    pub fn set_weight(&mut self, connection: usize, weight: f64) -> Result<(), SimulationError> {
        let change = WeightChange { connection, t: self.time(), weight };
        if let Some(error) = check_weight_change("a weight", &change, self.starts.len()) {
            return Err(ModelErrors(vec![error]).into());
        }
        self.engine.set_weight(connection, weight);
        Ok(())
    }

    /// Number of recordings.
    pub fn recordings(&self) -> usize {
        self.recordings.len()
    }

    /// A recording's name.
    ///
    /// # Errors
    /// As the other questions about a recording: [there are not so many](SimulationError::NoRecording).
    pub fn recording_name(&self, recording: usize) -> Result<&str, SimulationError> {
        self.recordings.get(recording).map(|label| &*label.name).ok_or(self.no_recording(recording))
    }

    /// A recording's unit.
    ///
    /// # Errors
    /// As [`recording_name`](Self::recording_name).
    pub fn recording_unit(&self, recording: usize) -> Result<&str, SimulationError> {
        self.recordings.get(recording).map(|label| &*label.unit).ok_or(self.no_recording(recording))
    }

    fn no_recording(&self, index: usize) -> SimulationError {
        SimulationError::NoRecording { index, count: self.recordings.len() }
    }

    /// A recording's samples so far, the first at t = 0, or after a [checkpoint](Self::restore). Those that a
    /// [sink](Self::run_into) has taken are gone.
    ///
    /// # Errors
    /// As [`recording_name`](Self::recording_name).
    pub fn samples(&self, recording: usize) -> Result<&[f64], SimulationError> {
        self.recorded.samples(recording).ok_or(self.no_recording(recording))
    }

    /// The present value of a recorded variable, whether it is due to be sampled or not.
    ///
    /// # Errors
    /// As [`recording_name`](Self::recording_name).
    pub fn value(&self, recording: usize) -> Result<f64, SimulationError> {
        self.engine.value(recording).ok_or(self.no_recording(recording))
    }

    /// The times of a recording's samples, ms.
    ///
    /// # Errors
    /// As [`recording_name`](Self::recording_name).
    pub fn sample_times(&self, recording: usize) -> Result<Vec<f64>, SimulationError> {
        self.recorded.times(recording).ok_or(self.no_recording(recording))
    }

    /// Time that this rank spent in each phase, summed over threads; all zero unless [`Options::profile`] asks for it.
    pub fn profile(&self) -> Profile {
        self.engine.profile()
    }

    /// Time that each cell has taken so far, s, the same in every rank: costs for another
    /// [distribution](Distribution::LongestProcessingTimeFirst). Cells that are computed together share their time as was
    /// estimated. All zero unless [`Options::profile`] asks for measurements.
    ///
    /// # Errors
    /// Ranks that can't speak to each other.
    pub fn measured_costs(&mut self) -> Result<Vec<f64>, SimulationError> {
        Ok(self.engine.measured_costs()?)
    }

    /// The profile of each rank, in rank 0.
    pub fn profiles(&self) -> Vec<Profile> {
        self.engine.profiles()
    }

    fn explain(&self, error: EngineError) -> SimulationError {
        match error {
            EngineError::NonFinite { cell, node, voltage, t, mechanism } => {
                let cell = &self.cells[cell];
                let (section, x) = place_of_node(cell, node);
                SimulationError::NonFinite {
                    cell: cell.name.clone(),
                    section: cell.sections[section].name.clone(),
                    x,
                    voltage,
                    t,
                    mechanism,
                }
            }
            EngineError::Runaway { population, instance, mechanism, limit, t, in_loop } => {
                let place = Some((population as usize, instance as usize));
                let cell = self.artificial_cells.iter().find(|(_, own)| *own == place);
                let cell = cell.map_or_else(|| format!("{mechanism} {instance}"), |(name, _)| name.clone());
                SimulationError::Runaway { cell, mechanism, limit, t, in_loop }
            }
            EngineError::Sending { sender, mechanism, fault, t } => {
                let sender = match sender {
                    Sender::Point { cell, node } => {
                        let cell = &self.cells[cell];
                        let (section, x) = place_of_node(cell, node);
                        format!("cell \"{}\" at {}({})", cell.name, cell.sections[section].name, plain(x))
                    }
                    Sender::Artificial { population, instance } => {
                        let place = Some((population as usize, instance as usize));
                        let cell = self.artificial_cells.iter().find(|(_, own)| *own == place);
                        cell.map_or_else(|| format!("{mechanism} {instance}"), |(name, _)| format!("\"{name}\""))
                    }
                };
                SimulationError::Sending { sender, mechanism, fault, t }
            }
            EngineError::TooManyEvents { room, t, sender, events } => {
                let limit = format!("{room} bytes of waiting events and spikes");
                SimulationError::TooManyEvents { limit, t, sender: self.name_of_source(sender), events }
            }
            EngineError::TooManyDeliveries { limit, t, sender, events } => {
                let limit = format!("{limit} in half a step");
                SimulationError::TooManyEvents { limit, t, sender: self.name_of_source(sender), events }
            }
            other => SimulationError::Engine(other),
        }
    }

    /// The name of the cell that a source belongs to.
    fn name_of_source(&self, source: Option<u32>) -> Option<String> {
        let cell = |cell: usize| self.cells.get(cell).map(|cell| cell.name.clone());
        match self.sources.get(source? as usize)? {
            SourceRef::Artificial(index) => self.artificial_cells.get(*index).map(|(name, _)| name.clone()),
            SourceRef::Variable(VariableRef::Section { cell: index, .. } | VariableRef::Point { cell: index, .. }) => {
                cell(*index)
            }
            SourceRef::Point { cell: index, .. } => cell(*index),
            SourceRef::Variable(_) => None,
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
        let mut errors = Vec::new();
        self.visit_errors(&mut |origin, error| {
            if errors.len() < ERRORS_KEPT {
                errors.push((origin, error));
            }
        });
        errors
    }

    /// The same, one by one, without keeping them.
    pub fn visit_errors(&self, report: &mut dyn FnMut(Origin, ModelError)) {
        inspect(self, report);
    }

    /// Estimates what a run of the network needs, without building what the run builds.
    ///
    /// # Errors
    /// Everything wrong with the model or the options.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// cell.add_section(Section::cylinder("axon", 1e4, 1.0).with_segments(1000));
    /// cell.paint(Region::All, Hh::default());
    /// let mut network = Network::new();
    /// network.add_cell(cell);
    /// let estimate = network.estimate(&Options::default())?;
    /// assert_eq!(estimate.compartments, 1000);
    /// assert!(estimate.memory < 2e7); // bytes
    /// assert!(estimate.step < 1e-5); // s
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    pub fn estimate(&self, options: &Options) -> Result<Estimate, SimulationError> {
        let mut errors = check_settings(self, options);
        let (blueprint, connections) = inspect(self, &mut |_, error| {
            if errors.len() < ERRORS_KEPT {
                errors.push(error);
            }
        });
        if !errors.is_empty() {
            return Err(ModelErrors(errors).into());
        }
        let mut estimate = Estimate::with_connections(&blueprint, &connections, options);
        let mut known = HashSet::new();
        let described = self.cells.iter().filter(|cell| known.insert(cell.sections.address()));
        for section in described.flat_map(|cell| &cell.sections) {
            estimate.counts.described_sections += 1.0;
            if let Shape::Points(points) = &section.shape {
                estimate.counts.described_shape_points += points.len() as f64;
            }
        }
        let artificial = &self.artificial_cells;
        let own = |index: usize| {
            let mechanism = &artificial[index].mechanism;
            let shares = index > 0 && mechanism.is_shared_with(&artificial[index - 1].mechanism);
            let found = self.catalogue().find(&mechanism.name);
            let draws = found.is_some_and(|found| !found.signature().streams.is_empty());
            match (!shares || draws, mechanism.parameters.is_empty()) {
                (false, _) => 0.0,
                // Most of a description are its parameters.
                (true, true) => 0.35,
                (true, false) => 1.0,
            }
        };
        estimate.counts.artificial_descriptions = (0..artificial.len()).map(own).sum();
        estimate.memory = estimate.counts.memory();
        Ok(estimate)
    }
}

fn check_weight_change(place: &str, change: &WeightChange, connections: usize) -> Option<ModelError> {
    let wrong = |what, value, remedy| Some(ModelError::Value { place: place.to_owned(), what, value, remedy });
    if change.connection >= connections {
        return Some(ModelError::Missing { place: place.to_owned(), what: "connection", index: change.connection });
    } else if !change.t.is_finite() {
        return wrong("time (ms)", change.t, "give a finite time");
    } else if !change.weight.is_finite() {
        return wrong("weight", change.weight, "give a finite weight");
    }
    None
}

/// The most steps between two reports whose samples have room, at least 1; whole epochs if possible.
fn longest_stretch(intervals: &[usize], room: usize, epoch: u64) -> u64 {
    let samples = |steps: u64| intervals.iter().map(|&every| steps.div_ceil(every as u64)).sum::<u64>();
    let (mut fits, mut least_too_long) = (1, STEPS_PER_REPORT + 1);
    while least_too_long - fits > 1 {
        let middle = fits.midpoint(least_too_long);
        if samples(middle) <= room as u64 {
            fits = middle;
        } else {
            least_too_long = middle;
        }
    }
    if fits > epoch { fits - fits % epoch } else { fits }
}

/// Checks options and network, and lowers the network.
fn checked(network: &Network, options: &Options) -> Result<Lowered, SimulationError> {
    let mut errors = check_settings(network, options);
    match lower(network) {
        Ok(lowered) if errors.is_empty() => return Ok(lowered),
        Ok(_) => {}
        Err(others) => errors.extend(others.into_iter().map(|(_, error)| error)),
    }
    Err(ModelErrors(errors).into())
}

/// Checks options and changes of weights.
fn check_settings(network: &Network, options: &Options) -> Vec<ModelError> {
    let mut errors = check_options(network, options);
    errors.extend(network.weight_changes.iter().enumerate().filter_map(|(index, change)| {
        check_weight_change(&format!("weight change {index}"), change, network.connections.len())
    }));
    errors
}

/// Section and x of a node, for messages.
fn place_of_node(cell: &Cell, node: u32) -> (usize, f64) {
    // The cable has been built before, to be simulated.
    let Ok(cable) = cell.cable() else { return (0, 0.5) };
    let found = &cable.nodes[node as usize];
    let section = found.section as usize;
    let segments = cable.segment_nodes(section).len();
    let x = match found.segment {
        Some(segment) => (f64::from(segment) + 0.5) / segments as f64,
        None if cable.node_at(section, 0.0) == node => 0.0,
        None => 1.0,
    };
    (section, x)
}

fn option_error(what: &'static str, value: f64, remedy: &'static str) -> ModelError {
    ModelError::Value { place: "options".to_owned(), what, value, remedy }
}

fn check_options(network: &Network, options: &Options) -> Vec<ModelError> {
    let mut errors = Vec::new();
    // With much smaller ones a run never ends, and at last time stands still.
    if !(options.dt >= Options::SHORTEST_STEP && options.dt.is_finite()) {
        errors.push(option_error("dt (ms)", options.dt, "give a step of at least 1e-6 ms; 0.025 ms is usual"));
    }
    if options.threads > Options::MOST_THREADS {
        errors.push(option_error("threads", options.threads as f64, "give at most 1024; one for each core is usual"));
    }
    if !options.v_init.is_finite() {
        errors.push(option_error("v_init (mV)", options.v_init, "give a finite voltage; -65 mV is usual"));
    }
    if !(options.celsius > -273.15 && options.celsius.is_finite()) {
        errors.push(option_error("celsius (degC)", options.celsius, "give a temperature above absolute zero"));
    }
    if let Distribution::LongestProcessingTimeFirst { costs: Some(costs) } = &options.distribution {
        if costs.len() != network.cells.len() {
            let remedy = "give one for each cell with membrane";
            errors.push(option_error("number of costs", costs.len() as f64, remedy));
        }
        if let Some(&cost) = costs.iter().find(|cost| !(cost.is_finite() && **cost >= 0.0)) {
            errors.push(option_error("cost of a cell", cost, "give a finite cost of at least 0"));
        }
    }
    errors
}
