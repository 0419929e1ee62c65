//! Waveforms: given values played onto a variable.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Values at given times, played onto a variable.
///
/// A step waveform takes value k at time k and keeps it. A continuous one is interpolated linearly and evaluated at the
/// middle and at the end of each step. Before its first time it has its first value; **after its last time it continues
/// along its last slope**, as in NEURON: end it with two equal values to hold the last value. Two values at one time
/// are a jump.
///
/// ```
/// use loligo_engine::Waveform;
/// let ramp = Waveform::continuous(vec![0.0, 10.0], vec![0.0, 1.0]);
/// assert!(ramp.is_continuous() && ramp.times().len() == 2);
/// ```
///
/// Copies share times and values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Waveform {
    times: Arc<[f64]>,
    values: Arc<[f64]>,
    continuous: bool,
}

/// A serialised waveform, with lists of any lengths.
#[derive(Serialize, Deserialize)]
struct Written {
    times: Vec<f64>,
    values: Vec<f64>,
    continuous: bool,
}

impl From<Written> for Waveform {
    fn from(Written { times, values, continuous }: Written) -> Self {
        Self::new(times, values, continuous)
    }
}

impl From<Waveform> for Written {
    fn from(Waveform { times, values, continuous }: Waveform) -> Self {
        Self { times: times.to_vec(), values: values.to_vec(), continuous }
    }
}

impl Waveform {
    /// A waveform interpolated between `values` at `times` (ms); excess elements of the longer list
    /// are ignored.
    pub fn continuous(times: Vec<f64>, values: Vec<f64>) -> Self {
        Self::new(times, values, true)
    }

    /// A waveform that jumps to each of `values` at `times` (ms); excess elements of the longer list
    /// are ignored.
    pub fn steps(times: Vec<f64>, values: Vec<f64>) -> Self {
        Self::new(times, values, false)
    }

    fn new(mut times: Vec<f64>, mut values: Vec<f64>, continuous: bool) -> Self {
        let length = times.len().min(values.len());
        times.truncate(length);
        values.truncate(length);
        Self { times: times.into(), values: values.into(), continuous }
    }

    /// The times, ms.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The times, ms, as shared data.
    pub(crate) fn shared_times(&self) -> Arc<[f64]> {
        Arc::clone(&self.times)
    }

    /// Memory address of the values, which is equal for copies.
    pub(crate) fn address(&self) -> usize {
        self.values.as_ptr().addr()
    }

    /// The values.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// True if it is interpolated.
    pub fn is_continuous(&self) -> bool {
        self.continuous
    }
}
