//! Recorders: variables that are sampled.

use std::collections::BTreeMap;

use super::{Cells, LocalQuantity};
use crate::samples::cut_samples;

/// The variables of a group that are sampled.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorders {
    recorders: Vec<Recorder>,
    /// The recorders for each interval in steps: at most steps, nothing is due for most intervals.
    by_interval: BTreeMap<u64, Vec<u32>>,
    /// Number of the last step for which due samples were taken.
    recorded: u64,
}

#[derive(Clone, Debug)]
struct Recorder {
    quantity: LocalQuantity,
    every: usize,
    samples: Vec<f64>,
}

impl Recorders {
    /// Adds a recorder that samples every `every` steps; returns its number.
    pub(super) fn add(&mut self, quantity: LocalQuantity, every: usize) -> usize {
        let recorder = self.recorders.len();
        self.recorders.push(Recorder { quantity, every, samples: Vec::new() });
        self.by_interval.entry(every as u64).or_default().push(recorder as u32);
        recorder
    }
}

impl Cells {
    pub(crate) fn recorded_value(&self, recorder: usize) -> f64 {
        self.value(self.recorders.recorders[recorder].quantity)
    }

    pub(crate) fn samples(&self, recorder: usize) -> &[f64] {
        &self.recorders.recorders[recorder].samples
    }

    /// Takes the samples that are due after `step` steps.
    pub(crate) fn record(&mut self, step: u64) {
        let mut recorders = std::mem::take(&mut self.recorders);
        recorders.recorded = step;
        let due = recorders.by_interval.iter().filter(|(every, _)| step.is_multiple_of(**every));
        for &recorder in due.flat_map(|(_, recorders)| recorders) {
            let Recorder { quantity, samples, .. } = &mut recorders.recorders[recorder as usize];
            samples.push(self.value(*quantity));
        }
        self.recorders = recorders;
    }

    /// Drops the samples after `step` steps.
    pub(crate) fn cut(&mut self, step: u64) {
        let Recorders { recorders, recorded, .. } = &mut self.recorders;
        for recorder in recorders {
            cut_samples(&mut recorder.samples, recorder.every, step, *recorded);
        }
        *recorded = (*recorded).min(step);
    }

    /// Reserves memory for the samples of `steps` more steps, so that recording does not allocate.
    pub(crate) fn reserve(&mut self, steps: usize) {
        for recorder in &mut self.recorders.recorders {
            recorder.samples.reserve(steps / recorder.every + 1);
        }
    }

    /// Drops the samples so far.
    pub(crate) fn drain(&mut self) {
        for recorder in &mut self.recorders.recorders {
            recorder.samples.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::test_models::{passive, started};

    /// A group whose voltage is recorded in every step and in every third, after this many steps; the voltage at each
    /// step is the number of the step.
    fn recorded(steps: u64) -> Cells {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            assert_eq!(cells.add_recorder(LocalQuantity::Voltage(0), 1), 0);
            assert_eq!(cells.add_recorder(LocalQuantity::Voltage(0), 3), 1);
        });
        for step in 1..=steps {
            cells.set_value(LocalQuantity::Voltage(0), step as f64);
            cells.record(step);
        }
        cells
    }

    #[test]
    fn samples_are_taken_at_t_0_and_whenever_the_interval_is_over() {
        let cells = recorded(7);
        assert_eq!(cells.samples(0), [-65.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(cells.samples(1), [-65.0, 3.0, 6.0]);
        assert_eq!(cells.recorded_value(1), 7.0, "the present one");
    }

    #[test]
    fn samples_after_a_step_are_forgotten() {
        let mut cells = recorded(7);
        cells.cut(5);
        assert_eq!((cells.samples(0).len(), cells.samples(1)), (6, &[-65.0, 3.0][..]));
        cells.cut(5);
        cells.cut(7);
        assert_eq!(cells.samples(0).len(), 6, "they are forgotten once");
        cells.record(6);
        cells.cut(2);
        assert_eq!((cells.samples(0), cells.samples(1)), (&[-65.0, 1.0, 2.0][..], &[-65.0][..]));
    }

    #[test]
    fn drained_samples_are_gone_and_room_can_be_made() {
        let mut cells = recorded(3);
        cells.drain();
        assert!(cells.samples(0).is_empty());
        cells.reserve(100);
        let rooms = cells.recorders.recorders.iter().map(|recorder| recorder.samples.capacity());
        assert!(rooms.zip([101, 34]).all(|(room, least)| room >= least));
    }
}
