//! Threshold detectors: variables that are watched for sources of spikes.

use std::ops::{Deref, Range};

use loligo_mechanisms::math::{Simd, VectorLoop};

use super::{Cells, Detected, LocalQuantity, SPIKE_TIME_OFFSET};
use crate::profile::Phase;

/// Voltages that are compared in one loop: where one has crossed its threshold, each is looked at.
const CHUNK: usize = 64;

/// Watches a variable for a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detector {
    pub(super) source: u32,
    pub(super) quantity: LocalQuantity,
}

/// The detectors of a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Detectors {
    all: Vec<Detector>,
    /// The thresholds of all.
    thresholds: Vec<f64>,
    /// Those of voltages on consecutive rows, at most [`CHUNK`], with the first row; or one of another variable.
    chunks: Vec<(Range<usize>, Option<usize>)>,
}

impl Deref for Detectors {
    type Target = [Detector];

    fn deref(&self) -> &[Detector] {
        &self.all
    }
}

impl Detectors {
    pub(super) fn push(&mut self, source: u32, quantity: LocalQuantity, threshold: f64) {
        let next = self.all.len();
        self.all.push(Detector { source, quantity });
        self.thresholds.push(threshold);
        let LocalQuantity::Voltage(row) = quantity else {
            self.chunks.push((next..next + 1, None));
            return;
        };
        match self.chunks.last_mut() {
            Some((last, Some(first))) if *first + last.len() == row && last.len() < CHUNK => last.end = next + 1,
            _ => self.chunks.push((next..next + 1, Some(row))),
        }
    }
}

/// True if one of some voltages has crossed its threshold.
struct HasCrossed<'a> {
    /// mV.
    v: &'a [f64],
    /// mV.
    thresholds: &'a [f64],
    /// True for those that were above before.
    above: &'a [bool],
}

impl VectorLoop for HasCrossed<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> bool {
        let Self { v, thresholds, above } = self;
        let count = v.len();
        let (thresholds, above) = (&thresholds[..count], &above[..count]);
        let mut crossed = false;
        for k in 0..count {
            crossed |= (v[k] - thresholds[k] > 0.0) != above[k];
        }
        crossed
    }
}

impl Cells {
    /// Compares the watched variables with their thresholds, and records a spike for each that rose
    /// above its threshold.
    pub(crate) fn detect(&mut self, t: f64) {
        let start = self.profile.start();
        for (chunk, first) in &self.detectors.chunks {
            if let Some(first) = *first {
                let v = &self.state.v[first..first + chunk.len()];
                let (thresholds, above) = (&self.detectors.thresholds[chunk.clone()], &self.state.above[chunk.clone()]);
                if !self.options.lanes.run(HasCrossed { v, thresholds, above }) {
                    continue;
                }
            }
            for k in chunk.clone() {
                let detector = &self.detectors[k];
                let above = self.value(detector.quantity) - self.detectors.thresholds[k] > 0.0;
                if above && !self.state.above[k] {
                    self.detected.push(Detected { source: detector.source, t: t + SPIKE_TIME_OFFSET });
                }
                self.state.above[k] = above;
            }
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

    /// More detectors on consecutive rows than are compared in one loop, and others.
    #[test]
    fn each_of_many_voltages_has_its_own_threshold() {
        let cells = (0..150).map(|_| passive(Vec::new())).collect::<Vec<_>>();
        let mut cells = started(&cells, Options::default(), |_, _| {});
        let threshold = |k: usize| -50.0 + 0.1 * k as f64; // mV
        let rows: Vec<usize> = (0..150).chain([3, 7, 8]).collect();
        for (k, &row) in rows.iter().enumerate() {
            cells.add_detector(k as u32, LocalQuantity::Voltage(row), threshold(k));
        }
        cells.add_detector(153, LocalQuantity::Nothing, 0.5);
        let mut sources = |v: f64| -> Vec<u32> {
            (0..150).for_each(|row| cells.set_value(LocalQuantity::Voltage(row), v));
            cells.detect(0.0);
            std::mem::take(&mut cells.detected).into_iter().map(|spike| spike.source).collect()
        };
        assert!(sources(-65.0).is_empty());
        assert_eq!(sources(-43.33), (0..67).collect::<Vec<_>>());
        assert_eq!(sources(-42.67), (67..74).collect::<Vec<_>>());
        assert!(sources(-45.0).is_empty());
        assert_eq!(sources(-43.33), (50..67).collect::<Vec<_>>());
        assert_eq!(sources(0.0), (67..153).collect::<Vec<_>>());
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
