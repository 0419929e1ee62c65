//! Geometry of a section's segments: areas, mean diameters and axial resistances.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use loligo_morphology::Point3d;
use serde::{Deserialize, Serialize};

use crate::error::CableError;
use crate::limits::{LEAST_CAPACITANCE, LEAST_DIAMETER, LEAST_LENGTH};

/// The area that stands for "no area" in the equations of section ends and root nodes, um2.
pub const ZERO_AREA_NODE_AREA: f64 = 100.0;

/// The largest number of segments in a section, as in NEURON.
pub const MAX_SEGMENTS: usize = 32767;

/// The shape of a section: a cylinder (with one diameter for each segment) or 3-D points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// A cylinder, or a row of cylinders of equal length, one for each segment.
    Cylinder {
        /// L, um.
        length: f64,
        /// One diameter for each segment from the 0 end to the 1 end, um; a single one applies to
        /// every segment.
        diameters: Vec<f64>,
    },
    /// Truncated cones between points. Point 0 is at the end nearest the parent.
    ///
    /// If all points are at one place, the section has the length [`LEAST_LENGTH`], as in NEURON. Its axial resistance
    /// is so small that rounding changes voltages by millivolts, in NEURON as here.
    Points(Vec<Point3d>),
}

/// Arc length at each point, um.
///
/// Coordinates are single precision, and so is each difference of two; squares, root and sum are double precision.
/// This is how NEURON stores `pt3d`; with doubles throughout, L would have a relative difference of about 5e-8.
pub fn arc_lengths(points: &[Point3d]) -> Vec<f64> {
    let mut arcs = Vec::with_capacity(points.len());
    let mut arc = 0.0;
    for (i, p) in points.iter().enumerate() {
        if i > 0 {
            arc += points[i - 1].distance(p);
        }
        arcs.push(arc);
    }
    arcs
}

/// The diameter of a segment whose section's geometry has not been integrated yet, um: NEURON's default.
const UNTOUCHED_DIAMETER: f64 = 500.0;

/// Sets the diameters of single segments of a section with 3-D points, like an assignment to `seg.diam` in
/// NEURON.
///
/// `diameters` (um) are assigned one after the other from the first segment on. Each assignment overwrites the diameter
/// of **every** point by that of the segment that contains the point (500 um if none has been assigned yet). Diameters
/// integrated from these points therefore differ slightly from the assigned ones. If that is not intended, change the
/// points. Returns the segments' diameters after the assignments; NEURON keeps such a diameter if integration yields
/// one within 1e-9 um of it.
pub fn assign_segment_diameters(points: &mut [Point3d], segments: usize, diameters: &[f64]) -> Vec<f64> {
    let arc = arc_lengths(points);
    let length = arc.last().copied().unwrap_or(0.0);
    let mut kept = vec![UNTOUCHED_DIAMETER; segments]; // um
    for (assigned, &diameter) in diameters.iter().enumerate().take(segments) {
        kept[assigned] = diameter;
        for (point, arc) in points.iter_mut().zip(&arc) {
            let index = (segments as f64 * (arc / length).min(1.0)) as usize;
            point.diameter = kept[index.min(segments - 1)] as f32;
        }
    }
    kept
}

/// Areas and axial resistances of a section's segments, in order from the end nearest the parent.
///
/// ```
/// use loligo_cable::{SectionGeometry, Shape};
/// let soma = Shape::Cylinder { length: 20.0, diameters: vec![20.0] };
/// let geometry = SectionGeometry::of(0, &soma, 1, 35.4, false)?;
/// assert_eq!(geometry.area[0], 1256.6370614359173); // um2, as NEURON's area(.5)
/// # Ok::<(), loligo_cable::CableError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SectionGeometry {
    /// L, um.
    pub length: f64,
    /// Lateral membrane area of each segment, um2.
    pub area: Vec<f64>,
    /// Mean diameter of each segment, um; NEURON's 500 if all points are at one place.
    pub diameter: Vec<f64>,
    /// Conductance from each segment's centre to that of the previous segment (for the first: to the section's
    /// proximal end), and finally from the last centre to the distal end, uS. One more than the number of segments.
    pub axial_conductance: Vec<f64>,
}

impl SectionGeometry {
    /// Divides `shape` into `segments` pieces of equal length.
    ///
    /// `axial_resistance` is Ra (ohm cm). If `reversed`, the section's 1 end touches its parent, and the diameters of a
    /// [`Shape::Cylinder`] are then taken from the 1 end. `section` is only used in the error.
    ///
    /// # Errors
    /// Lengths, diameters or Ra that are not positive and finite, see [`CableError`].
    pub fn of(
        section: usize,
        shape: &Shape,
        segments: usize,
        axial_resistance: f64,
        reversed: bool,
    ) -> Result<Self, CableError> {
        if !(1..=MAX_SEGMENTS).contains(&segments) {
            // A rule based on the length constant gives an unlimited number of segments if the diameter
            // is zero.
            if let (Shape::Points(points), true) = (shape, segments > MAX_SEGMENTS)
                && let Some(first) = points.windows(2).position(|pair| pair.iter().all(has_no_diameter))
            {
                return Err(no_membrane(section, points, first..=first + 1));
            }
            return Err(CableError::Segments { section, value: segments });
        }
        if !(axial_resistance > 0.0 && axial_resistance.is_finite()) {
            return Err(CableError::AxialResistance { section, value: axial_resistance });
        }
        match shape {
            Shape::Cylinder { length, diameters } => {
                cylinder(section, *length, diameters, segments, axial_resistance, reversed)
            }
            Shape::Points(points) => frusta(section, points, segments, axial_resistance),
        }
    }

    /// Checks that every segment has membrane with capacitance; without it a run would give NaN.
    ///
    /// `shape` is the shape from which the geometry was made, `capacitance` cm (uF/cm2); `section` is
    /// only used in the error.
    ///
    /// ```
    /// use loligo_cable::{CableError, Point3d, SectionGeometry, Shape};
    /// let point = |x, diameter| Point3d { x, y: 0.0, z: 0.0, diameter };
    /// let dendrite = Shape::Points(vec![point(0.0, 1.0), point(9.0, 0.0), point(30.0, 0.0)]);
    /// let one = SectionGeometry::of(0, &dendrite, 1, 35.4, false)?;
    /// assert_eq!(one.check_membrane(0, &dendrite, 1.0), Ok(()));
    /// let three = SectionGeometry::of(0, &dendrite, 3, 35.4, false)?;
    /// assert_eq!(three.check_membrane(0, &dendrite, 1.0), Err(CableError::NoMembrane { section: 0, points: 1..=2 }));
    /// # Ok::<(), CableError>(())
    /// ```
    ///
    /// # Errors
    /// A capacitance below [`LEAST_CAPACITANCE`], a cylinder shorter than [`LEAST_LENGTH`], segments whose mean
    /// diameter is smaller than [`LEAST_DIAMETER`].
    pub fn check_membrane(&self, section: usize, shape: &Shape, capacitance: f64) -> Result<(), CableError> {
        if capacitance < LEAST_CAPACITANCE {
            return Err(CableError::Capacitance { section, value: capacitance });
        }
        match shape {
            Shape::Cylinder { length, .. } if *length < LEAST_LENGTH => {
                Err(CableError::Length { section, value: *length })
            }
            Shape::Cylinder { diameters, .. } => match diameters.iter().position(|&d| d < LEAST_DIAMETER) {
                Some(segment) => Err(CableError::Diameter { section, segment, value: diameters[segment] }),
                None => Ok(()),
            },
            Shape::Points(points) => {
                let arc = arc_lengths(points);
                let length = arc.last().copied().unwrap_or(0.0);
                let ds = length / self.area.len() as f64; // um
                // Points at one place have no area except that of annuli at steps of the diameter, and rounding
                // errors.
                let least = if length < LEAST_LENGTH { f64::MIN_POSITIVE } else { PI * LEAST_DIAMETER * ds }; // um2
                let Some(segment) = self.area.iter().position(|&area| area < least) else { return Ok(()) };
                let first = arc.partition_point(|&at| at <= segment as f64 * ds).saturating_sub(1);
                let last = arc.partition_point(|&at| at < (segment + 1) as f64 * ds);
                Err(no_membrane(section, points, first..=last.clamp(first, points.len() - 1)))
            }
        }
    }
}

fn cylinder(
    section: usize,
    length: f64,
    diameters: &[f64],
    segments: usize,
    axial_resistance: f64,
    reversed: bool,
) -> Result<SectionGeometry, CableError> {
    if !(length > 0.0 && length.is_finite()) {
        return Err(CableError::Length { section, value: length });
    }
    if diameters.len() != segments && diameters.len() != 1 {
        return Err(CableError::DiameterCount { section, segments, given: diameters.len() });
    }
    let mut diameter: Vec<f64> = (0..segments).map(|k| diameters[k.min(diameters.len() - 1)]).collect();
    if let Some((segment, value)) = diameter.iter().copied().enumerate().find(|(_, d)| !(*d > 0.0 && d.is_finite())) {
        return Err(CableError::Diameter { section, segment, value });
    }
    if reversed {
        diameter.reverse();
    }
    let dx = length / segments as f64; // um
    let mut area = Vec::with_capacity(segments);
    let mut axial_conductance = Vec::with_capacity(segments + 1);
    let mut right_half = 0.0; // MOhm
    for &d in &diameter {
        area.push(PI * d * dx); // um2
        let left_half = 1e-2 * axial_resistance * (dx / 2.0) / (PI * d * d / 4.0); // MOhm
        axial_conductance.push(1.0 / (left_half + right_half)); // uS
        right_half = left_half;
    }
    axial_conductance.push(1.0 / right_half); // uS
    Ok(SectionGeometry { length, area, diameter, axial_conductance })
}

/// Integrates truncated cones over each half segment in one pass along the points (NEURON's rule: the pass is not
/// restarted for each segment, and pieces of zero length keep a conductance of 1e15 and the area of the annulus).
fn frusta(
    section: usize,
    points: &[Point3d],
    segments: usize,
    axial_resistance: f64,
) -> Result<SectionGeometry, CableError> {
    for (i, p) in points.iter().enumerate() {
        if !(p.x.is_finite() && p.y.is_finite() && p.z.is_finite()) {
            return Err(CableError::Point { section, point: i });
        }
        if !p.diameter.is_finite() {
            return Err(CableError::Diameter { section, segment: i, value: f64::from(p.diameter) });
        }
    }
    let arc = arc_lengths(points);
    if points.len() < 2 {
        return Err(CableError::NoLength { section, points: points.len() });
    }
    let length = arc[arc.len() - 1];
    let diameter_at = |i: usize| f64::from(points[i].diameter).abs();
    let ds = length / segments as f64; // um
    let last = points.len() - 1;
    let mut area = Vec::with_capacity(segments);
    let mut diameter = Vec::with_capacity(segments);
    let mut axial_conductance = Vec::with_capacity(segments + 1);
    let mut right_half = 0.0; // MOhm
    let mut j = 0;
    let (mut x1, mut y1) = (arc[0], diameter_at(0)); // um
    for k in 0..segments {
        let (mut diameter_sum, mut area_sum) = (0.0, 0.0); // um2
        let mut start = k as f64 * ds; // um
        let mut half = [0.0; 2]; // MOhm
        for half_resistance in &mut half {
            let end = start + ds / 2.0; // um
            let mut reciprocal = 0.0; // 1/um
            loop {
                let next = j + 1;
                let reaches_end = arc[next] > end || next == last;
                let (x2, y2);
                if reaches_end {
                    let interval = arc[next] - arc[j]; // um
                    let fraction = if interval.abs() < 1e-10 { 1.0 } else { (end - arc[j]) / interval };
                    x2 = end;
                    y2 = (1.0 - fraction) * diameter_at(j) + fraction * diameter_at(next);
                } else {
                    x2 = arc[next];
                    y2 = diameter_at(next);
                    j = next;
                }
                let mut delta = x2 - x1; // um
                diameter_sum += (y2 + y1) * delta;
                if delta < 1e-15 {
                    delta = 1e-15;
                }
                let mut conductance = y2 * y1 / delta; // um
                if conductance == 0.0 {
                    conductance = 1e-15;
                }
                reciprocal += 1.0 / conductance;
                let taper = 0.5 * (y2 - y1); // um
                area_sum += (y2 + y1) * (delta * delta + taper * taper).sqrt();
                (x1, y1) = (x2, y2);
                if reaches_end {
                    break;
                }
            }
            *half_resistance = reciprocal * axial_resistance / PI * (4.0 * 0.01); // MOhm
            start = end;
        }
        axial_conductance.push(1.0 / (right_half + half[0])); // uS
        right_half = half[1];
        area.push(area_sum * 0.5 * PI); // um2
        // For zero length NEURON leaves the diameter unchanged.
        diameter.push(if ds > 0.0 { diameter_sum * (0.5 / ds) } else { UNTOUCHED_DIAMETER }); // um
    }
    axial_conductance.push(1.0 / right_half); // uS
    Ok(SectionGeometry { length: length.max(LEAST_LENGTH), area, diameter, axial_conductance })
}

fn has_no_diameter(point: &Point3d) -> bool {
    f64::from(point.diameter).abs() < LEAST_DIAMETER
}

/// The error for a segment between these points, with those of them that have no diameter.
fn no_membrane(section: usize, points: &[Point3d], between: RangeInclusive<usize>) -> CableError {
    let (mut first, mut last) = between.into_inner();
    // The range of such points is extended in both directions.
    if has_no_diameter(&points[first]) {
        first -= points[..first].iter().rev().take_while(|point| has_no_diameter(point)).count();
    }
    if has_no_diameter(&points[last]) {
        last += points[last + 1..].iter().take_while(|point| has_no_diameter(point)).count();
    }
    while first < last && !has_no_diameter(&points[first]) {
        first += 1;
    }
    while first < last && !has_no_diameter(&points[last]) {
        last -= 1;
    }
    CableError::NoMembrane { section, points: first..=last }
}
