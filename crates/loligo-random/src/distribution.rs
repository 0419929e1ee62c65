use serde::{Deserialize, Serialize};

use crate::error::RandomError;

/// The distribution of a [`Sampler`](crate::Sampler), with the names and parameters of NEURON's
/// `Random`.
///
/// Units are those of the caller; a variance has the square of its mean's unit. Parameters are
/// checked when a sampler is made: all parameters for which NEURON gives finite values give the
/// same values here (for example, a negative exponential distribution of negative mean is
/// mirrored), except those that do not define a distribution.
///
/// ```
/// use loligo_random::{Distribution, Random123, Sampler};
///
/// let poisson = Distribution::Poisson { mean: 3.0 };
/// let mut sampler = Sampler::new(Random123::new(1, 2, 3), poisson)?;
/// assert_eq!(sampler.pick(), 2.0);
/// # Ok::<(), loligo_random::RandomError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Any number between two bounds, given in either order.
    Uniform {
        /// One bound.
        low: f64,
        /// The other bound.
        high: f64,
    },
    /// Any whole number from one bound to the other, both included, given in either order.
    ///
    /// NEURON drops the fractions of its arguments (towards zero).
    DiscreteUniform {
        /// One bound.
        low: i64,
        /// The other bound.
        high: i64,
    },
    /// Gaussian numbers, by the polar method, which gives pairs; the second number is kept for the
    /// next pick.
    Normal {
        /// Mean.
        mean: f64,
        /// Variance, not the standard deviation.
        variance: f64,
    },
    /// Numbers whose logarithm is Gaussian, with the mean and variance of the numbers themselves.
    LogNormal {
        /// Mean of the numbers.
        mean: f64,
        /// Variance of the numbers.
        variance: f64,
    },
    /// Intervals between the events of a Poisson process.
    NegativeExponential {
        /// Mean interval.
        mean: f64,
    },
    /// Numbers of events of a Poisson process.
    Poisson {
        /// Mean number, at most 745.
        mean: f64,
    },
    /// Numbers of successes in independent trials.
    Binomial {
        /// Number of trials.
        trials: u32,
        /// Probability of success in each.
        probability: f64,
    },
    /// Sums of `max(1, round(mean^2 / variance))` equal exponential intervals.
    ///
    /// Beyond about 700 intervals the product from which a sum is computed underflows to 0 and the
    /// value is infinite, as in NEURON.
    Erlang {
        /// Mean sum.
        mean: f64,
        /// Variance of the sum.
        variance: f64,
    },
    /// Numbers of trials up to and including the first failure.
    Geometric {
        /// Probability of success in each trial, at most 1 - 2^-32.
        probability: f64,
    },
    /// A mixture of two exponential distributions (called hypergeometric in NEURON).
    HyperGeometric {
        /// Mean.
        mean: f64,
        /// Variance, at least the square of the mean.
        variance: f64,
    },
    /// Weibull's distribution, `(-beta log(1 - u))^(1 / alpha)`.
    Weibull {
        /// The exponent.
        alpha: f64,
        /// The factor within the power.
        beta: f64,
    },
}

impl Distribution {
    /// The distribution in the form used for sampling, if its parameters are valid.
    pub(crate) fn law(self) -> Result<Law, RandomError> {
        let refuse = |parameter, value, requirement| {
            Err(RandomError::Parameter { distribution: self.name(), parameter, value, requirement })
        };
        for (parameter, value) in self.parameters().into_iter().flatten() {
            if !value.is_finite() {
                return refuse(parameter, value, "finite");
            }
        }
        Ok(match self {
            Self::Uniform { low, high } => {
                let (low, high) = if low < high { (low, high) } else { (high, low) };
                let width = high - low;
                if !width.is_finite() {
                    return refuse("high - low", width, "finite");
                }
                Law::Uniform { low, width }
            }
            Self::DiscreteUniform { low, high } => {
                Law::DiscreteUniform { low: low.min(high), count: (i128::from(low.abs_diff(high)) + 1) as f64 }
            }
            Self::Normal { mean, variance } => {
                if variance < 0.0 {
                    return refuse("variance", variance, "at least 0");
                }
                Law::Normal { mean, standard_deviation: variance.sqrt() }
            }
            Self::LogNormal { mean, variance } => {
                if variance < 0.0 {
                    return refuse("variance", variance, "at least 0");
                }
                let square = mean * mean;
                let log_mean = (square / (variance + square).sqrt()).ln();
                let log_deviation = ((variance + square) / square).ln().sqrt();
                if !(log_mean.is_finite() && log_deviation.is_finite()) {
                    return refuse("mean", mean, "other than 0, with finite ratio to the variance");
                }
                Law::LogNormal { log_mean, log_deviation }
            }
            Self::NegativeExponential { mean } => Law::NegativeExponential { mean },
            Self::Poisson { mean } => {
                let bound = (-mean).exp();
                if mean < 0.0 || bound == 0.0 {
                    return refuse("mean", mean, "between 0 and 745");
                }
                Law::Poisson { bound }
            }
            Self::Binomial { trials, probability } => {
                if !(0.0..=1.0).contains(&probability) {
                    return refuse("probability", probability, "between 0 and 1");
                }
                Law::Binomial { trials, probability }
            }
            Self::Erlang { mean, variance } => {
                if variance <= 0.0 {
                    return refuse("variance", variance, "greater than 0");
                }
                let intervals = (mean * mean / variance + 0.5).floor();
                if intervals > f64::from(i32::MAX) {
                    return refuse("mean^2 / variance", mean * mean / variance, "less than 2^31");
                }
                let intervals = intervals.max(1.0);
                Law::Erlang { intervals: intervals as u32, rate: intervals / mean }
            }
            Self::Geometric { probability } => {
                if !(0.0..=1.0 - 1.0 / 4294967296.0).contains(&probability) {
                    return refuse("probability", probability, "between 0 and 1 - 2^-32");
                }
                Law::Geometric { probability }
            }
            Self::HyperGeometric { mean, variance } => {
                let ratio = variance / (mean * mean);
                let share = 0.5 * (1.0 - ((ratio - 1.0) / (ratio + 1.0)).sqrt());
                if !(ratio >= 1.0 && share.is_finite()) {
                    return refuse("variance / mean^2", ratio, "at least 1 and finite");
                }
                Law::HyperGeometric { mean, share }
            }
            Self::Weibull { alpha, beta } => {
                let power = 1.0 / alpha;
                if !power.is_finite() {
                    return refuse("alpha", alpha, "other than 0");
                }
                if beta < 0.0 {
                    return refuse("beta", beta, "at least 0");
                }
                Law::Weibull { power, beta }
            }
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Uniform { .. } => "uniform",
            Self::DiscreteUniform { .. } => "discrete uniform",
            Self::Normal { .. } => "normal",
            Self::LogNormal { .. } => "lognormal",
            Self::NegativeExponential { .. } => "negative exponential",
            Self::Poisson { .. } => "poisson",
            Self::Binomial { .. } => "binomial",
            Self::Erlang { .. } => "erlang",
            Self::Geometric { .. } => "geometric",
            Self::HyperGeometric { .. } => "hypergeometric",
            Self::Weibull { .. } => "weibull",
        }
    }

    /// The parameters that are floating-point numbers, by name.
    fn parameters(self) -> [Option<(&'static str, f64)>; 2] {
        match self {
            Self::Uniform { low, high } => [Some(("low", low)), Some(("high", high))],
            Self::DiscreteUniform { .. } => [None, None],
            Self::Normal { mean, variance }
            | Self::LogNormal { mean, variance }
            | Self::Erlang { mean, variance }
            | Self::HyperGeometric { mean, variance } => [Some(("mean", mean)), Some(("variance", variance))],
            Self::NegativeExponential { mean } | Self::Poisson { mean } => [Some(("mean", mean)), None],
            Self::Binomial { probability, .. } | Self::Geometric { probability } => {
                [Some(("probability", probability)), None]
            }
            Self::Weibull { alpha, beta } => [Some(("alpha", alpha)), Some(("beta", beta))],
        }
    }
}

/// A distribution with its constants precomputed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Law {
    Uniform { low: f64, width: f64 },
    DiscreteUniform { low: i64, count: f64 },
    Normal { mean: f64, standard_deviation: f64 },
    LogNormal { log_mean: f64, log_deviation: f64 },
    NegativeExponential { mean: f64 },
    Poisson { bound: f64 },
    Binomial { trials: u32, probability: f64 },
    Erlang { intervals: u32, rate: f64 },
    Geometric { probability: f64 },
    HyperGeometric { mean: f64, share: f64 },
    Weibull { power: f64, beta: f64 },
}
