//! Results of a simulation: time, spikes, samples, costs.

use std::sync::Arc;

use loligo_engine::{MechanismTime, Options, Profile};

use crate::network::references::SourceRef;
use crate::simulation::Simulation;
use crate::simulation::error::SimulationError;
use crate::simulation::recorded::{Spike, SpikeCounts};

impl Simulation {
    /// Simulated time, ms.
    pub fn time(&self) -> f64 {
        self.engine.time()
    }

    /// Steps made since t = 0.
    pub fn steps(&self) -> u64 {
        self.engine.steps()
    }

    /// Number of steps made by this simulation itself, without those before the [checkpoint](Self::restore) from which
    /// it continued.
    pub fn own_steps(&self) -> u64 {
        self.steps() - self.first_step
    }

    /// The options of the run.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Number of segments of all cells.
    pub fn compartments(&self) -> usize {
        self.compartments
    }

    /// Number of cells of this rank that are computed exactly: all with [`Numerics::Exact`](crate::Numerics::Exact), and with
    /// `Fast` those in which rounding errors would become visible.
    pub fn exact_cells(&self) -> usize {
        self.engine.exact_cells()
    }

    /// Number of this rank; rank 0 has all results.
    pub fn rank(&self) -> usize {
        self.engine.rank()
    }

    /// Number of ranks, 1 unless it was made [with a communicator](Self::with_communicator).
    pub fn ranks(&self) -> usize {
        self.engine.ranks()
    }

    /// Spikes so far, ordered by time; simultaneous ones by their sources. Those that a [sink](Self::run_into) has
    /// taken are not included.
    pub fn spikes(&self) -> Vec<Spike> {
        self.recorded.spikes().to_vec()
    }

    /// The same, shared with the simulation without a copy: the list stays as it is when the simulation continues.
    pub fn shared_spikes(&self) -> Arc<Vec<Spike>> {
        Arc::clone(self.recorded.shared_spikes())
    }

    /// Number of spikes so far, including those that a sink has taken; in ranks other than rank 0 those of their own
    /// cells.
    pub fn spike_count(&self) -> usize {
        self.spike_counts.total()
    }

    /// The same, counted separately for cells with membrane and artificial cells.
    pub fn spike_counts(&self) -> SpikeCounts {
        self.spike_counts
    }

    /// The sources of spikes: each variable or artificial cell from which a connection starts.
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

    /// Number of recordings.
    pub fn recordings(&self) -> usize {
        self.recordings.len()
    }

    /// A recording's name.
    ///
    /// # Errors
    /// [No recording of that index](SimulationError::NoRecording).
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
    /// [sink](Self::run_into) has taken are not included.
    ///
    /// # Errors
    /// As [`recording_name`](Self::recording_name).
    pub fn samples(&self, recording: usize) -> Result<&[f64], SimulationError> {
        self.recorded.samples(recording).ok_or(self.no_recording(recording))
    }

    /// The same, shared with the simulation without a copy: the list stays as it is when the simulation continues,
    /// which then copies it once if it is still in use.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let soma = cell.add_section(Section::soma(20.0)); // um
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let v = network.record(VariableRef::voltage(cell, soma, 0.5));
    /// let mut simulation = Simulation::new(&network, &Options::default())?;
    /// let first = simulation.shared_samples(v)?;
    /// assert_eq!(first.as_ptr(), simulation.samples(v)?.as_ptr());
    /// simulation.step()?;
    /// assert_eq!((first.len(), simulation.samples(v)?.len()), (1, 2));
    /// # Ok::<(), loligo::SimulationError>(())
    /// ```
    ///
    /// # Errors
    /// As [`recording_name`](Self::recording_name).
    pub fn shared_samples(&self, recording: usize) -> Result<Arc<Vec<f64>>, SimulationError> {
        self.recorded.shared_samples(recording).cloned().ok_or(self.no_recording(recording))
    }

    /// The present value of a recorded variable, also between its samples.
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

    /// Time that this rank spent in each phase, summed over threads; all zero unless [`Options::profile`] is set.
    pub fn profile(&self) -> Profile {
        self.engine.profile()
    }

    /// Time spent on each cell so far, s, the same in every rank; used as costs for another
    /// [distribution](crate::Distribution::LongestProcessingTimeFirst). The time of cells that are computed together is
    /// divided in proportion to their estimated costs. All zero unless [`Options::profile`] is set.
    ///
    /// # Errors
    /// Ranks that can't communicate.
    pub fn measured_costs(&mut self) -> Result<Vec<f64>, SimulationError> {
        Ok(self.engine.measured_costs()?)
    }

    /// Time that this rank spent on each mechanism, summed over threads, longest first; none unless [`Options::profile`] is
    /// set.
    pub fn mechanism_times(&self) -> Vec<MechanismTime> {
        self.engine.mechanism_times()
    }

    /// The profile of each rank, in rank 0.
    pub fn profiles(&self) -> Vec<Profile> {
        self.engine.profiles()
    }
}
