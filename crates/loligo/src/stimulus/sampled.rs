//! Appends samples to a signal.

use crate::stimulus::error::SignalError;
use crate::stimulus::signal::{SignalSource, above_0, at_least_0};

/// A division that comes this close below a whole number counts as one (NEURON's `Vector.indgen`).
const ROUNDING: f64 = 1e-9;

impl SignalSource {
    /// The number of samples, a step (ms) apart, from the cursor to a duration (ms) later, both ends included; both
    /// arguments with the names that they have for the user.
    pub(super) fn sample_count(
        &self,
        shape: &'static str,
        duration: (&'static str, f64),
        step: (&'static str, f64),
    ) -> Result<usize, SignalError> {
        let duration = at_least_0(shape, duration.0, duration.1)?;
        let step = above_0(shape, step.0, step.1)?;
        let end = self.cursor + duration;
        let count = ((end - self.cursor) / step + ROUNDING).floor() + 1.0;
        self.allow(shape, count + 2.0)?;
        Ok(count as usize)
    }

    /// Appends samples, a step (ms) apart from the cursor on, and moves the cursor by a duration (ms).
    pub(super) fn sample(&mut self, step: f64, duration: f64, values: impl ExactSizeIterator<Item = f64>) {
        let start = self.cursor;
        self.times.extend((0..values.len()).map(|i| start + i as f64 * step));
        self.values.extend(values);
        self.advance(duration);
    }

    /// The same between two points of the base amplitude.
    pub(super) fn sample_between(&mut self, step: f64, duration: f64, values: impl ExactSizeIterator<Item = f64>) {
        self.point(self.base_amp);
        self.sample(step, duration, values);
        self.point(self.base_amp);
    }
}
