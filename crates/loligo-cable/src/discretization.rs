//! Rules for the number of segments of a section.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::geometry::{Shape, arc_lengths};

/// A rule for the number of segments (nseg) of a section.
///
/// The default is [`Discretization::Fixed`] with one segment, as in NEURON.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Discretization {
    /// This many segments.
    Fixed(usize),
    /// The smallest number of segments for which no segment is longer than this, um.
    MaximumLength(f64),
    /// NEURON's d_lambda rule: an odd number of segments, each shorter than `fraction` (usually 0.1) of the AC length
    /// constant at `frequency` Hz (usually 100). Hines & Carnevale 2001, doi:10.1177/107385840100700207.
    DLambda {
        /// Fraction of the length constant.
        fraction: f64,
        /// Frequency, Hz.
        frequency: f64,
    },
}

impl Default for Discretization {
    fn default() -> Self {
        Self::Fixed(1)
    }
}

impl Discretization {
    /// The number of segments for a section; `axial_resistance` in ohm cm, `capacitance` in uF/cm2.
    pub fn segments(&self, shape: &Shape, axial_resistance: f64, capacitance: f64) -> usize {
        let length = match shape {
            Shape::Cylinder { length, .. } => *length,
            Shape::Points(points) => arc_lengths(points).last().copied().unwrap_or(0.0),
        };
        // Truncation is part of the rule; invalid values become 0 or the largest usize and are rejected later.
        match *self {
            Self::Fixed(segments) => segments,
            Self::MaximumLength(maximum) if !is_positive(maximum) => 0,
            Self::MaximumLength(maximum) => (length / maximum).ceil().max(1.0) as usize,
            Self::DLambda { fraction, frequency } if !is_positive(fraction) || !is_positive(frequency) => 0,
            Self::DLambda { fraction, frequency } => {
                let lambda = lambda_f(shape, frequency, axial_resistance, capacitance);
                (((length / (fraction * lambda) + 0.9) / 2.0) as usize).saturating_mul(2).saturating_add(1)
            }
        }
    }
}

fn is_positive(value: f64) -> bool {
    value > 0.0
}

/// The AC length constant at `frequency` Hz, um, as returned by NEURON's `lambda_f`, rounding
/// included.
///
/// `axial_resistance` in ohm cm, `capacitance` in uF/cm2 (0 gives 1e10 um). The constant of a tapering section is that
/// of the cones between its points in series.
///
/// ```
/// use loligo_cable::{Shape, lambda_f};
/// let dendrite = Shape::Cylinder { length: 1000.0, diameters: vec![2.0] };
/// let lambda = lambda_f(&dendrite, 100.0, 100.0, 1.0);
/// assert!((lambda - 398.9).abs() < 0.1); // um
/// ```
pub fn lambda_f(shape: &Shape, frequency: f64, axial_resistance: f64, capacitance: f64) -> f64 {
    let cylinder = |diameter: f64| {
        if capacitance == 0.0 {
            return 1e10;
        }
        1e5 * (diameter / (4.0 * PI * frequency * axial_resistance * capacitance)).sqrt()
    };
    match shape {
        Shape::Cylinder { diameters, .. } => cylinder(diameters.get(diameters.len() / 2).copied().unwrap_or(500.0)),
        Shape::Points(points) => {
            let arc = arc_lengths(points);
            let mut lambda = 0.0;
            for i in 1..points.len() {
                let diameters = f64::from(points[i - 1].diameter) + f64::from(points[i].diameter);
                lambda += (arc[i] - arc[i - 1]) / diameters.sqrt();
            }
            lambda *= 2f64.sqrt() * 1e-5 * (4.0 * PI * frequency * axial_resistance * capacitance).sqrt();
            arc.last().copied().unwrap_or(0.0) / lambda
        }
    }
}

/// The centres of a section's segments, 0 to 1, from its 0 end.
pub fn segment_middles(segments: usize) -> impl Iterator<Item = f64> + Clone {
    (0..segments).map(move |segment| (segment as f64 + 0.5) / segments as f64)
}
