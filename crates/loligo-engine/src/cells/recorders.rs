//! Variables that are sampled.

use std::collections::BTreeMap;

use super::{Cells, LocalQuantity};
use crate::router::cut_samples;

/// The variables of a group that are sampled.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorders {
    recorders: Vec<Recorder>,
    /// The recorders of each interval in steps: most intervals are asked about in vain.
    by_interval: BTreeMap<u64, Vec<u32>>,
    /// The steps after which samples were last due.
    recorded: u64,
}

#[derive(Clone, Debug)]
struct Recorder {
    quantity: LocalQuantity,
    every: usize,
    samples: Vec<f64>,
}

impl Recorders {
    /// Adds one that samples every so many steps; returns its number.
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

    /// Samples what is due after `step` steps.
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

    /// Forgets the samples after `step` steps.
    pub(crate) fn cut(&mut self, step: u64) {
        let Recorders { recorders, recorded, .. } = &mut self.recorders;
        for recorder in recorders {
            cut_samples(&mut recorder.samples, recorder.every, step, *recorded);
        }
        *recorded = (*recorded).min(step);
    }

    /// Makes room for the samples of `steps` more steps, so that recording does not allocate.
    pub(crate) fn reserve(&mut self, steps: usize) {
        for recorder in &mut self.recorders.recorders {
            recorder.samples.reserve(steps / recorder.every + 1);
        }
    }

    /// Forgets the samples so far.
    pub(crate) fn drain(&mut self) {
        for recorder in &mut self.recorders.recorders {
            recorder.samples.clear();
        }
    }
}
