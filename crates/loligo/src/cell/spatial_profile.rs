//! Parameters of painted mechanisms that vary along a cell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A segment and its position on the cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SegmentPlace {
    /// Index of the section.
    pub section: usize,
    /// Index of the segment, from the section's 0 end.
    pub segment: usize,
    /// Middle of the segment, 0 to 1: NEURON's `seg.x`.
    pub x: f64,
    /// Length of the path along the sections from the middle of the soma, um: identical to the bit to NEURON's
    /// `distance(seg)` after `distance(0, soma(0.5))`.
    ///
    /// The middle is that of the segment at 0.5 of the [first soma section](crate::Cell::soma); in a cell without a
    /// soma distances are measured from the 0 end of its first root. Infinite if no path exists.
    pub distance: f64,
    /// Mean diameter, um: NEURON's `seg.diam`.
    pub diameter: f64,
}

/// A parameter of a painted mechanism as a function of the segment.
///
/// It is evaluated in the middle of each segment when the network is lowered to a simulation, so the number of segments
/// may still change until then.
///
/// ```
/// use loligo::prelude::*;
/// use loligo::{Curve, SpatialProfile};
///
/// let mut cell = Cell::builder().add_soma(20.0).add(Section::apical("apic", 500.0, 2.0).with_segments(5)).create()?;
/// let falling = SpatialProfile::of_distance(Curve::Exponential { offset: 0.0, scale: 0.12, rate: -0.005 }); // S/cm2, 1/um
/// assert_eq!(falling.at(&cell.segments()?[3]), Some(0.12 * f64::exp(-0.005 * 260.0))); // 250 um from the soma's end
/// cell.paint_varying(Region::All, Hh::default(), [("gnabar", falling)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SpatialProfile {
    /// A curve over the [distance](SegmentPlace::distance) from the soma, um.
    Distance(Curve),
    /// A curve over the diameter, um.
    Diameter(Curve),
    /// A curve over x, 0 to 1 on each section.
    X(Curve),
    /// Values of the segments of each section from its 0 end, by the index of the section.
    Segments(BTreeMap<usize, Vec<f64>>),
}

/// A function of one variable u.
///
/// ```
/// use loligo::Curve;
/// let falling = Curve::Exponential { offset: 0.0, scale: 0.12, rate: -0.005 }; // S/cm2, S/cm2, 1/um
/// assert_eq!(falling.at(200.0), 0.12 * f64::exp(-1.0)); // S/cm2, 200 um away
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Curve {
    /// at_zero + slope u
    Linear {
        /// The value at u = 0.
        at_zero: f64,
        /// The change per unit of u.
        slope: f64,
    },
    /// offset + scale exp(rate u)
    Exponential {
        /// The limit for large u, if the rate is negative.
        offset: f64,
        /// The term added to it at u = 0.
        scale: f64,
        /// Per unit of u; negative for a decreasing term.
        rate: f64,
    },
    /// low + (high - low) / (1 + exp((middle - u) / width))
    Sigmoid {
        /// The limit for u much smaller than `middle`.
        low: f64,
        /// The limit for u much larger than `middle`.
        high: f64,
        /// The u at which it is half way between the two.
        middle: f64,
        /// The distance from `middle` at which 73 % of the way is reached; greater than 0.
        width: f64,
    },
    /// `inside` where from <= u < to, else `outside`
    Step {
        /// The value in the interval.
        inside: f64,
        /// The value elsewhere.
        outside: f64,
        /// The start of the interval.
        from: f64,
        /// The end of the interval.
        to: f64,
    },
    /// Linear interpolation between points (u, value), u ascending; the first and last value before and after them.
    Points(Vec<[f64; 2]>),
}

impl Curve {
    /// The value at u; NaN for a list without points.
    pub fn at(&self, u: f64) -> f64 {
        match self {
            Self::Linear { at_zero, slope } => at_zero + slope * u,
            Self::Exponential { offset, scale, rate } => offset + scale * (rate * u).exp(),
            Self::Sigmoid { low, high, middle, width } => low + (high - low) / (1.0 + ((middle - u) / width).exp()),
            Self::Step { inside, outside, from, to } => {
                if (*from..*to).contains(&u) {
                    *inside
                } else {
                    *outside
                }
            }
            Self::Points(points) => {
                let after = points.partition_point(|[at, _]| *at <= u);
                match (after.checked_sub(1).and_then(|before| points.get(before)), points.get(after)) {
                    (Some([u0, y0]), Some([u1, y1])) => y0 + (y1 - y0) * ((u - u0) / (u1 - u0)),
                    (Some([_, y]), None) | (None, Some([_, y])) => *y,
                    (None, None) => f64::NAN,
                }
            }
        }
    }
}

impl SpatialProfile {
    /// Makes a profile of a curve over the distance from the soma, um.
    pub fn of_distance(curve: Curve) -> Self {
        Self::Distance(curve)
    }

    /// Makes a profile of a curve over the diameter, um.
    pub fn of_diameter(curve: Curve) -> Self {
        Self::Diameter(curve)
    }

    /// Makes a profile of a curve over x, 0 to 1 on each section.
    pub fn of_x(curve: Curve) -> Self {
        Self::X(curve)
    }

    /// The value at a segment, in the parameter's unit; `None` if values are given by segment and this one has none.
    pub fn at(&self, place: &SegmentPlace) -> Option<f64> {
        match self {
            Self::Distance(curve) => Some(curve.at(place.distance)),
            Self::Diameter(curve) => Some(curve.at(place.diameter)),
            Self::X(curve) => Some(curve.at(place.x)),
            Self::Segments(values) => values.get(&place.section)?.get(place.segment).copied(),
        }
    }
}
