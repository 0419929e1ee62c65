//! Numbers that are drawn from a distribution, for each connection its own.

use loligo_random::{Distribution, Random123, Sampler};
use serde::{Deserialize, Serialize};

use crate::pattern::error::PatternError;

/// A number that is the same for all, or drawn from a distribution for each.
///
/// Numbers are drawn by NEURON's formulas: the first `Random123` of the same ids gives there with `normal(mean,
/// variance)`, `lognormal(mean, variance)`, `uniform(low, high)` or `negexp(mean)`. Between bounds, numbers outside are
/// dropped and the next one is drawn.
///
/// ```
/// use loligo::{ConnectionDraw, DrawStream, RandomValue};
/// let weight = RandomValue::lognormal(5e-4, 2e-4).between(1e-4, 2e-3); // uS
/// weight.check()?;
/// let stream = DrawStream::new(1, 42).of_connection(ConnectionDraw::Weight, (3, 7), 0);
/// assert!((1e-4..2e-3).contains(&weight.draw(stream)));
/// # Ok::<(), loligo::PatternError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RandomValue {
    /// The same for all.
    Constant(f64),
    /// Drawn.
    Drawn {
        /// The distribution.
        distribution: Distribution,
        /// The smallest and the largest number that are accepted.
        bounds: Option<[f64; 2]>,
    },
}

impl RandomValue {
    /// Numbers that are drawn before one is forced into the bounds, which with valid bounds does not happen.
    const MOST_TRIES: usize = 10_000;

    /// Uniform between two bounds.
    pub fn uniform(low: f64, high: f64) -> Self {
        Distribution::Uniform { low, high }.into()
    }

    /// Normal, with a mean and a standard deviation.
    pub fn normal(mean: f64, deviation: f64) -> Self {
        Distribution::Normal { mean, variance: deviation * deviation }.into()
    }

    /// Lognormal, with the mean and the standard deviation of the numbers themselves, not of their logarithms.
    pub fn lognormal(mean: f64, deviation: f64) -> Self {
        Distribution::LogNormal { mean, variance: deviation * deviation }.into()
    }

    /// Exponential, with a mean.
    pub fn exponential(mean: f64) -> Self {
        Distribution::NegativeExponential { mean }.into()
    }

    /// The same, truncated to the numbers from `low` to `high`; a constant stays as it is.
    #[must_use]
    pub fn between(self, low: f64, high: f64) -> Self {
        match self {
            Self::Constant(_) => self,
            Self::Drawn { distribution, .. } => Self::Drawn { distribution, bounds: Some([low, high]) },
        }
    }

    /// Checks the parameters of the distribution and the bounds.
    ///
    /// # Errors
    /// Impossible parameters; bounds that hold less than about a hundredth of the distribution.
    pub fn check(&self) -> Result<(), PatternError> {
        const TRIES: usize = 5_000;
        match *self {
            Self::Constant(value) if value.is_finite() => Ok(()),
            Self::Constant(value) => Err(PatternError::Value { what: "value", value, remedy: "give a finite number" }),
            Self::Drawn { distribution, bounds } => {
                let mut sampler = Sampler::new(Random123::new(0, 0, 0), distribution)?;
                let Some([low, high]) = bounds else { return Ok(()) };
                let accepted = (0..TRIES).filter(|_| (low..=high).contains(&sampler.pick())).count();
                if accepted * 100 < TRIES { Err(PatternError::Bounds { low, high }) } else { Ok(()) }
            }
        }
    }

    /// The number that a stream gives; not a number if [`check`](Self::check) fails.
    pub fn draw(&self, stream: Random123) -> f64 {
        match *self {
            Self::Constant(value) => value,
            Self::Drawn { distribution, bounds } => {
                let Ok(mut sampler) = Sampler::new(stream, distribution) else { return f64::NAN };
                let Some([low, high]) = bounds else { return sampler.pick() };
                let mut picks = (0..Self::MOST_TRIES).map(|_| sampler.pick());
                picks.find(|number| (low..=high).contains(number)).unwrap_or(low)
            }
        }
    }
}

impl From<f64> for RandomValue {
    fn from(value: f64) -> Self {
        Self::Constant(value)
    }
}

impl From<Distribution> for RandomValue {
    fn from(distribution: Distribution) -> Self {
        Self::Drawn { distribution, bounds: None }
    }
}
