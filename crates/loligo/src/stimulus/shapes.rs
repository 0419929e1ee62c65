//! Deterministic shapes.

use std::f64::consts::PI;

use crate::stimulus::error::SignalError;
use crate::stimulus::signal::{SignalSource, above_0, at_least_0, finite};

impl SignalSource {
    /// Default step of [`sin`](Self::sin) and [`sinspec`](Self::sinspec), ms.
    pub const SIN_STEP: f64 = 0.025;

    /// A line from `amp` to `amp2` (nA or uS; `None`: the same) during a time (ms), without points of the base
    /// amplitude: `add_segment`.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let signal = SignalSource::new().segment(1.0, 2.0, 4.0)?.segment(3.0, 7.0, None)?;
    /// assert_eq!(signal.points().collect::<Vec<_>>(), [(0.0, 1.0), (2.0, 4.0), (2.0, 3.0), (9.0, 3.0)]);
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// A negative duration; an argument that is not finite.
    pub fn segment(mut self, amp: f64, duration: f64, amp2: impl Into<Option<f64>>) -> Result<Self, SignalError> {
        const SHAPE: &str = "segment";
        let from = self.len();
        finite(SHAPE, "amp", amp)?;
        let amp2 = finite(SHAPE, "amp2", amp2.into().unwrap_or(amp))?;
        at_least_0(SHAPE, "duration", duration)?;
        self.allow(SHAPE, 2.0)?;
        self.line(amp, amp2, duration);
        self.checked(SHAPE, from)
    }

    /// A constant amplitude (nA or uS) for a time (ms), between points of the base amplitude: `add_pulse`.
    ///
    /// # Errors
    /// A negative duration; an argument that is not finite.
    pub fn pulse(mut self, max_amp: f64, duration: f64) -> Result<Self, SignalError> {
        const SHAPE: &str = "pulse";
        let from = self.len();
        finite(SHAPE, "max_amp", max_amp)?;
        at_least_0(SHAPE, "duration", duration)?;
        self.allow(SHAPE, 4.0)?;
        self.line_between(max_amp, max_amp, duration);
        self.checked(SHAPE, from)
    }

    /// A line from `amp1` to `amp2` (nA or uS) during a time (ms), between points of the base amplitude: `add_ramp`.
    ///
    /// # Errors
    /// A negative duration; an argument that is not finite.
    pub fn ramp(mut self, amp1: f64, amp2: f64, duration: f64) -> Result<Self, SignalError> {
        const SHAPE: &str = "ramp";
        let from = self.len();
        finite(SHAPE, "amp1", amp1)?;
        finite(SHAPE, "amp2", amp2)?;
        at_least_0(SHAPE, "duration", duration)?;
        self.allow(SHAPE, 4.0)?;
        self.line_between(amp1, amp2, duration);
        self.checked(SHAPE, from)
    }

    /// Constant amplitudes (nA or uS) one right after the other, each for the same time (ms), with points of the base
    /// amplitude before the first and after the last: `add_pulses`.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let staircase = SignalSource::new().pulses(5.0, [0.1, 0.2])?; // ms, nA
    /// assert_eq!(staircase.values(), [0.0, 0.1, 0.1, 0.2, 0.2, 0.0]);
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// No amplitude; a negative duration; an argument that is not finite.
    pub fn pulses(mut self, pulse_duration: f64, amps: impl IntoIterator<Item = f64>) -> Result<Self, SignalError> {
        const SHAPE: &str = "pulses";
        let from = self.len();
        at_least_0(SHAPE, "pulse_duration", pulse_duration)?;
        self.point(self.base_amp);
        for amp in amps {
            self.allow(SHAPE, 3.0)?;
            finite(SHAPE, "amp", amp)?;
            self.line(amp, amp, pulse_duration);
        }
        if self.len() == from + 1 {
            return Err(SignalError::Nothing { shape: SHAPE, what: "amplitudes" });
        }
        self.point(self.base_amp);
        self.checked(SHAPE, from)
    }

    /// Pulses of an amplitude (nA or uS) and duration (ms) at a frequency (Hz) for a total time (ms): `add_train`.
    ///
    /// As in neurodamus, the periods that fit entirely into the total time are followed by one more pulse, cut at the
    /// end of the total time, even if its duration becomes 0: 100 Hz for 100 ms gives ten pulses and a last one of 0
    /// ms, which has no effect.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let train = SignalSource::new().train(1.0, 30.0, 5.0, 70.0)?; // nA, Hz, ms, ms
    /// let charge: f64 = (0..70_000).map(|k| train.value_at(f64::from(k) * 1e-3) * 1e-3).sum(); // pC
    /// assert!((charge - (5.0 + 5.0 + 3.333)).abs() < 0.01);
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// [`SignalError::PulseLongerThanPeriod`] if pulses would overlap; a frequency that is not above 0, a negative duration, an
    /// argument that is not finite; too many points.
    pub fn train(
        mut self,
        amp: f64,
        frequency: f64,
        pulse_duration: f64,
        total_duration: f64,
    ) -> Result<Self, SignalError> {
        const SHAPE: &str = "train";
        let from = self.len();
        finite(SHAPE, "amp", amp)?;
        above_0(SHAPE, "frequency", frequency)?;
        at_least_0(SHAPE, "pulse_duration", pulse_duration)?;
        at_least_0(SHAPE, "total_duration", total_duration)?;
        let period = 1000.0 / frequency; // ms
        let gap = period - pulse_duration; // ms
        if gap < 0.0 {
            return Err(SignalError::PulseLongerThanPeriod { pulse_duration, frequency, period });
        }
        let periods = (total_duration / period).trunc();
        self.allow(SHAPE, 4.0 * periods + 5.0)?;
        for _ in 0..periods as usize {
            self.line_between(amp, amp, pulse_duration);
            self.advance(gap);
        }
        let rest = total_duration - periods * period; // ms
        if pulse_duration <= rest {
            self.line_between(amp, amp, pulse_duration);
            self.advance(gap.min(rest - pulse_duration));
        } else {
            self.line_between(amp, amp, rest);
        }
        self.point(self.base_amp);
        self.checked(SHAPE, from)
    }

    /// A sine of an amplitude (nA or uS) and frequency (Hz) for a time (ms), sampled every `step` ms (`None`:
    /// [0.025](Self::SIN_STEP)), with phase 0 at the cursor: `add_sin`.
    ///
    /// No point of the base amplitude precedes the first sample; one follows the last sample, which lies at the end or
    /// less than a step before.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let sine = SignalSource::new().sin(0.5, 20.0, 50.0, None)?; // nA, ms, Hz
    /// assert_eq!(sine.len(), 802);
    /// assert!((sine.value_at(5.0) - 0.5).abs() < 1e-15); // a quarter of the period
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// A step that is not above 0; a negative duration; an argument that is not finite; too many samples.
    pub fn sin(
        mut self,
        amp: f64,
        total_duration: f64,
        freq: f64,
        step: impl Into<Option<f64>>,
    ) -> Result<Self, SignalError> {
        const SHAPE: &str = "sin";
        let from = self.len();
        finite(SHAPE, "amp", amp)?;
        finite(SHAPE, "freq", freq)?;
        let step = step.into().unwrap_or(Self::SIN_STEP);
        let count = self.sample_count(SHAPE, ("total_duration", total_duration), ("step", step))?;
        let angle = 2.0 * PI / 1000.0 * freq * step;
        // NEURON adds the phase, 0, which turns the initial -0 of a negative frequency into 0.
        self.sample(step, total_duration, (0..count).map(|i| (angle * i as f64 + 0.0).sin() * amp));
        self.point(self.base_amp);
        self.checked(SHAPE, from)
    }

    /// A swept sine ("ZAP", "chirp") of an amplitude (nA or uS) for a time (ms), whose frequency goes from `freq1` to
    /// `freq2` (Hz) in proportion to time, sampled every `step` ms (`None`: [0.025](Self::SIN_STEP)).
    ///
    /// neurodamus has the name, `add_sinspec(start, dur)`, but no such shape. Here it is the sine spectrum of
    /// electrophysiological protocols; the response to it gives the impedance at all frequencies of the sweep. The
    /// value is amp sin(2 pi (freq1 s + (freq2 - freq1) s^2 / (2 d))) at the time s after the cursor, for a duration d.
    /// Points of the base amplitude precede and follow it. A sum of a few fixed frequencies is a sum of signals: `a +
    /// b`.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let zap = SignalSource::new().sinspec(0.1, 0.0, 20.0, 5000.0, None)?; // nA, Hz, Hz, ms
    /// let upward = |from: f64, to: f64| {
    ///     let crosses = |pair: &[f64]| pair[0] < 0.0 && pair[1] >= 0.0;
    ///     let window = zap.points().filter(|&(t, _)| t >= from && t < to).map(|(_, y)| y).collect::<Vec<_>>();
    ///     window.windows(2).filter(|pair| crosses(pair)).count()
    /// };
    /// assert_eq!(upward(0.0, 5000.0), 49); // 50 periods: the mean frequency is 10 Hz
    /// assert_eq!(upward(4500.0, 5000.0), 9); // at the end nearly 20 Hz
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// A step or duration that is not above 0; an argument that is not finite; too many samples.
    pub fn sinspec(
        mut self,
        amp: f64,
        freq1: f64,
        freq2: f64,
        duration: f64,
        step: impl Into<Option<f64>>,
    ) -> Result<Self, SignalError> {
        const SHAPE: &str = "sinspec";
        let from = self.len();
        finite(SHAPE, "amp", amp)?;
        finite(SHAPE, "freq1", freq1)?;
        finite(SHAPE, "freq2", freq2)?;
        above_0(SHAPE, "duration", duration)?;
        let step = step.into().unwrap_or(Self::SIN_STEP);
        let count = self.sample_count(SHAPE, ("duration", duration), ("step", step))?;
        let half_slope = (freq2 - freq1) / (2.0 * duration); // Hz/ms
        let cycles = |i: usize| {
            let t = i as f64 * step; // ms
            (freq1 + half_slope * t) * t / 1000.0
        };
        self.sample_between(step, duration, (0..count).map(|i| amp * (2.0 * PI * cycles(i)).sin()));
        self.checked(SHAPE, from)
    }

    /// Given samples: values (nA or uS) at times (ms from the cursor), interpolated, between points of value 0; the
    /// last value is held until `duration` (ms; `None`: not held): `add_samples`.
    ///
    /// # Errors
    /// Lists that are empty or of different lengths; times that are negative or decrease; a duration before the last
    /// time; a number that is not finite; too many samples.
    pub fn samples(
        mut self,
        times: &[f64],
        values: &[f64],
        duration: impl Into<Option<f64>>,
    ) -> Result<Self, SignalError> {
        const SHAPE: &str = "samples";
        let from = self.len();
        if times.len() != values.len() {
            return Err(SignalError::Lengths { shape: SHAPE, times: times.len(), values: values.len() });
        }
        let Some((&last_time, &last_value)) = times.last().zip(values.last()) else {
            return Err(SignalError::Nothing { shape: SHAPE, what: "samples" });
        };
        let is_wrong = |&k: &usize| !(times[k] >= 0.0 && times[k].is_finite()) || (k > 0 && times[k] < times[k - 1]);
        if let Some(index) = (0..times.len()).find(is_wrong) {
            return Err(SignalError::Times { shape: SHAPE, index, value: times[index] });
        }
        let duration = finite(SHAPE, "duration", duration.into().unwrap_or(last_time))?;
        if duration < last_time {
            return super::signal::refuse(SHAPE, "duration", duration, "at least the last time");
        }
        self.allow(SHAPE, times.len() as f64 + 3.0)?;
        let start = self.cursor;
        self.point(0.0);
        self.times.extend(times.iter().map(|t| start + t));
        self.values.extend(values);
        self.advance(duration);
        if duration > last_time {
            self.point(last_value);
        }
        self.point(0.0);
        self.checked(SHAPE, from)
    }

    fn line(&mut self, amp: f64, amp2: f64, duration: f64) {
        self.point(amp);
        self.advance(duration);
        self.point(amp2);
    }

    fn line_between(&mut self, amp: f64, amp2: f64, duration: f64) {
        self.point(self.base_amp);
        self.line(amp, amp2, duration);
        self.point(self.base_amp);
    }
}
