//! Variables that are watched for sources of spikes.

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
    /// Looks at the watched variables and notes which rose above their thresholds.
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
