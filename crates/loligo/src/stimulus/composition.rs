//! Operations on signals: sums, multiples, shifts, limits.

use std::iter::Sum;
use std::ops::{Add, Mul, Neg};

use crate::stimulus::error::SignalError;
use crate::stimulus::signal::{SignalSource, finite, refuse};

impl SignalSource {
    /// The value (nA or uS) at a time (ms): at a jump the value after it, before the first point the first value, from
    /// the last point on 0.
    pub fn value_at(&self, t: f64) -> f64 {
        if self.end().is_none_or(|end| t >= end) {
            return 0.0;
        }
        let after = self.times.partition_point(|&time| time <= t);
        self.between(after, t)
    }

    /// The value at `t`, which lies between point `after` and the one before it.
    fn between(&self, after: usize, t: f64) -> f64 {
        let Some(before) = after.checked_sub(1) else { return self.values.first().copied().unwrap_or(0.0) };
        let Some(&t1) = self.times.get(after) else { return 0.0 };
        let (t0, y0, y1) = (self.times[before], self.values[before], self.values[after]);
        if t == t0 { y0 } else { y0 + (y1 - y0) * ((t - t0) / (t1 - t0)) }
    }

    /// Shifts the signal by a time (ms), to earlier times if it is negative. Its first value extends back to 0 ms.
    ///
    /// # Errors
    /// A shift that is not finite, or that leads to times before 0 ms.
    pub fn shifted(mut self, by: f64) -> Result<Self, SignalError> {
        const SHAPE: &str = "shifted";
        finite(SHAPE, "by", by)?;
        if self.times.iter().any(|t| t + by < 0.0) || self.cursor + by < 0.0 {
            return refuse(SHAPE, "by", by, "such that no point comes before 0 ms");
        }
        self.times.iter_mut().for_each(|t| *t += by);
        self.cursor += by;
        self.checked(SHAPE, 0)
    }

    /// Limits the signal to the range between two bounds (nA or uS), with points where it crosses them.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let signal = SignalSource::new().segment(-1.0, 4.0, 3.0)?.clipped(0.0, 2.0)?;
    /// assert_eq!(signal.points().collect::<Vec<_>>(), [(0.0, 0.0), (1.0, 0.0), (3.0, 2.0), (4.0, 2.0)]);
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// A bound that is NaN; a lower bound above the upper one; both bounds infinite with the same sign. An upper bound
    /// of infinity and a lower one of -infinity have no effect.
    pub fn clipped(self, low: f64, high: f64) -> Result<Self, SignalError> {
        const SHAPE: &str = "clipped";
        if high.is_nan() || high == f64::NEG_INFINITY {
            return refuse(SHAPE, "high", high, "a number above -infinity");
        }
        if low.is_nan() || low > high {
            return refuse(SHAPE, "low", low, "a number and at most the upper bound");
        }
        if low == f64::INFINITY {
            return refuse(SHAPE, "low", low, "below infinity");
        }
        let mut clipped = Self { times: Vec::new(), values: Vec::new(), ..self };
        let mut before: Option<(f64, f64)> = None;
        for (t, y) in self.times.into_iter().zip(self.values) {
            if let Some((t0, y0)) = before.filter(|&(t0, _)| t0 < t) {
                let bounds = if y0 < y { [low, high] } else { [high, low] };
                let inside = |bound: &f64| (y0.min(y)..y0.max(y)).contains(bound) && *bound != y0.min(y);
                for bound in bounds.into_iter().filter(inside) {
                    clipped.times.push(t0 + (t - t0) * ((bound - y0) / (y - y0)));
                    clipped.values.push(bound);
                }
            }
            clipped.times.push(t);
            clipped.values.push(y.clamp(low, high));
            before = Some((t, y));
        }
        Ok(clipped)
    }
}

/// One signal of a sum, read from its beginning.
struct Reader<'a> {
    signal: &'a SignalSource,
    /// Number of points up to the present time.
    read: usize,
}

impl Reader<'_> {
    fn next_time(&self) -> Option<f64> {
        self.signal.times.get(self.read).copied()
    }

    /// The values before and after `t`; no point lies between it and the previous time.
    fn sides(&mut self, t: f64) -> (f64, f64) {
        let times = &self.signal.times;
        let values = &self.signal.values;
        if self.next_time().is_none_or(|next| next > t) {
            let value = self.signal.between(self.read, t);
            return (value, value);
        }
        let first = values[self.read];
        while self.next_time().is_some_and(|next| next <= t) {
            self.read += 1;
        }
        let ended = self.read == times.len();
        (first, if ended { 0.0 } else { values[self.read - 1] })
    }
}

/// The sum at every time: the effect of both signals attached to one cell.
///
/// Both are linear between points, and so is the sum, which has points where either of the two has one. The cursor is
/// the later of the two, and the base amplitudes are added.
///
/// ```
/// use loligo::prelude::*;
/// let both = SignalSource::new().pulse(1.0, 10.0)? + SignalSource::new().delay(5.0)?.pulse(0.5, 10.0)?;
/// assert_eq!([2.0, 7.0, 12.0].map(|t| both.value_at(t)), [1.0, 1.5, 0.5]); // nA
/// # Ok::<(), loligo::SignalError>(())
/// ```
impl Add for SignalSource {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut sum =
            Self { cursor: self.cursor.max(other.cursor), base_amp: self.base_amp + other.base_amp, ..Self::default() };
        let (mut a, mut b) = (Reader { signal: &self, read: 0 }, Reader { signal: &other, read: 0 });
        while let Some(next) = [a.next_time(), b.next_time()].into_iter().flatten().reduce(f64::min) {
            // A point that lies a rounding error before the previous one is treated as simultaneous with it.
            let t = sum.times.last().map_or(next, |&last: &f64| next.max(last));
            let ((a_before, a_after), (b_before, b_after)) = (a.sides(t), b.sides(t));
            let is_last = a.next_time().is_none() && b.next_time().is_none();
            let (before, after) = (a_before + b_before, a_after + b_after);
            sum.times.push(t);
            sum.values.push(before);
            if before != after && !is_last {
                sum.times.push(t);
                sum.values.push(after);
            }
        }
        sum
    }
}

impl Sum for SignalSource {
    fn sum<I: Iterator<Item = Self>>(signals: I) -> Self {
        signals.fold(Self::default(), Self::add)
    }
}

/// Multiplies every value and the base amplitude by a factor.
impl Mul<f64> for SignalSource {
    type Output = Self;

    fn mul(mut self, factor: f64) -> Self {
        self.values.iter_mut().for_each(|value| *value *= factor);
        self.base_amp *= factor;
        self
    }
}

/// Multiplies every value and the base amplitude by a factor.
impl Mul<SignalSource> for f64 {
    type Output = SignalSource;

    fn mul(self, signal: SignalSource) -> SignalSource {
        signal * self
    }
}

/// The signal with opposite sign.
impl Neg for SignalSource {
    type Output = Self;

    fn neg(self) -> Self {
        self * -1.0
    }
}
