use std::f64::consts::E;

use serde::{Deserialize, Serialize};

use crate::distribution::{Distribution, Law};
use crate::error::RandomError;
use crate::generator::Generator;
use crate::polar::polar_pair;
use crate::random123::Random123;

/// Draws numbers of a distribution from a stream, like NEURON's `Random`.
///
/// Normal and lognormal numbers are drawn in pairs, and the second of a pair is kept for the next
/// pick. It is kept when the stream is changed ([`Sampler::generator_mut`],
/// [`Sampler::with_generator`]) and dropped by [`Sampler::set_distribution`], as in NEURON.
///
/// The default is `Random()`: stream (0, 55, 0) and the standard normal distribution.
///
/// ```
/// use loligo_random::{Distribution, MCellRan4, Sampler};
///
/// let binomial = Distribution::Binomial { trials: 20, probability: 0.3 };
/// let mut sampler = Sampler::new(MCellRan4::new(12345, 0), binomial)?;
/// sampler.pick();
/// assert_eq!(sampler.generator().sequence(), 12345 + 20);
/// # Ok::<(), loligo_random::RandomError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredSampler<G>")]
pub struct Sampler<G> {
    generator: G,
    distribution: Distribution,
    #[serde(skip)]
    law: Law,
    /// The second standard normal deviate of the last pair.
    second_deviate: Option<f64>,
}

impl<G> Sampler<G> {
    /// A sampler of a distribution on a stream.
    pub fn new(generator: G, distribution: Distribution) -> Result<Self, RandomError> {
        Ok(Self { generator, distribution, law: distribution.law()?, second_deviate: None })
    }

    /// The distribution.
    pub fn distribution(&self) -> Distribution {
        self.distribution
    }

    /// Changes the distribution of the following numbers.
    pub fn set_distribution(&mut self, distribution: Distribution) -> Result<(), RandomError> {
        self.law = distribution.law()?;
        self.distribution = distribution;
        self.second_deviate = None;
        Ok(())
    }

    /// The stream.
    pub fn generator(&self) -> &G {
        &self.generator
    }

    /// The stream, mutable, for instance to change its position.
    pub fn generator_mut(&mut self) -> &mut G {
        &mut self.generator
    }

    /// The same sampler on another stream.
    pub fn with_generator<H>(self, generator: H) -> Sampler<H> {
        Sampler { generator, distribution: self.distribution, law: self.law, second_deviate: self.second_deviate }
    }
}

impl<G: Generator> Sampler<G> {
    /// Changes the distribution and draws a number of it: NEURON's `rng.normal(mean, variance)`,
    /// `rng.uniform(low, high)` and so on.
    ///
    /// A deviate kept from an earlier pair is dropped, even if the distribution is the same.
    ///
    /// # Errors
    ///
    /// [`RandomError::Parameter`] if the parameters are invalid; no number is drawn then.
    ///
    /// ```
    /// use loligo_random::{Distribution, Random123, Sampler};
    ///
    /// let mut random = Sampler::default().with_generator(Random123::new(0, 1, 2));
    /// let normal = Distribution::Normal { mean: 0.0, variance: 1.0 };
    /// assert_eq!(random.pick_from(normal)?, 0.009896596800025687); // rng.normal(0, 1)
    /// assert_eq!(random.pick(), 1.1257231725553434); // rng.repick(), the second of the pair
    /// assert_eq!(random.pick_from(normal)?, 0.8738458980903763);
    /// assert_ne!(random.pick_from(normal)?, 1.808155992987346); // a new pair
    /// # Ok::<(), loligo_random::RandomError>(())
    /// ```
    pub fn pick_from(&mut self, distribution: Distribution) -> Result<f64, RandomError> {
        self.set_distribution(distribution)?;
        Ok(self.pick())
    }

    /// The next number: NEURON's `rng.repick()`.
    #[doc(alias = "repick")]
    pub fn pick(&mut self) -> f64 {
        match self.law {
            Law::Uniform { low, width } => low + width * self.generator.next_f64(),
            Law::DiscreteUniform { low, count } => {
                let step = (count * self.generator.next_f64()).floor();
                (i128::from(low) + step as i128) as f64
            }
            Law::Normal { mean, standard_deviation } => self.deviate() * standard_deviation + mean,
            Law::LogNormal { log_mean, log_deviation } => E.powf(self.deviate() * log_deviation + log_mean),
            Law::NegativeExponential { mean } => -mean * self.generator.next_f64().ln(),
            Law::Poisson { bound } => self.events(bound),
            Law::Binomial { trials, probability } => {
                let successes = (0..trials).filter(|_| self.generator.next_f64() < probability).count();
                successes as f64
            }
            Law::Erlang { intervals, rate } => {
                let product = (0..intervals).fold(1.0, |p, _| p * self.generator.next_f64());
                -f64::ln(product) / rate
            }
            Law::Geometric { probability } => {
                let mut trials = 1_u64;
                while self.generator.next_f64() < probability {
                    trials += 1;
                }
                trials as f64
            }
            Law::HyperGeometric { mean, share } => {
                let weight = if self.generator.next_f64() > share { 1.0 - share } else { share };
                -mean * self.generator.next_f64().ln() / (2.0 * weight)
            }
            Law::Weibull { power, beta } => (beta * -(1.0 - self.generator.next_f64()).ln()).powf(power),
        }
    }

    /// A standard normal deviate, the kept one if there is one.
    fn deviate(&mut self) -> f64 {
        self.second_deviate.take().unwrap_or_else(|| {
            let (first, second) = polar_pair(&mut self.generator);
            self.second_deviate = Some(second);
            first
        })
    }

    /// The number of uniform factors whose product stays at or above a bound.
    fn events(&mut self, bound: f64) -> f64 {
        let mut count = 0_u64;
        let mut product = self.generator.next_f64();
        while product >= bound {
            count += 1;
            product *= self.generator.next_f64();
        }
        count as f64
    }
}

impl Default for Sampler<Random123> {
    fn default() -> Self {
        Self {
            generator: Random123::new(0, 55, 0),
            distribution: Distribution::Normal { mean: 0.0, variance: 1.0 },
            law: Law::Normal { mean: 0.0, standard_deviation: 1.0 },
            second_deviate: None,
        }
    }
}

/// The stored form of a sampler, whose parameters are checked when it is read.
#[derive(Deserialize)]
struct StoredSampler<G> {
    generator: G,
    distribution: Distribution,
    second_deviate: Option<f64>,
}

impl<G> TryFrom<StoredSampler<G>> for Sampler<G> {
    type Error = RandomError;

    fn try_from(stored: StoredSampler<G>) -> Result<Self, RandomError> {
        let mut sampler = Self::new(stored.generator, stored.distribution)?;
        sampler.second_deviate = stored.second_deviate;
        Ok(sampler)
    }
}
