//! A simulation: a network that is run.

pub(crate) mod check;
pub(crate) mod checkpoint;
pub(crate) mod error;
pub(crate) mod explain;
pub(crate) mod pace;
pub(crate) mod recorded;
pub(crate) mod results;
pub(crate) mod run;
pub(crate) mod saving;
pub(crate) mod schedule;
pub(crate) mod trace_files;
pub(crate) mod unusual_voltage;
pub(crate) mod values;

use std::sync::Arc;

use loligo_engine::{Alone, Communicator, Engine, EngineError, Options, StopRequest};

use crate::cell::Cell;
use crate::error::ModelErrors;
use crate::lowering::Lowered;
use crate::network::Network;
use crate::network::parts::WeightChange;
use crate::network::references::SourceRef;
use crate::shared::Shared;
use crate::simulation::check::{check_weight_change, checked};
use crate::simulation::error::SimulationError;
use crate::simulation::pace::Pace;
use crate::simulation::recorded::{Recorded, SpikeCounts, longest_stretch};
use crate::simulation::schedule::Schedule;

/// The progress of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Simulated time, ms.
    pub t: f64,
    /// End of the run, ms.
    pub tstop: f64,
    /// Number of spikes so far; in ranks other than rank 0 those of their own cells.
    pub spikes: usize,
}

/// Name and unit of a recording.
#[derive(Clone, Debug, PartialEq)]
struct RecordingLabel {
    name: String,
    unit: Arc<str>,
}

/// A simulation of a network: arrays made from a description, their state, and the recorded samples and spikes.
///
/// Simulations are independent of each other: many can run in one process, each in any thread.
///
/// Several ranks, [threads](loligo_engine::Threads) or processes, can share a network: each makes its simulation [with
/// a communicator](Self::with_communicator), from the same network and options, and makes the same calls in the same
/// order. Each computes some of the cells; after every call that advances time rank 0 has all results, the others those
/// of their own cells. The results are the same for any number of ranks.
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
    /// Samples and spikes that no sink has taken.
    recorded: Recorded,
    /// Its first step: 0, or the step of a checkpoint.
    first_step: u64,
    /// Numbers of spikes so far, including those that a sink has taken.
    spike_counts: SpikeCounts,
    /// The largest number of steps between two times at which samples and spikes are taken from the engine.
    longest_stretch: u64,
    /// The steps after which a request to stop is looked for, if there is one rank.
    pace: Pace,
    sources: Vec<SourceRef>,
    /// The start of each connection, shared with the network, and the source of each start.
    pub(crate) starts: Shared<Vec<u32>>,
    source_of_start: Vec<Option<usize>>,
    /// Values that are set during the run.
    schedule: Schedule,
    /// The network without its cells and connections, in which the names of values are looked up.
    pub(crate) parts: Network,
    /// The cells, for error messages; their descriptions are shared with the network's.
    pub(crate) cells: Vec<Cell>,
    /// Names of the artificial cells, and their populations and instances.
    pub(crate) artificial_cells: Vec<(String, Option<(usize, usize)>)>,
    stop: StopRequest,
    /// `true` if the last run was stopped in the middle of an epoch.
    abandoned: bool,
    compartments: usize,
}

impl Simulation {
    /// Checks a network, turns it into arrays, and initialises it at t = 0.
    ///
    /// # Errors
    /// All errors of the model and the options.
    pub fn new(network: &Network, options: &Options) -> Result<Self, SimulationError> {
        Self::with_communicator(network, options, Box::new(Alone))
    }

    /// Makes the simulation of one of several ranks; else as [`new`](Self::new).
    ///
    /// # Errors
    /// As [`new`](Self::new), in any rank; ranks with different networks or options, or that cannot communicate.
    pub fn with_communicator(
        network: &Network,
        options: &Options,
        mut communicator: Box<dyn Communicator>,
    ) -> Result<Self, SimulationError> {
        let lowered = checked(network, options);
        // All ranks exchange their errors, so that the others do not wait for a rank that fails.
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
            pace: Pace::of(compartments),
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

    /// Returns to t = 0. The same run follows if mechanisms set all their variables at the start; random streams, and
    /// variables that a mechanism does not set, keep their state, as in NEURON.
    ///
    /// # Errors
    /// An infinite number of events at t = 0.
    pub fn initialize(&mut self) -> Result<(), SimulationError> {
        self.recorded.rewind();
        self.first_step = 0;
        self.spike_counts = SpikeCounts::default();
        self.abandoned = false;
        self.schedule.rewind(&mut self.engine);
        let initialized = self.engine.initialize();
        self.gathered(initialized)
    }

    /// Sets the (first) weight of a connection from now on, also for events in flight: NEURON's `nc.weight[0] = ...`.
    /// Every rank must make the call.
    ///
    /// The weight is kept by [`initialize`](Self::initialize), as in NEURON, unless the network itself changes this
    /// weight. For changes known beforehand use [`Network::change_weight`].
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
}
