//! Time stepping: a stepper makes the steps of a group from the operations of [the cells](crate::cells).

mod fixed;

use std::fmt::Debug;

use crate::cells::{Cells, Clock};
use crate::error::EngineError;
use crate::stop::StopRequest;

pub(crate) use fixed::FixedStep;

/// Makes the steps of a group of cells, each of length [`Options::dt`](crate::Options::dt). [`Cells`] has the model,
/// its state and the pending events. A stepper may have working memory, but it is not saved in checkpoints, so no later
/// step may depend on it.
pub(crate) trait Stepper: Debug + Send {
    /// Makes the first half of a step from `t` (ms), up to the transfer of values from other groups; returns the end
    /// of the step.
    fn begin_step(&mut self, cells: &mut Cells, t: f64) -> f64;

    /// Makes the second half of step number `step`, which ends at `end` (ms).
    fn finish_step(&mut self, cells: &mut Cells, step: u64, end: f64);

    /// Makes a whole step of a group that takes values only from itself; returns its end, ms.
    fn step(&mut self, cells: &mut Cells, step: u64, t: f64) -> f64 {
        let end = self.begin_step(cells, t);
        cells.transfer_within();
        self.finish_step(cells, step, end);
        end
    }

    /// Makes the steps of an epoch from `clock`, and delivers events when they are due; a request to stop that has
    /// waited too long is a fault.
    fn advance(&mut self, cells: &mut Cells, clock: Clock, steps: u64, stop: &StopRequest) {
        let Clock { mut step, mut t } = clock;
        for remaining in (0..steps).rev() {
            cells.is_last_step = remaining == 0;
            if stop.is_overdue() {
                cells.fault = Some(EngineError::Stopped { step: clock.step, t: clock.t });
            }
            if cells.fault.is_some() {
                cells.is_last_step = true;
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

/// The cells of a group, and the stepper that advances them.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) cells: Cells,
    pub(crate) stepper: Box<dyn Stepper>,
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;
    use crate::cells::{Arrival, Delivery};
    use crate::options::Options;
    use crate::test_models::{MIDDLE, builtin, passive, placed, started, variable, voltage};

    /// A cell with an `ExpSyn` and an incoming connection to it of 0.01 uS.
    fn cells() -> Cells {
        let synapse = placed(&builtin("ExpSyn"), 1, &[MIDDLE]);
        started(&[passive(vec![synapse])], Options::default(), |cells, _| {
            cells.add_input(1, 0, &[0.01], 0);
            cells.add_detector(3, crate::cells::LocalQuantity::Voltage(0), -66.0);
        })
    }

    fn advance(cells: &mut Cells, steps: u64) {
        FixedStep.advance(cells, Clock { step: 0, t: 0.0 }, steps, &StopRequest::default());
    }

    #[test]
    fn events_of_the_first_half_act_within_the_step_and_those_of_the_second_after_it() {
        let undisturbed = {
            let mut cells = cells();
            advance(&mut cells, 1);
            voltage(&mut cells, 0, MIDDLE)
        };
        for (tick, t) in [(0, 0.0125), (1, 0.02)] {
            let mut cells = cells();
            cells.give(&mut vec![Delivery { tick, t, arrival: Arrival::Event(0) }]);
            advance(&mut cells, 1);
            let conductance = variable(&mut cells, (0, 1, 0), 3);
            let g = cells.value_at(conductance); // uS
            let v = voltage(&mut cells, 0, MIDDLE); // mV
            if tick == 0 {
                assert!(v > undisturbed + 1.0 && g < Some(0.01), "{v} mV, {g:?} uS");
            } else {
                assert_eq!((v, g), (undisturbed, Some(0.01)));
            }
        }
    }

    #[test]
    fn steps_go_on_from_the_clock_and_thresholds_are_looked_at_before_each() {
        let mut cells = cells();
        FixedStep.advance(&mut cells, Clock { step: 7, t: 0.175 }, 2, &StopRequest::default());
        let mut spikes = Vec::new();
        cells.take_spikes(&mut spikes);
        let spikes: Vec<_> = spikes.into_iter().map(|spike| (spike.source, spike.t)).collect();
        assert_eq!(spikes, [(3, 0.175 + 1e-10)]); // ms
        assert!((voltage(&mut cells, 0, MIDDLE) + 70.0 - 5.0 / 1.025_f64.powi(2)).abs() < 1e-9);
    }

    #[test]
    fn a_request_that_has_waited_too_long_ends_the_epoch_at_its_start() {
        let (mut cells, stop) = (cells(), StopRequest::default());
        stop.stop();
        sleep(Duration::from_millis(220));
        FixedStep.advance(&mut cells, Clock { step: 7, t: 0.175 }, 2, &stop);
        assert_eq!(cells.fault, Some(EngineError::Stopped { step: 7, t: 0.175 }));
        assert_eq!(voltage(&mut cells, 0, MIDDLE), -65.0, "no step was made");
    }
}
