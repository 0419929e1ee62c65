//! What can be wrong with the description of a cable.

use loligo_io::plain;
use thiserror::Error;

/// A section that can't be discretised, or a tree that can't be built.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CableError {
    /// A section length that is not a positive, finite number.
    #[error("section {section}: length L = {value} um; give a positive length", value = plain(*.value))]
    Length {
        /// Index of the section in the list given.
        section: usize,
        /// The length, um.
        value: f64,
    },
    /// A diameter that is not a positive, finite number.
    #[error("section {section}, segment {segment}: diameter = {value} um; give a positive diameter", value = plain(*.value))]
    Diameter {
        /// Index of the section.
        section: usize,
        /// Index of the segment, or of the 3-D point.
        segment: usize,
        /// The diameter, um.
        value: f64,
    },
    /// As many diameters as segments are needed.
    #[error("section {section} has {segments} segments but {given} diameters; give one diameter a segment")]
    DiameterCount {
        /// Index of the section.
        section: usize,
        /// Number of segments (nseg).
        segments: usize,
        /// Number of diameters given.
        given: usize,
    },
    /// A 3-D point with a coordinate that is not finite.
    #[error("section {section}: 3-D point {point} is not a finite number; mend the morphology")]
    Point {
        /// Index of the section.
        section: usize,
        /// Index of the point.
        point: usize,
    },
    /// Fewer than two 3-D points, or all of them at one place.
    #[error("section {section}: its {points} 3-D points span no length; give two different points, or L and diam")]
    NoLength {
        /// Index of the section.
        section: usize,
        /// Number of points.
        points: usize,
    },
    /// nseg outside 1..=32767, given or by a rule.
    #[error("section {section}: {}", segments(*.value))]
    Segments {
        /// Index of the section.
        section: usize,
        /// The number; `usize::MAX` if a rule asks for more than can be counted.
        value: usize,
    },
    /// Ra that is not a positive, finite number.
    #[error("section {section}: axial resistance Ra = {value} ohm cm; give a positive number (35.4 to 300 is usual)", value = plain(*.value))]
    AxialResistance {
        /// Index of the section.
        section: usize,
        /// The resistivity, ohm cm.
        value: f64,
    },
    /// cm that is negative or not finite.
    #[error("section {section}: membrane capacitance cm = {value} uF/cm2; give a positive number (1 is usual)", value = plain(*.value))]
    Capacitance {
        /// Index of the section.
        section: usize,
        /// The capacitance, uF/cm2.
        value: f64,
    },
    /// A parent index that names no section.
    #[error("section {section} is connected to section {parent}, which does not exist")]
    Parent {
        /// Index of the child.
        section: usize,
        /// The parent's index given.
        parent: usize,
    },
    /// A place on the parent outside 0..=1.
    #[error("section {section} is connected at parent position x = {x}; x runs from 0 to 1", x = plain(*.x))]
    ParentPosition {
        /// Index of the child.
        section: usize,
        /// The position given.
        x: f64,
    },
    /// Sections that are their own ancestors.
    #[error("section {section} is its own ancestor; disconnect the loop")]
    Loop {
        /// Index of one section of the loop.
        section: usize,
    },
}

impl CableError {
    /// Index of the section that is at fault.
    pub fn section(&self) -> usize {
        match *self {
            Self::Length { section, .. }
            | Self::Diameter { section, .. }
            | Self::DiameterCount { section, .. }
            | Self::Point { section, .. }
            | Self::NoLength { section, .. }
            | Self::Segments { section, .. }
            | Self::AxialResistance { section, .. }
            | Self::Capacitance { section, .. }
            | Self::Parent { section, .. }
            | Self::ParentPosition { section, .. }
            | Self::Loop { section } => section,
        }
    }
}

fn segments(value: usize) -> String {
    match value {
        0 => "nseg = 0; give a number from 1 to 32767, or a positive d_lambda or max_segment_length".to_owned(),
        usize::MAX => {
            "the rule for segments asks for more than can be counted; mend a diameter of 0 there, if there is \
                       one, or give this section nseg"
                .to_owned()
        }
        _ => format!("nseg = {value}; give a number from 1 to 32767, or a larger d_lambda or max_segment_length"),
    }
}
