//! Shot noise.

use std::f64::consts::E;

use loligo_random::{Distribution, Generator, Sampler, gamma};

use crate::stimulus::error::SignalError;
use crate::stimulus::signal::{SignalSource, above_0, finite, refuse};

const SHAPE: &str = "shot_noise";
/// Difference below which NEURON's `Vector.where` treats times as equal, ms.
const EPSILON: f64 = 1e-11;
/// Number of further intervals drawn if the expected number does not fill the duration.
const MORE_INTERVALS: usize = 100;

/// Shot noise of a Poisson process: a response that rises and decays for each event, with gamma-distributed peaks.
///
/// ```
/// use loligo::prelude::*;
/// let noise = ShotNoise { tau_d: 4.0, tau_r: 0.4, rate: 2000.0, amp_mean: 0.04, amp_var: 4e-4 };
/// let mut stream = Random123::new(2997, 19216, 7);
/// let signal = SignalSource::new().shot_noise(noise, 40.0, None, &mut stream)?; // ms
/// assert_eq!(signal.values()[5], 0.027659514674984762); // nA, as in neurodamus
/// # Ok::<(), loligo::SignalError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShotNoise {
    /// Decay time constant of the response, ms.
    pub tau_d: f64,
    /// Rise time constant of the response, ms. Exchanging it with `tau_d` has no effect; if the two are equal (an error
    /// in neurodamus) the response is their limit, an alpha function.
    pub tau_r: f64,
    /// Mean number of events per second, Hz.
    pub rate: f64,
    /// Mean peak of a response, nA or uS; negative for responses downwards.
    pub amp_mean: f64,
    /// Variance of the peak, nA^2 or uS^2.
    pub amp_var: f64,
}

impl SignalSource {
    /// Default step of [`shot_noise`](Self::shot_noise), ms.
    pub const SHOT_NOISE_STEP: f64 = 0.25;

    /// [Shot noise](ShotNoise) for a time (ms), sampled every `dt` ms (`None`: [0.25](Self::SHOT_NOISE_STEP)), between
    /// points of the base amplitude: `add_shot_noise`. Events are at samples.
    ///
    /// Intervals are drawn before peaks, after one number that is discarded: a number that is nearly always sufficient,
    /// and otherwise 100 more at a time (recent versions of neurodamus fail with an assertion there).
    ///
    /// # Errors
    /// Time constants, a rate, a variance or a step that are not above 0; a mean peak of 0; a negative duration; an
    /// argument that is not finite; too many samples or events.
    pub fn shot_noise(
        mut self,
        noise: ShotNoise,
        duration: f64,
        dt: impl Into<Option<f64>>,
        stream: &mut impl Generator,
    ) -> Result<Self, SignalError> {
        let from = self.len();
        noise.check()?;
        let dt = dt.into().unwrap_or(Self::SHOT_NOISE_STEP);
        let count = self.sample_count(SHAPE, ("duration", duration), ("dt", dt))?;
        let response = Response::new(&noise, dt)?;
        let samples: Vec<usize> = noise
            .events(duration, stream)?
            .into_iter()
            .filter(|&t| t < duration - EPSILON)
            .map(|t| (t / dt).round_ties_even())
            .filter(|&sample| sample < count as f64)
            .map(|sample| sample as usize)
            .collect();
        let mean = noise.amp_mean.abs();
        let scale = noise.amp_var / mean;
        let peaks = gamma(stream, mean / scale, scale, samples.len())?;
        let mut impulses = vec![0.0; count];
        for (sample, peak) in samples.into_iter().zip(peaks) {
            impulses[sample] += noise.amp_mean.signum() * peak;
        }
        self.sample_between(dt, duration, response.to(&impulses).into_iter());
        self.checked(SHAPE, from)
    }
}

impl ShotNoise {
    fn check(&self) -> Result<(), SignalError> {
        above_0(SHAPE, "tau_d", self.tau_d)?;
        above_0(SHAPE, "tau_r", self.tau_r)?;
        above_0(SHAPE, "rate", self.rate)?;
        above_0(SHAPE, "amp_var", self.amp_var)?;
        if self.amp_mean == 0.0 {
            return refuse(SHAPE, "amp_mean", 0.0, "other than 0");
        }
        finite(SHAPE, "amp_mean", self.amp_mean)?;
        Ok(())
    }

    /// Times of events, ms; some are after the end.
    fn events(&self, duration: f64, stream: &mut impl Generator) -> Result<Vec<f64>, SignalError> {
        let limit = SignalSource::MAX_POINTS;
        let allow = |events: f64| {
            let error = SignalError::TooManyPoints { shape: SHAPE, points: events, limit };
            if events <= limit as f64 { Ok(()) } else { Err(error) }
        };
        let expected = 1.0 + (duration * (self.rate / 1000.0)).trunc();
        let first = (expected + 3.0 * expected.sqrt()).trunc();
        allow(first)?;
        let mut sampler = Sampler::new(stream, Distribution::NegativeExponential { mean: 1.0 / self.rate })?; // s
        sampler.pick();
        let mut events = Vec::with_capacity(first as usize);
        let mut append = |events: &mut Vec<f64>, count: usize| {
            let start = events.last().copied().unwrap_or(0.0); // ms
            let mut elapsed = 0.0; // s
            for _ in 0..count {
                elapsed += sampler.pick();
                events.push(elapsed * 1000.0 + start);
            }
        };
        append(&mut events, first as usize);
        while events.last().is_some_and(|&last| last < duration) {
            allow((events.len() + MORE_INTERVALS) as f64)?;
            append(&mut events, MORE_INTERVALS);
        }
        Ok(events)
    }
}

/// The response to a unit impulse: a difference of two exponential functions, or its limit, with a peak of 1.
struct Response {
    /// Factor by which the decaying part decreases in a step.
    decay: f64,
    /// Factor by which the rising part decreases in a step.
    rise: f64,
    scale: f64,
}

impl Response {
    fn new(&ShotNoise { tau_d, tau_r, .. }: &ShotNoise, dt: f64) -> Result<Self, SignalError> {
        let (a, b) = ((-dt / tau_d).exp(), (-dt / tau_r).exp());
        for (parameter, tau, remaining) in [("tau_d", tau_d, a), ("tau_r", tau_r, b)] {
            if !(remaining.is_normal() && remaining < 1.0) {
                return refuse(SHAPE, parameter, tau, "from dt / 700 to 1e15 dt; give another step");
            }
        }
        let (decay_rate, rise_rate) = (-a.ln(), -b.ln()); // per step
        let scale = if is_close(tau_d, tau_r) {
            E * decay_rate
        } else {
            let peak = (rise_rate / decay_rate).ln() / (rise_rate - decay_rate); // steps
            (a / b - 1.0) / (a.powf(peak) - b.powf(peak))
        };
        Ok(Self { decay: a, rise: b, scale })
    }

    fn to(&self, impulses: &[f64]) -> Vec<f64> {
        let (mut response, mut rising) = (0.0, 0.0);
        let mut next = |impulse: Option<&f64>| {
            if let Some(impulse) = impulse {
                response = self.decay * response + self.rise * rising;
                rising = self.rise * rising + impulse;
            }
            response * self.scale
        };
        let first = next(None);
        let rest = impulses.split_last().map_or(&[][..], |(_, before_last)| before_last);
        std::iter::once(first).chain(rest.iter().map(|impulse| next(Some(impulse)))).collect()
    }
}

/// Python's `math.isclose`.
fn is_close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}
