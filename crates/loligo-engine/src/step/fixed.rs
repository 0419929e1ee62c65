//! NEURON's step of a fixed length: currents in its middle, voltages by an implicit step, then the states.

use loligo_mechanisms::Stage;

use super::Stepper;
use crate::cells::Cells;
use crate::profile::Phase;

/// The step of a fixed length; its order is that of the semantics of NEURON's `fadvance`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FixedStep;

impl Stepper for FixedStep {
    fn begin_step(&mut self, cells: &mut Cells, t: f64) -> f64 {
        let dt = cells.options.dt;
        let middle = t + 0.5 * dt; // ms
        let end = middle + 0.5 * dt; // ms
        let start = cells.profile.start();
        cells.play(middle);
        cells.evaluate_currents(middle);
        cells.profile.stop(Phase::Current, start);
        let start = cells.profile.start();
        cells.solve();
        let broken = !cells.advance_voltage();
        cells.profile.stop(Phase::Solve, start);
        if broken {
            cells.fault = cells.describe_fault(middle, end);
        }
        cells.read_sources();
        end
    }

    fn finish_step(&mut self, cells: &mut Cells, step: u64, end: f64) {
        if cells.fault.is_some() {
            return;
        }
        let start = cells.profile.start();
        cells.play(end);
        cells.advance_states(end);
        cells.reach(Stage::AfterStates, end);
        cells.reach(Stage::BeforeRecording, end);
        cells.profile.stop(Phase::State, start);
        let start = cells.profile.start();
        cells.record(step + 1);
        cells.profile.stop(Phase::Record, start);
    }
}
