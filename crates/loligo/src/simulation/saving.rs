//! Makes checkpoints of a simulation and continues from them.

use loligo_engine::EngineError;

use crate::simulation::Simulation;
use crate::simulation::checkpoint::Checkpoint;
use crate::simulation::error::SimulationError;
use crate::simulation::recorded::SpikeCounts;

impl Simulation {
    /// Makes a checkpoint of the present state; every rank gets the state of all ranks.
    ///
    /// # Errors
    /// A run that has failed; ranks that can't communicate.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, SimulationError> {
        let state = self.engine.state().map_err(|error| self.explain(error))?;
        let counts = self.engine.communicator().tell_all(&self.spike_counts).map_err(EngineError::from)?;
        let changes = (self.schedule.digest(), self.schedule.next);
        Ok(Checkpoint::new(state, counts.first().copied().unwrap_or_default(), changes))
    }

    /// Returns to the state of a checkpoint that a simulation of the same network made; the run then continues with the
    /// same bits. Samples and spikes recorded until now are removed, and the first sample is that of the next step at
    /// which one is due; until then currents and other outputs of mechanisms [are](Self::value) 0. Every rank must get
    /// the same checkpoint.
    ///
    /// # Errors
    /// A checkpoint of another model or other options; the message names the difference, and the simulation is
    /// unchanged. A checkpoint with contradictions; the simulation then needs [`initialize`](Self::initialize).
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), SimulationError> {
        self.engine.check_model(checkpoint.state()).map_err(|error| self.explain(error))?;
        let next_change = checkpoint.next_change(self.schedule.digest());
        let next_change =
            next_change.filter(|&next| next <= self.schedule.len()).ok_or_else(|| EngineError::OtherModel {
                part: "its weights that change, or other values that are set, while it runs".to_owned(),
            })?;
        self.engine.restore(checkpoint.state()).map_err(|error| self.explain(error))?;
        self.abandoned = false;
        self.recorded.clear(self.engine.steps(), self.engine.time());
        self.first_step = self.engine.steps();
        self.schedule.next = next_change;
        self.spike_counts = if self.rank() == 0 { checkpoint.spike_counts() } else { SpikeCounts::default() };
        Ok(())
    }
}
