//! The smallest lengths, diameters and capacitances of sections.

/// The shortest section, um, as in NEURON. Points that are closer together count as one place.
pub const LEAST_LENGTH: f64 = 1e-9;

/// The smallest mean diameter of a segment, um: about a hundredth of the diameter of an atom.
/// Thinner segments are rejected.
pub const LEAST_DIAMETER: f64 = 1e-6;

/// The smallest capacitance of a membrane, uF/cm2: a millionth of the usual one, practically zero.
pub const LEAST_CAPACITANCE: f64 = 1e-6;
