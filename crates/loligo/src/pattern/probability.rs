//! Probabilities of connections, also as functions of distance.

use serde::{Deserialize, Serialize};

use crate::pattern::error::PatternError;

/// The probability with which two cells are connected.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionProbability {
    /// The largest probability, that at distance 0.
    pub maximum: f64,
    /// Its decrease with distance.
    pub curve: DistanceCurve,
    /// Distance beyond which no cells are connected, um; infinite if there is none.
    pub cutoff: f64,
}

/// A function of distance d (um) that is 1 at 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistanceCurve {
    /// 1 at all distances: no positions are needed.
    Constant,
    /// exp(-d^2 / (2 sigma^2)).
    Gaussian {
        /// Standard deviation, um.
        sigma: f64,
    },
    /// exp(-d / length).
    Exponential {
        /// Length constant, um.
        length: f64,
    },
    /// 1 up to a radius, then 0.
    Step {
        /// The radius, um.
        radius: f64,
    },
    /// 1 - d / radius up to a radius, then 0.
    Linear {
        /// The radius, um.
        radius: f64,
    },
}

impl From<f64> for ConnectionProbability {
    fn from(probability: f64) -> Self {
        Self::new(DistanceCurve::Constant, probability)
    }
}

impl ConnectionProbability {
    /// The smallest number that a stream draws: a smaller probability never connects.
    const SMALLEST_DRAW: f64 = 1.0 / 4294967297.0;

    /// Makes a probability that decreases by a curve from a maximum at distance 0.
    pub fn new(curve: DistanceCurve, maximum: f64) -> Self {
        Self { maximum, curve, cutoff: f64::INFINITY }
    }

    /// The same, but 0 beyond a distance (um).
    #[must_use]
    pub fn up_to(self, cutoff: f64) -> Self {
        Self { cutoff, ..self }
    }

    /// `true` if it depends on the distance of the cells.
    pub fn needs_positions(&self) -> bool {
        self.curve != DistanceCurve::Constant || self.cutoff.is_finite()
    }

    /// The probability at a distance, um.
    pub fn at(&self, distance: f64) -> f64 {
        if distance > self.cutoff {
            return 0.0;
        }
        self.maximum
            * match self.curve {
                DistanceCurve::Constant => 1.0,
                DistanceCurve::Gaussian { sigma } => (-0.5 * (distance / sigma) * (distance / sigma)).exp(),
                DistanceCurve::Exponential { length } => (-distance / length).exp(),
                DistanceCurve::Step { radius } => f64::from(distance <= radius),
                DistanceCurve::Linear { radius } => (1.0 - distance / radius).max(0.0),
            }
    }

    /// A distance beyond which the probability is smaller than any number drawn.
    pub(super) fn reach(&self) -> f64 {
        let decades = (self.maximum / Self::SMALLEST_DRAW).ln().max(0.0);
        let reach = match self.curve {
            DistanceCurve::Constant => f64::INFINITY,
            DistanceCurve::Gaussian { sigma } => sigma * (2.0 * decades).sqrt(),
            DistanceCurve::Exponential { length } => length * decades,
            DistanceCurve::Step { radius } | DistanceCurve::Linear { radius } => radius,
        };
        // Somewhat farther, so that no rounding error leaves a cell out.
        reach.min(self.cutoff) * (1.0 + 1e-9)
    }

    /// Checks its numbers.
    ///
    /// # Errors
    /// A maximum that is no probability; a width or cutoff that is not greater than 0.
    pub fn check(&self) -> Result<(), PatternError> {
        if !(0.0..=1.0).contains(&self.maximum) {
            let remedy = "give a number from 0 to 1";
            return Err(PatternError::Value { what: "probability", value: self.maximum, remedy });
        }
        let (what, width) = match self.curve {
            DistanceCurve::Constant => return self.check_cutoff(),
            DistanceCurve::Gaussian { sigma } => ("gaussian (um)", sigma),
            DistanceCurve::Exponential { length } => ("exponential (um)", length),
            DistanceCurve::Step { radius } => ("step (um)", radius),
            DistanceCurve::Linear { radius } => ("linear (um)", radius),
        };
        if !(width > 0.0 && width.is_finite()) {
            return Err(PatternError::Value { what, value: width, remedy: "give a distance greater than 0 um" });
        }
        self.check_cutoff()
    }

    fn check_cutoff(&self) -> Result<(), PatternError> {
        if self.cutoff > 0.0 {
            return Ok(());
        }
        let remedy = "give a distance greater than 0 um";
        Err(PatternError::Value { what: "cutoff (um)", value: self.cutoff, remedy })
    }
}
