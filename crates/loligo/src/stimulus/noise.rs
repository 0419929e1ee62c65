//! Gaussian noise.

use loligo_random::{Distribution, Generator, Sampler};

use crate::stimulus::error::SignalError;
use crate::stimulus::signal::{SignalSource, at_least_0, finite};

/// A shorter correlation time (ms) counts as 0.
const WHITE: f64 = 1e-9;

impl SignalSource {
    /// Default step of [`noise`](Self::noise), ms.
    pub const NOISE_STEP: f64 = 0.5;
    /// Default step of [`ornstein_uhlenbeck`](Self::ornstein_uhlenbeck), ms.
    pub const ORNSTEIN_UHLENBECK_STEP: f64 = 0.25;

    /// Gaussian noise of a mean (nA or uS) and a **variance** (its square), sampled every `dt` ms (`None`:
    /// [0.5](Self::NOISE_STEP)) for a time (ms), linear between samples, between points of the base amplitude:
    /// `add_noise`.
    ///
    /// The first number of the stream is discarded, as by `Random.normal` in NEURON. Both ends of the duration are
    /// sampled. Signals that draw from one stream one after the other get different numbers.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut stream = Random123::new(1, 2, 3);
    /// let signal = SignalSource::new().noise(0.4, 0.05, 1000.0, None, &mut stream)?; // nA, nA^2, ms
    /// assert_eq!(signal.values()[1], 0.5462435961785509); // nA, as in neurodamus
    /// let mean = signal.values().iter().sum::<f64>() / signal.len() as f64;
    /// assert!((mean - 0.4).abs() < 0.02);
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// A negative variance or duration; a step that is not above 0; an argument that is not finite; too many samples.
    pub fn noise(
        mut self,
        mean: f64,
        variance: f64,
        duration: f64,
        dt: impl Into<Option<f64>>,
        stream: &mut impl Generator,
    ) -> Result<Self, SignalError> {
        const SHAPE: &str = "noise";
        let from = self.len();
        finite(SHAPE, "mean", mean)?;
        at_least_0(SHAPE, "variance", variance)?;
        let dt = dt.into().unwrap_or(Self::NOISE_STEP);
        let count = self.sample_count(SHAPE, ("duration", duration), ("dt", dt))?;
        let mut sampler = Sampler::new(stream, Distribution::Normal { mean, variance })?;
        sampler.pick();
        self.sample_between(dt, duration, (0..count).map(|_| sampler.pick()));
        self.checked(SHAPE, from)
    }

    /// An Ornstein-Uhlenbeck process of a correlation time (ms; 0: white noise), a standard deviation `sigma` and a
    /// mean (nA or uS), sampled every `dt` ms (`None`: [0.25](Self::ORNSTEIN_UHLENBECK_STEP)) for a time (ms), between
    /// points of the base amplitude: `add_ornstein_uhlenbeck`.
    ///
    /// It begins at the mean and is exact for any step (Gillespie 1996, doi:10.1103/PhysRevE.54.2084).
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut stream = Random123::new(2997, 291204, 124);
    /// let signal = SignalSource::new().ornstein_uhlenbeck(2.8, 0.2, 0.4, 20.0, None, &mut stream)?; // ms, uS, uS, ms
    /// assert_eq!(signal.values()[1..3], [0.4, 0.35788782252190704]); // uS, as in neurodamus
    /// # Ok::<(), loligo::SignalError>(())
    /// ```
    ///
    /// # Errors
    /// A negative `tau`, `sigma` or duration; a step that is not above 0; an argument that is not finite; too many
    /// samples.
    pub fn ornstein_uhlenbeck(
        mut self,
        tau: f64,
        sigma: f64,
        mean: f64,
        duration: f64,
        dt: impl Into<Option<f64>>,
        stream: &mut impl Generator,
    ) -> Result<Self, SignalError> {
        const SHAPE: &str = "ornstein_uhlenbeck";
        let from = self.len();
        at_least_0(SHAPE, "tau", tau)?;
        at_least_0(SHAPE, "sigma", sigma)?;
        finite(SHAPE, "mean", mean)?;
        let dt = dt.into().unwrap_or(Self::ORNSTEIN_UHLENBECK_STEP);
        let count = self.sample_count(SHAPE, ("duration", duration), ("dt", dt))?;
        let mut sampler = Sampler::new(stream, Distribution::Normal { mean: 0.0, variance: 1.0 })?;
        sampler.pick();
        if tau < WHITE {
            self.sample_between(dt, duration, (0..count).map(|_| sampler.pick() * sigma + mean));
            return self.checked(SHAPE, from);
        }
        let mu = (-dt / tau).exp();
        let amplitude = sigma * (1.0 - mu * mu).sqrt();
        let mut value = 0.0;
        let process = (0..count).map(|i| {
            let deviate = sampler.pick(); // drawn also at the beginning, where it is not used
            if i > 0 {
                value = value * mu + deviate * amplitude;
            }
            value + mean
        });
        self.sample_between(dt, duration, process);
        self.checked(SHAPE, from)
    }
}
