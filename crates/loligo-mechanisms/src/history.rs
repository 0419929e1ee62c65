//! The past of a variable: LAG of NMODL.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The most values that a history may keep: 64 MB.
const MOST_POINTS: usize = 1 << 22;

/// The most lags of one variable; a lag that changes in every step has a new history each time.
const MOST_LAGS: usize = 64;

/// The past of one variable of an instance, for each lag with which it is read. It is part of a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    lines: Vec<DelayLine>,
}

/// The values of a variable since a time that is at least one lag ago.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct DelayLine {
    /// ms.
    lag: f64,
    /// Times (ms) and values, the oldest first; never empty.
    points: VecDeque<(f64, f64)>,
    /// The value that was interpolated last.
    interpolated: f64,
}

impl History {
    /// Forgets everything, at the start of a run.
    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// The value of the variable `lag` (ms) before `t` (ms), of which `x` is the present value; before the history is
    /// that long, its first value. A lag that is not positive gives `x`. `None` if more values would have to be kept
    /// than a history may.
    ///
    /// The bits are those of NEURON, which interpolates between the two neighbouring times. A second call at the same
    /// time changes the present value, and then returns what was interpolated last, even where the first call returned
    /// a value without interpolation.
    pub fn lagged(&mut self, x: f64, t: f64, lag: f64) -> Option<f64> {
        if lag.is_nan() {
            return Some(f64::NAN);
        }
        if lag <= 0.0 {
            return Some(x);
        }
        let Some(line) = self.lines.iter_mut().find(|line| line.lag == lag) else {
            if self.lines.len() == MOST_LAGS {
                self.lines.remove(0);
            }
            self.lines.push(DelayLine { lag, points: VecDeque::from([(t, x)]), interpolated: x });
            return Some(x);
        };
        line.lagged(x, t)
    }
}

impl DelayLine {
    fn lagged(&mut self, x: f64, t: f64) -> Option<f64> {
        let lag = self.lag;
        let (Some(&(first_t, _)), Some(&(last_t, _))) = (self.points.front(), self.points.back()) else {
            return Some(x);
        };
        let is_long = t - first_t >= lag;
        if t == last_t {
            if let Some((_, last)) = self.points.back_mut() {
                *last = x;
            }
            return Some(if is_long { self.interpolated } else { self.points[0].1 });
        }
        if !is_long && t <= last_t {
            return Some(self.points[0].1);
        }
        if self.points.len() == MOST_POINTS {
            return None;
        }
        self.points.push_back((t, x));
        if is_long {
            while self.points.len() > 2 && t - self.points[1].0 >= lag {
                self.points.pop_front();
            }
        }
        let ((early_t, early), (late_t, late)) = (self.points[0], self.points[1]);
        let at = t - lag;
        if is_long && at > early_t {
            let share = (at - early_t) / (late_t - early_t);
            self.interpolated = early + share * (late - early);
            return Some(self.interpolated);
        }
        Some(early)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of 1000 t, as NEURON 9.0.2 gave them for a lag of 0.1 ms: in a mechanism that is computed once a step.
    #[test]
    fn values_of_steps() {
        let mut history = History::default();
        let dt = 0.025; // ms
        let mut t = 0.0;
        let mut found = Vec::new();
        for _ in 0..9 {
            t += 0.5 * dt;
            t += 0.5 * dt;
            found.push(history.lagged(1000.0 * t, t, 0.1).expect("it is short"));
        }
        let expected = [
            25.0,
            25.0,
            25.0,
            25.0,
            25.0,
            49.999999999999986,
            75.00000000000001,
            100.00000000000003,
            125.00000000000006,
        ];
        assert_eq!(found, expected);
    }

    /// The same for a current, which is computed twice at the middle of each step, also at the start.
    #[test]
    fn values_of_currents() {
        let mut history = History::default();
        let dt = 0.025; // ms
        let mut start = 0.0;
        let mut found = Vec::new();
        for t in std::iter::once(0.0).chain((0..9).map(|_| {
            let middle = start + 0.5 * dt;
            start = middle + 0.5 * dt;
            middle
        })) {
            let twice = [(); 2].map(|()| history.lagged(1000.0 * t, t, 0.1).expect("it is short"));
            found.push(twice[1]);
        }
        let expected = [
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            12.499999999999984,
            37.49999999999998,
            37.49999999999998,
            87.50000000000003,
            112.50000000000004,
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn lags_are_separate_and_odd_ones_are_harmless() {
        let mut history = History::default();
        for (t, x) in [(0.0, 1.0), (1.0, 2.0), (2.0, 5.0), (1.5, 9.0)] {
            assert_eq!(history.lagged(x, t, 0.0), Some(x));
            assert_eq!(history.lagged(x, t, -1.0), Some(x));
            assert!(history.lagged(x, t, f64::NAN).expect("it keeps nothing").is_nan());
            assert_eq!(history.lagged(x, t, 1e300), Some(1.0));
            assert_eq!(history.lagged(x, t, f64::INFINITY), Some(1.0));
        }
        for k in 0..1000 {
            history.lagged(0.0, 0.0, f64::from(k) + 0.5);
        }
        assert_eq!(history.lines.len(), MOST_LAGS);
        history.clear();
        assert_eq!(history, History::default());
    }
}
