//! Errors of the description of a cable.

use std::fmt;
use std::ops::RangeInclusive;

use loligo_io::plain;

use crate::limits::{LEAST_CAPACITANCE, LEAST_DIAMETER, LEAST_LENGTH};

/// A section that can't be discretised, or a tree that can't be built.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CableError {
    /// A section length that is not finite or less than [`LEAST_LENGTH`].
    Length {
        /// Index of the section in the list given.
        section: usize,
        /// The length, um.
        value: f64,
    },
    /// A diameter that is not finite or less than [`LEAST_DIAMETER`].
    Diameter {
        /// Index of the section.
        section: usize,
        /// Index of the segment, or of the 3-D point.
        segment: usize,
        /// The diameter, um.
        value: f64,
    },
    /// As many diameters as segments are needed.
    DiameterCount {
        /// Index of the section.
        section: usize,
        /// Number of segments (nseg).
        segments: usize,
        /// Number of diameters given.
        given: usize,
    },
    /// A 3-D point with a coordinate that is not finite.
    Point {
        /// Index of the section.
        section: usize,
        /// Index of the point.
        point: usize,
    },
    /// 3-D points without diameters, between which there is no membrane.
    NoMembrane {
        /// Index of the section.
        section: usize,
        /// Indices of the points.
        points: RangeInclusive<usize>,
    },
    /// Fewer than two 3-D points.
    NoLength {
        /// Index of the section.
        section: usize,
        /// Number of points.
        points: usize,
    },
    /// nseg outside 1..=32767, given or by a rule.
    Segments {
        /// Index of the section.
        section: usize,
        /// The number; `usize::MAX` if a rule asks for more than can be counted.
        value: usize,
    },
    /// Ra that is not a positive, finite number.
    AxialResistance {
        /// Index of the section.
        section: usize,
        /// The resistivity, ohm cm.
        value: f64,
    },
    /// cm that is not finite or less than [`LEAST_CAPACITANCE`].
    Capacitance {
        /// Index of the section.
        section: usize,
        /// The capacitance, uF/cm2.
        value: f64,
    },
    /// A parent index that names no section.
    Parent {
        /// Index of the child.
        section: usize,
        /// The parent's index given.
        parent: usize,
    },
    /// A place on the parent outside 0..=1.
    ParentPosition {
        /// Index of the child.
        section: usize,
        /// The position given.
        x: f64,
    },
    /// Sections that are their own ancestors.
    Loop {
        /// Index of one section of the loop.
        section: usize,
    },
}

/// The section by its index, and its fault.
impl fmt::Display for CableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joint = match self {
            Self::Diameter { .. } => ", ",
            Self::DiameterCount { .. } | Self::Parent { .. } | Self::ParentPosition { .. } | Self::Loop { .. } => " ",
            _ => ": ",
        };
        write!(f, "section {}{joint}{}", self.section(), self.fault())
    }
}

impl std::error::Error for CableError {}

impl CableError {
    /// The fault and its remedy, without the section.
    pub fn fault(&self) -> String {
        match self {
            Self::Length { value, .. } => {
                let least = at_least(*value > 0.0, *value, LEAST_LENGTH, "um");
                format!("length L = {} um; give a positive length{least}", plain(*value))
            }
            Self::Diameter { segment, value, .. } => {
                let least = at_least(*value > 0.0, *value, LEAST_DIAMETER, "um");
                format!("segment {segment}: diameter = {} um; give a positive diameter{least}", plain(*value))
            }
            Self::DiameterCount { segments, given, .. } => {
                format!("has {segments} segments but {given} diameters; give one diameter a segment")
            }
            Self::Point { point, .. } => format!("3-D point {point} is not a finite number; mend the morphology"),
            Self::NoMembrane { points, .. } => format!(
                "{} no diameter, so there is no membrane; give diameters of at least {LEAST_DIAMETER:e} um there",
                have(points)
            ),
            Self::NoLength { points, .. } => {
                format!("its {points} 3-D points span no length; give two different points, or L and diam")
            }
            Self::Segments { value, .. } => segments(*value),
            Self::AxialResistance { value, .. } => {
                format!("axial resistance Ra = {} ohm cm; give a positive number (35.4 to 300 is usual)", plain(*value))
            }
            Self::Capacitance { value, .. } => {
                let least = at_least(*value >= 0.0, *value, LEAST_CAPACITANCE, "uF/cm2");
                format!(
                    "membrane capacitance cm = {} uF/cm2; give a positive number{least} (1 is usual)",
                    plain(*value)
                )
            }
            Self::Parent { parent, .. } => format!("is connected to section {parent}, which does not exist"),
            Self::ParentPosition { x, .. } => {
                format!("is connected at parent position x = {}; x runs from 0 to 1", plain(*x))
            }
            Self::Loop { .. } => "is its own ancestor; disconnect the loop".to_owned(),
        }
    }

    /// Index of the section that is at fault.
    pub fn section(&self) -> usize {
        match *self {
            Self::Length { section, .. }
            | Self::Diameter { section, .. }
            | Self::DiameterCount { section, .. }
            | Self::Point { section, .. }
            | Self::NoMembrane { section, .. }
            | Self::NoLength { section, .. }
            | Self::Segments { section, .. }
            | Self::AxialResistance { section, .. }
            | Self::Capacitance { section, .. }
            | Self::Parent { section, .. }
            | Self::ParentPosition { section, .. }
            | Self::Loop { section } => section,
        }
    }

    /// Indices of the 3-D points that are at fault, if some are.
    pub fn points(&self) -> Option<RangeInclusive<usize>> {
        match self {
            Self::NoMembrane { points, .. } => Some(points.clone()),
            Self::Point { point, .. } => Some(*point..=*point),
            _ => None,
        }
    }
}

fn segments(value: usize) -> String {
    match value {
        0 => "nseg = 0; give a number from 1 to 32767, or a positive d_lambda or max_segment_length".to_owned(),
        usize::MAX => {
            "the rule for segments asks for more than can be counted; give a larger d_lambda or max_segment_length, or \
             nseg"
                .to_owned()
        }
        _ => format!("nseg = {value}; give a number from 1 to 32767, or a larger d_lambda or max_segment_length"),
    }
}

/// The least value that is taken, where one is given that has the right sign and is still too small.
fn at_least(has_sign: bool, value: f64, least: f64, unit: &str) -> String {
    if has_sign && value < least { format!(" of at least {least:e} {unit}") } else { String::new() }
}

fn have(points: &RangeInclusive<usize>) -> String {
    match (points.start(), points.end()) {
        (point, last) if point == last => format!("3-D point {point} has"),
        (first, last) => format!("3-D points {first} to {last} have"),
    }
}
