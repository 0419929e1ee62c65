//! A waveform while it is played, with the position reached in it.

use crate::state::{PlayerState, StateMismatch};
use crate::waveform::Waveform;

/// A waveform that is being played, with the position reached in it.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pub(crate) waveform: Waveform,
    /// Step waveform: index of the value to be taken next. Continuous waveform: index of the last
    /// value whose time has been reached.
    reached: usize,
    /// Continuous waveform: index at which the last search ended.
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

    /// The position reached in the waveform.
    pub(crate) fn state(&self) -> PlayerState {
        PlayerState { reached: self.reached as u64, last: self.last as u64 }
    }

    /// Moves to a position in the waveform.
    pub(crate) fn restore(&mut self, place: PlayerState) -> Result<(), StateMismatch> {
        let times = self.waveform.times().len();
        let index = |place: u64| usize::try_from(place).ok().filter(|&index| index <= times);
        let (reached, last) = index(place.reached).zip(index(place.last)).ok_or(StateMismatch("a played waveform"))?;
        if self.waveform.is_continuous() && reached.max(last) >= times.max(1) {
            return Err(StateMismatch("a played waveform"));
        }
        (self.reached, self.last) = (reached, last);
        Ok(())
    }

    /// Advances at one of its times; returns the variable's new value.
    pub(crate) fn reach(&mut self, t: f64) -> Option<f64> {
        if self.waveform.is_continuous() {
            self.last = self.reached;
            if self.reached + 1 < self.waveform.times().len() {
                self.reached += 1;
            }
            self.value_at(t)
        } else {
            let value = self.waveform.values().get(self.reached).copied();
            self.reached += 1;
            value
        }
    }

    /// The interpolated value at `t` (ms) of a continuous waveform.
    pub(crate) fn value_at(&mut self, t: f64) -> Option<f64> {
        let (times, values) = (self.waveform.times(), self.waveform.values());
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A player after the events at all its times until `t` have arrived.
    fn played_until(waveform: &Waveform, t: f64) -> Player {
        let mut player = Player::new(waveform.clone());
        for &time in waveform.times().iter().filter(|&&time| time <= t) {
            player.reach(time);
        }
        player
    }

    #[test]
    fn a_continuous_waveform_is_interpolated_and_goes_on_along_its_last_slope() {
        let ramp = Waveform::continuous(vec![0.0, 0.25, 0.5], vec![0.0, 2.5, 10.0]);
        for (t, value) in [(0.125, 1.25), (0.25, 2.5), (0.375, 6.25), (0.6, 13.0)] {
            let found = played_until(&ramp, t).value_at(t).expect("there are values");
            assert!((found - value).abs() < 1e-12, "{found} at {t} ms, not {value}");
        }
    }

    #[test]
    fn before_its_first_time_a_continuous_waveform_has_its_first_value() {
        let late = Waveform::continuous(vec![5.0, 6.0], vec![0.3, 0.4]);
        assert_eq!(Player::new(late).value_at(1.0), Some(0.3));
    }

    #[test]
    fn two_values_at_one_time_are_a_jump() {
        let jump = Waveform::continuous(vec![0.0, 3.0, 3.0, 7.0], vec![0.1, 0.2, -0.1, 0.3]);
        assert!((played_until(&jump, 2.999).value_at(2.999).expect("there are values") - 0.2).abs() < 1e-3);
        assert!((played_until(&jump, 3.001).value_at(3.001).expect("there are values") + 0.1).abs() < 1e-3);
    }

    #[test]
    fn a_step_waveform_takes_its_values_one_after_the_other() {
        let mut player = Player::new(Waveform::steps(vec![0.0, 1.0], vec![0.5, -0.5]));
        assert_eq!([player.reach(0.0), player.reach(1.0), player.reach(2.0)], [Some(0.5), Some(-0.5), None]);
    }

    #[test]
    fn odd_waveforms_do_no_harm() {
        for waveform in [
            Waveform::continuous(vec![], vec![]),
            Waveform::continuous(vec![1.0], vec![2.0]),
            Waveform::continuous(vec![3.0, 1.0, 2.0], vec![1.0, 2.0, 3.0]),
            Waveform::steps(vec![0.0, 1.0], vec![]),
        ] {
            let mut player = Player::new(waveform);
            for t in [0.0, 1.0, 1.5, 4.0, f64::NAN] {
                player.value_at(t);
                player.reach(t);
                player.value_at(t);
            }
        }
    }
}
