//! Threshold detectors: variables that are watched for sources of spikes.

use super::{Cells, Detected, LocalQuantity, SPIKE_TIME_OFFSET};
use crate::profile::Phase;

/// Watches a variable for a source.
#[derive(Clone, Debug)]
pub(super) struct Detector {
    pub(super) source: u32,
    pub(super) quantity: LocalQuantity,
    pub(super) threshold: f64,
}

impl Cells {
    /// Compares the watched variables with their thresholds, and records a spike for each that rose
    /// above its threshold.
    pub(crate) fn detect(&mut self, t: f64) {
        let start = self.profile.start();
        for (k, detector) in self.detectors.iter().enumerate() {
            let above = self.value(detector.quantity) - detector.threshold > 0.0;
            if above && !self.state.above[k] {
                self.detected.push(Detected { source: detector.source, t: t + SPIKE_TIME_OFFSET });
            }
            self.state.above[k] = above;
        }
        self.profile.stop(Phase::Threshold, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::test_models::{passive, started};

    #[test]
    fn a_source_spikes_whenever_its_variable_has_risen_above_the_threshold() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            cells.add_detector(7, LocalQuantity::Voltage(0), -50.0);
        });
        // A value equal to the threshold does not count as above; the variable must return to it
        // before it can cross again.
        for (k, v) in [-65.0, -50.0, -49.0, -40.0, -50.0, -49.0].into_iter().enumerate() {
            cells.set_value(LocalQuantity::Voltage(0), v); // mV
            cells.detect(k as f64);
        }
        let mut spikes = Vec::new();
        cells.take_spikes(&mut spikes);
        let spikes: Vec<_> = spikes.into_iter().map(|spike| (spike.source, spike.t)).collect();
        assert_eq!(spikes, [(7, 2.0 + 1e-10), (7, 5.0 + 1e-10)]); // ms
        let mut none = Vec::new();
        cells.take_spikes(&mut none);
        assert!(none.is_empty(), "they were handed over");
    }

    #[test]
    fn a_variable_that_is_above_its_threshold_from_the_start_spikes_at_the_first_look() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |cells, _| {
            cells.add_detector(0, LocalQuantity::Voltage(0), -90.0);
        });
        cells.detect(0.0);
        cells.detect(0.025);
        assert_eq!(cells.detected.len(), 1);
        crate::test_models::start(&mut cells);
        cells.detect(0.0);
        assert_eq!(cells.detected.len(), 1, "another run begins without");
    }
}
