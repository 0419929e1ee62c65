//! A signal over time, built from shapes.

use serde::{Deserialize, Serialize};

use crate::stimulus::error::SignalError;

/// A piecewise linear signal, given by points (time in ms, value in nA or uS): neurodamus's `SignalSource`.
///
/// Shapes are appended one after another: each begins at the [`cursor`](Self::cursor) and moves it to its end. Two
/// points at one time are a jump. Most shapes begin and end with a point of the base amplitude (0 unless
/// [`with_base_amp`](Self::with_base_amp) sets another), so that nothing is interpolated between shapes. The points are
/// identical to the bit to those of neurodamus; random shapes draw from a stream in its order.
///
/// Before its first point a signal has its first value; from its last point on it is 0, because the source that plays
/// it is switched off then ([`CurrentSource`](crate::CurrentSource), [`ConductanceSource`](crate::ConductanceSource)).
///
/// Signals can be added (`a + b`), scaled (`0.5 * a`), [shifted](Self::shifted), [clipped](Self::clipped),
/// [saved](Self::save) and plotted ([`plot`](Self::plot)).
///
/// ```
/// use loligo::prelude::*;
///
/// let signal = SignalSource::new().pulse(1.2, 10.0)?.delay(5.0)?.ramp(0.1, 1.0, 20.0)?; // nA, ms
/// assert_eq!(signal.times(), [0.0, 0.0, 10.0, 10.0, 15.0, 15.0, 35.0, 35.0]); // ms
/// assert_eq!(signal.values(), [0.0, 1.2, 1.2, 0.0, 0.0, 0.1, 1.0, 0.0]); // nA
/// assert_eq!(signal.value_at(25.0), 0.55); // nA
/// # Ok::<(), loligo::SignalError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct SignalSource {
    pub(super) times: Vec<f64>,
    pub(super) values: Vec<f64>,
    pub(super) cursor: f64,
    pub(super) base_amp: f64,
}

/// A signal as it is stored, with numbers that have not been checked.
#[derive(Deserialize)]
struct Stored {
    times: Vec<f64>,
    values: Vec<f64>,
    cursor: f64,
    base_amp: f64,
}

impl TryFrom<Stored> for SignalSource {
    type Error = SignalError;

    fn try_from(Stored { times, values, cursor, base_amp }: Stored) -> Result<Self, SignalError> {
        const SHAPE: &str = "a stored signal";
        if times.len() != values.len() {
            return Err(SignalError::Lengths { shape: SHAPE, times: times.len(), values: values.len() });
        }
        let is_wrong =
            |&k: &usize| !(times[k].is_finite() && times[k] >= 0.0) || (k > 0 && goes_back(times[k - 1], times[k]));
        if let Some(index) = (0..times.len()).find(is_wrong) {
            return Err(SignalError::Times { shape: SHAPE, index, value: times[index] });
        }
        let numbers = values.iter().map(|&value| ("value", value)).chain([("cursor", cursor), ("base_amp", base_amp)]);
        for (parameter, value) in numbers {
            finite(SHAPE, parameter, value)?;
        }
        Ok(Self { times, values, cursor, base_amp })
    }
}

impl SignalSource {
    /// The largest number of points of a signal (800 MB): some 20 minutes at 0.025 ms.
    pub const MAX_POINTS: usize = 50_000_000;

    /// Makes a signal without points, with base amplitude 0 and the cursor at 0 ms.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the base amplitude (nA or uS) of the shapes that follow; 0 by default. It separates shapes from each other
    /// and is not added to them.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let signal = SignalSource::new().with_base_amp(2.0).pulse(1.2, 10.0)?;
    /// assert_eq!(signal.values(), [2.0, 1.2, 1.2, 2.0]);
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    #[must_use]
    pub fn with_base_amp(mut self, base_amp: f64) -> Self {
        self.base_amp = base_amp;
        self
    }

    /// Holds the base amplitude for a time (ms): neurodamus's `SignalSource(base_amp, delay=...)`. It makes a point at
    /// the cursor, unless the time is 0, and moves the cursor.
    ///
    /// # Errors
    /// A time that is negative (which neurodamus ignores) or not finite.
    pub fn with_delay(mut self, delay: f64) -> Result<Self, SignalError> {
        at_least_0("with_delay", "delay", delay)?;
        let from = self.len();
        if delay > 0.0 {
            self.point(self.base_amp);
            self.advance(delay);
        }
        self.checked("with_delay", from)
    }

    /// Moves the cursor (ms) without a point: the last value is held, or interpolated to the next one.
    ///
    /// # Errors
    /// A time that is negative or not finite.
    pub fn delay(mut self, duration: f64) -> Result<Self, SignalError> {
        at_least_0("delay", "duration", duration)?;
        self.advance(duration);
        let from = self.times.len();
        self.checked("delay", from)
    }

    /// Removes all points and moves the cursor to 0 ms; the base amplitude is kept. (neurodamus leaves the cursor
    /// unchanged.)
    #[must_use]
    pub fn reset(self) -> Self {
        Self { base_amp: self.base_amp, ..Self::default() }
    }

    /// Times of the points, ms. After a sampled shape, the first point of the next shape may lie a rounding error
    /// before the previous one.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// Values of the points, nA or uS.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The points: time (ms) and value (nA or uS).
    pub fn points(&self) -> impl ExactSizeIterator<Item = (f64, f64)> + '_ {
        self.times.iter().copied().zip(self.values.iter().copied())
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// `true` if it has no points.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The time at which the next shape begins, ms.
    pub fn cursor(&self) -> f64 {
        self.cursor
    }

    /// The base amplitude, nA or uS.
    pub fn base_amp(&self) -> f64 {
        self.base_amp
    }

    /// The time of the last point, ms, from which on the signal is 0; `None` without points.
    pub fn end(&self) -> Option<f64> {
        self.times.last().copied()
    }

    /// Appends a point at the cursor.
    pub(super) fn point(&mut self, value: f64) {
        self.times.push(self.cursor);
        self.values.push(value);
    }

    pub(super) fn advance(&mut self, duration: f64) {
        self.cursor += duration;
    }

    /// Checks that `more` points can be added.
    pub(super) fn allow(&self, shape: &'static str, more: f64) -> Result<(), SignalError> {
        let points = self.len() as f64 + more;
        if points <= Self::MAX_POINTS as f64 {
            return Ok(());
        }
        Err(SignalError::TooManyPoints { shape, points, limit: Self::MAX_POINTS })
    }

    /// Returns the signal, if the points from number `from` on and the cursor are finite.
    pub(super) fn checked(self, shape: &'static str, from: usize) -> Result<Self, SignalError> {
        finite(shape, "base_amp", self.base_amp)?;
        finite(shape, "the end of the signal", self.cursor)?;
        for index in from..self.len() {
            finite(shape, "a time", self.times[index])?;
            finite(shape, "a value", self.values[index])?;
        }
        Ok(self)
    }
}

/// `true` if time `t` (ms) lies before another by more than the rounding errors at the ends of sampled shapes.
pub(super) fn goes_back(before: f64, t: f64) -> bool {
    const ROUNDING: f64 = 1e-6; // ms
    t + ROUNDING < before
}

pub(super) fn finite(shape: &'static str, parameter: &'static str, value: f64) -> Result<f64, SignalError> {
    if value.is_finite() { Ok(value) } else { refuse(shape, parameter, value, "finite") }
}

pub(super) fn at_least_0(shape: &'static str, parameter: &'static str, value: f64) -> Result<f64, SignalError> {
    if value >= 0.0 { finite(shape, parameter, value) } else { refuse(shape, parameter, value, "at least 0") }
}

pub(super) fn above_0(shape: &'static str, parameter: &'static str, value: f64) -> Result<f64, SignalError> {
    if value > 0.0 { finite(shape, parameter, value) } else { refuse(shape, parameter, value, "greater than 0") }
}

pub(super) fn refuse<T>(
    shape: &'static str,
    parameter: &'static str,
    value: f64,
    requirement: &'static str,
) -> Result<T, SignalError> {
    Err(SignalError::Parameter { shape, parameter, value, requirement })
}
