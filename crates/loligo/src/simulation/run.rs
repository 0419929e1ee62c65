//! Advances a simulation in time.

use std::ops::ControlFlow;
use std::time::Instant;

use loligo_engine::{EngineError, StopRequest};

use crate::error::ModelErrors;
use crate::simulation::check::option_error;
use crate::simulation::error::{SimulationError, SinkError};
use crate::simulation::recorded::Sink;
use crate::simulation::{Progress, Simulation};

impl Simulation {
    /// Makes one step.
    ///
    /// # Errors
    /// A voltage that becomes infinite or NaN.
    pub fn step(&mut self) -> Result<(), SimulationError> {
        self.make_changes();
        let advanced = self.engine.advance(1);
        self.gathered(advanced)
    }

    /// Makes steps while t < `tstop` - dt/2 (ms); none if that time has passed.
    ///
    /// # Errors
    /// A `tstop` that is not finite; a voltage that becomes infinite or NaN. Samples and spikes recorded before are
    /// kept.
    pub fn run_until(&mut self, tstop: f64) -> Result<(), SimulationError> {
        self.run_with(tstop, |_| ControlFlow::Continue(()))
    }

    /// The same, with a report every few hundred steps; a report that returns `Break`, in any rank, ends the run there.
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

    /// Lets another thread, or a signal handler, stop runs: within a fraction of a second they return as if a
    /// [report](Self::run_with) had returned `Break`. With several ranks the request may be made in any of them.
    ///
    /// A request may also be a limit of [wall-clock time](StopRequest::stop_after) or of [simulated
    /// time](StopRequest::stop_at) (with several ranks the run then ends up to some hundred steps later).
    ///
    /// A run ends at the end of a stretch of some steps, which takes some 50 ms at most (with several ranks at the end of
    /// an epoch, the steps between two exchanges of spikes), and the next call continues from there after the request is
    /// [withdrawn](StopRequest::withdraw). A step, or with several ranks an epoch, that would take longer than 0.2 s is
    /// abandoned: samples and spikes recorded before it are kept, but [`initialize`](Self::initialize) or
    /// [`restore`](Self::restore) must be called before the run can continue.
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

    /// The same, and hands samples and spikes to a sink during the run, so that a run of any length needs no more
    /// memory than [`Options::recording_room`](crate::Options::recording_room). The sink first takes those recorded
    /// before that no sink has taken, then every few hundred steps or fewer the new ones, before the report; after a
    /// failure also those recorded before it. None of them are kept: [`spikes`](Self::spikes) and
    /// [`samples`](Self::samples) are empty afterwards.
    ///
    /// With several ranks the sink of rank 0 takes everything; the sinks of the others take nothing, and nothing is
    /// kept there either.
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
    /// As [`run_until`](Self::run_until); a failure of the sink of rank 0, in all ranks.
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
            // With several ranks the latest end may differ from rank to rank, so it is not used here.
            let tstop = if self.ranks() == 1 { tstop.min(self.stop.latest_end()) } else { tstop };
            if self.steps_until(tstop) == 0 {
                return Ok(());
            }
            self.make_changes();
            let steps = self.steps_until(self.schedule.due().map_or(tstop, |t| t.min(tstop)));
            let begun = Instant::now();
            let advanced = self.engine.advance(steps);
            self.pace.adapt(steps, begun.elapsed());
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

    /// Hands the recorded samples and spikes to the sink, in rank 0, and removes them in all ranks.
    fn hand_to(&mut self, sink: &mut dyn Sink) -> Result<(), SinkError> {
        let taken = if self.rank() == 0 { sink.take(&self.recorded) } else { Ok(()) };
        self.recorded.clear(self.engine.steps(), self.engine.time());
        taken
    }

    /// `true` if any rank requests a stop; an error of any rank's sink is returned in all ranks.
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

    /// Number of steps to make while t < tstop - dt/2, limited by the steps between two reports, their time, and the
    /// memory for recording.
    fn steps_until(&self, tstop: f64) -> u64 {
        let dt = self.options.dt;
        // With several ranks all must take the same stretches.
        let pace = if self.ranks() == 1 { self.pace.steps(self.engine.epoch()) } else { u64::MAX };
        let longest = self.longest_stretch.min(pace);
        let mut t = self.time();
        let mut steps = 0;
        while steps < longest && t < tstop - dt / 2.0 {
            t = t + 0.5 * dt + 0.5 * dt; // ms
            steps += 1;
        }
        steps
    }

    /// Makes the changes that are due before the next step.
    fn make_changes(&mut self) {
        self.schedule.apply(&mut self.engine, self.options.dt);
    }

    /// The result of a call in which all ranks took part; rank 0 gets the samples and spikes, also those before a
    /// failure.
    pub(super) fn gathered(&mut self, outcome: Result<(), EngineError>) -> Result<(), SimulationError> {
        let outcome = match outcome {
            Err(EngineError::Communication(error)) => Err(error.into()),
            outcome => outcome.and(self.engine.gather()),
        };
        let sources = self.engine.spikes().iter().map(|spike| &self.sources[spike.source]);
        sources.for_each(|source| self.spike_counts.count(source));
        self.recorded.take_from(&mut self.engine);
        outcome.map_err(|error| self.explain(error))
    }
}
