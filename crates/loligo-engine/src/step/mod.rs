//! How time goes forward: a stepper makes the steps of a group of cells out of the parts that [the cells](crate::cells) offer.

mod fixed;

use std::fmt::Debug;

use crate::cells::{Cells, Clock};
use crate::error::EngineError;
use crate::stop::StopRequest;

pub(crate) use fixed::FixedStep;

/// Makes the steps of a group of cells. The model is in the cells, and so are the events that wait for them, handles and
/// checkpoints; a stepper has what it needs besides. Another method of integration is another stepper.
pub(crate) trait Stepper: Debug + Send {
    /// The first half of a step from `t` (ms), up to where values of other groups come; returns the end of the step.
    fn begin_step(&mut self, cells: &mut Cells, t: f64) -> f64;

    /// The second half of step number `step`, which ends at `end` (ms).
    fn finish_step(&mut self, cells: &mut Cells, step: u64, end: f64);

    /// A whole step of a group that takes values only of itself; returns its end, ms.
    fn step(&mut self, cells: &mut Cells, step: u64, t: f64) -> f64 {
        let end = self.begin_step(cells, t);
        cells.transfer_within();
        self.finish_step(cells, step, end);
        end
    }

    /// Makes the steps of an epoch from `clock`, taking deliveries as they fall due; a request to stop that has waited for too
    /// long is a fault.
    fn advance(&mut self, cells: &mut Cells, clock: Clock, steps: u64, stop: &StopRequest) {
        let Clock { mut step, mut t } = clock;
        for _ in 0..steps {
            if stop.is_overdue() {
                cells.fault = Some(EngineError::Stopped { step: clock.step, t: clock.t });
            }
            if cells.fault.is_some() {
                return;
            }
            cells.detect(t);
            cells.queue_conditions(t);
            cells.deliver(2 * step, t + 0.5 * cells.options.dt);
            t = self.step(cells, step, t);
            cells.deliver(2 * step + 1, t);
            step += 1;
        }
        cells.drop_taken();
    }
}

/// The cells of a group, and what advances them.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) cells: Cells,
    pub(crate) stepper: Box<dyn Stepper>,
}
