//! A simulation moves time forward.

use std::ops::ControlFlow;

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
    /// [`Options::recording_room`](crate::Options::recording_room): first what was recorded before and no sink has taken, then every few hundred steps or
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

    /// Makes the changes that are due before the next step.
    fn make_changes(&mut self) {
        self.schedule.apply(&mut self.engine, self.options.dt);
    }

    /// What became of a call in which all ranks took part; rank 0 gets the results, those before a failure, too.
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
