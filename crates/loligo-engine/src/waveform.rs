//! Given values played onto a variable.

use serde::{Deserialize, Serialize};

/// Values at times, played onto a variable.
///
/// A step waveform takes value k at time k and keeps it. A continuous one is interpolated linearly and evaluated at the
/// middle and at the end of each step. Before its first time it has its first value; **after its last time it goes on along
/// its last slope**, as in NEURON: end with two equal values to hold it. Two values at one time are a jump.
///
/// ```
/// use loligo_engine::Waveform;
/// let ramp = Waveform::continuous(vec![0.0, 10.0], vec![0.0, 1.0]);
/// assert!(ramp.is_continuous() && ramp.times().len() == 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Waveform {
    times: Vec<f64>,
    values: Vec<f64>,
    continuous: bool,
}

/// A waveform as it is written, lists of any lengths.
#[derive(Deserialize)]
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

impl Waveform {
    /// A waveform interpolated between `values` at `times` (ms); the shorter of the two lists counts.
    pub fn continuous(times: Vec<f64>, values: Vec<f64>) -> Self {
        Self::new(times, values, true)
    }

    /// A waveform that jumps to each of `values` at `times` (ms); the shorter of the two lists counts.
    pub fn steps(times: Vec<f64>, values: Vec<f64>) -> Self {
        Self::new(times, values, false)
    }

    fn new(mut times: Vec<f64>, mut values: Vec<f64>, continuous: bool) -> Self {
        let length = times.len().min(values.len());
        times.truncate(length);
        values.truncate(length);
        Self { times, values, continuous }
    }

    /// Its times, ms.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// Its values.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether it is interpolated.
    pub fn is_continuous(&self) -> bool {
        self.continuous
    }
}

/// A waveform that is being played, with its place in it.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pub(crate) waveform: Waveform,
    /// Step waveform: the value to be taken next. Continuous: the last value whose time has come.
    reached: usize,
    /// Continuous: where the last search ended.
    last: usize,
}

impl Player {
    pub(crate) fn new(waveform: Waveform) -> Self {
        Self { waveform, reached: 0, last: 0 }
    }

    pub(crate) fn rewind(&mut self) {
        self.reached = 0;
        self.last = 0;
    }

    /// The event at one of its times has come: the variable's new value.
    pub(crate) fn reach(&mut self, t: f64) -> Option<f64> {
        if self.waveform.continuous {
            self.last = self.reached;
            if self.reached + 1 < self.waveform.times.len() {
                self.reached += 1;
            }
            self.value_at(t)
        } else {
            let value = self.waveform.values.get(self.reached).copied();
            self.reached += 1;
            value
        }
    }

    /// The interpolated value at `t` (ms) of a continuous waveform.
    pub(crate) fn value_at(&mut self, t: f64) -> Option<f64> {
        let (times, values) = (&self.waveform.times, &self.waveform.values);
        let first = *times.first()?;
        if t >= times[self.reached] {
            self.last = self.reached;
            if self.last == 0 {
                return Some(values[0]);
            }
        } else if t <= first {
            self.last = 0;
            return Some(values[0]);
        } else {
            while self.last > 0 && t < times[self.last] {
                self.last -= 1;
            }
            while self.last + 1 < times.len() && t >= times[self.last] {
                self.last += 1;
            }
        }
        let (before, after) = (self.last.checked_sub(1)?, self.last);
        let (t0, t1, y0, y1) = (times[before], times[after], values[before], values[after]);
        if t0 == t1 {
            return Some((y0 + y1) / 2.0);
        }
        Some(y0 + (y1 - y0) * ((t - t0) / (t1 - t0)))
    }
}
