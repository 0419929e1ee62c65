//! Checkpoints of a simulation: made, and gone on from.

use loligo_engine::EngineError;

use crate::simulation::Simulation;
use crate::simulation::checkpoint::Checkpoint;
use crate::simulation::error::SimulationError;
use crate::simulation::recorded::SpikeCounts;

impl Simulation {
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
}
