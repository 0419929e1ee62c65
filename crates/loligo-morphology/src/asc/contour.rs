//! Conversion of soma contours to points with diameters.

use std::f64::consts::PI;

use nalgebra::{Matrix3, Vector3};

use crate::asc::axes::eigen;
use crate::parsed_section::{EPSILON, ParsedPoint};

/// Number of equidistant positions at which an outline is resampled.
const SAMPLES: usize = 101;
/// Number of steps between the points into which a single contour is converted.
const STEPS: usize = 20;

/// An outline at equidistant positions, and their mean.
pub(super) struct Outline {
    points: Vec<[f64; 3]>,
    /// Line of the contour's first point.
    line: u32,
    pub centre: [f64; 3],
}

impl Outline {
    /// Resamples a contour of at least one point from its first to its last point. Distances
    /// are taken in x and y.
    pub fn of(contour: &[ParsedPoint]) -> Self {
        let mut arc = vec![0.0];
        for (i, pair) in contour.windows(2).enumerate() {
            let dx = pair[1].at[0] - pair[0].at[0];
            let dy = pair[1].at[1] - pair[0].at[1];
            arc.push(arc[i] + (dx * dx + dy * dy).sqrt());
        }
        let step = arc[arc.len() - 1] / (SAMPLES - 1) as f64;
        let places: Vec<f64> = (0..SAMPLES).map(|i| i as f64 * step).collect();
        let axis = |axis: usize| {
            let values: Vec<f64> = contour.iter().map(|point| point.at[axis]).collect();
            interpolate(&places, &arc, &values)
        };
        let [x, y, z] = [axis(0), axis(1), axis(2)];
        let centre = [mean(&x), mean(&y), mean(&z)];
        let points = (0..SAMPLES).map(|i| [x[i], y[i], z[i]]).collect();
        Self { points, line: contour[0].line, centre }
    }

    /// The contour as points along its longest axis; `None` if it has no extent across.
    pub fn along_axis(&self) -> Option<Vec<ParsedPoint>> {
        let centred: Vec<Vector3<f64>> =
            self.points.iter().map(|p| Vector3::from_fn(|axis, _| p[axis] - self.centre[axis])).collect();
        let (major, minor) = axes(&centred)?;
        // Coordinates along the longest axis and across it, starting at the far end.
        let mut outline: Vec<(f64, f64)> = centred.iter().map(|p| (p.dot(&major), p.dot(&minor))).collect();
        let far_end = extreme(&outline, |a, b| a > b);
        outline.rotate_left(far_end);
        let turn = extreme(&outline, |a, b| a < b);
        let mut one_side: Vec<(f64, f64)> = outline[..turn].iter().rev().copied().collect();
        let mut other_side = outline[turn..].to_vec();
        keep_increasing(&mut one_side);
        keep_increasing(&mut other_side);

        let mut along: Vec<f64> = one_side.iter().chain(&other_side).map(|place| place.0).collect();
        along.sort_by(f64::total_cmp);
        // The outermost positions have zero width.
        let (from, to) = (*along.get(1)?, *along.get(along.len().checked_sub(2)?)?);
        let step = (to - from) / STEPS as f64;
        if one_side.is_empty() || step.is_nan() || step <= 0.0 {
            return None;
        }
        let places: Vec<f64> = (0..=STEPS).map(|i| i as f64 * step + from).collect();
        let across = |side: &[(f64, f64)]| {
            let (along, across): (Vec<f64>, Vec<f64>) = side.iter().copied().unzip();
            interpolate(&places, &along, &across)
        };
        let (one, other) = (across(&one_side), across(&other_side));
        let mut points: Vec<ParsedPoint> = (0..=STEPS)
            .map(|i| ParsedPoint {
                at: [0, 1, 2].map(|axis| major[axis] * places[i] + self.centre[axis]),
                diameter: (one[i] - other[i]).abs(),
                line: self.line,
            })
            .collect();
        // Ends of zero width get half their neighbour's.
        points[0].diameter = (points[0].diameter + points[1].diameter) / 2.0;
        points[STEPS].diameter = (points[STEPS].diameter + points[STEPS - 1].diameter) / 2.0;
        Some(points)
    }

    /// The contour as a circle: half its diameter from the perimeter of the drawn contour,
    /// half from the mean distance of the outline from its centre.
    pub fn as_circle(&self, contour: &[ParsedPoint]) -> ParsedPoint {
        let perimeter: f64 = (0..contour.len())
            .map(|i| {
                let (a, b) = (contour[i].at, contour[(i + 1) % contour.len()].at);
                distance(a, b)
            })
            .fold(0.0, |sum, edge| sum + edge);
        let radii: Vec<f64> = self.points.iter().map(|&p| distance(p, self.centre)).collect();
        ParsedPoint { at: self.centre, diameter: mean(&radii) + perimeter / (2.0 * PI), line: self.line }
    }
}

/// Euclidean distance, um.
pub(super) fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [dx, dy, dz] = [0, 1, 2].map(|axis| a[axis] - b[axis]);
    (dx * dx + dy * dy + dz * dz).sqrt()
}

/// The longest axis, and the second axis projected onto the xy plane; `None` if they cannot be
/// determined.
fn axes(centred: &[Vector3<f64>]) -> Option<(Vector3<f64>, Vector3<f64>)> {
    let scatter = Matrix3::from_fn(|i, j| centred.iter().fold(0.0, |sum, p| sum + p[i] * p[j]));
    let (values, vectors) = eigen(&scatter)?;
    let (longest, shortest) = (values.imax(), values.imin());
    if longest == shortest {
        return None;
    }
    let mut major: Vector3<f64> = vectors.column(longest).into();
    if major[major.icamax()] < 0.0 {
        major = -major;
    }
    let mut minor: Vector3<f64> = vectors.column(3 - longest - shortest).into();
    minor[2] = 0.0;
    let length = minor.norm();
    (length >= 1e-6).then(|| (major, minor / length))
}

/// Index of the first position that no other exceeds along the axis.
fn extreme(outline: &[(f64, f64)], surpasses: impl Fn(f64, f64) -> bool) -> usize {
    (1..outline.len()).fold(0, |best, i| if surpasses(outline[i].0, outline[best].0) { i } else { best })
}

/// Removes positions, starting from the far end, that are not beyond the previous one.
fn keep_increasing(side: &mut Vec<(f64, f64)>) {
    let mut j = side.len().saturating_sub(1);
    while j > 0 {
        if side[j].0 <= side[j - 1].0 + EPSILON {
            side.remove(j);
            // The position that moved up is compared again, if there is one.
            if j != side.len() {
                continue;
            }
        }
        j -= 1;
    }
}

/// Interpolates `values`, given at increasing positions `known`, at increasing `places`; constant
/// beyond the ends. Positions that do not increase are skipped.
fn interpolate(places: &[f64], known: &[f64], values: &[f64]) -> Vec<f64> {
    let mut result = Vec::with_capacity(places.len());
    let mut places = places.iter().copied().peekable();
    while places.next_if(|&place| place <= known[0]).is_some() {
        result.push(values[0]);
    }
    for i in 1..known.len() {
        if known[i] <= known[i - 1] {
            continue;
        }
        while let Some(place) = places.next_if(|&place| place <= known[i]) {
            let part = (place - known[i - 1]) / (known[i] - known[i - 1]);
            result.push((1.0 - part) * values[i - 1] + part * values[i]);
        }
    }
    result.extend(places.map(|_| values[values.len() - 1]));
    result
}

fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value) / values.len() as f64
}
