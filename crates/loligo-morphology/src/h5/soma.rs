//! Conversion of a soma's points to points along its axis, as in neurodamus's `morphio_wrapper`.
//!
//! The method and its steps are those of the ASC reader's `contour`, but the bits differ: distances are taken in `f32`,
//! interpolation and the selection of increasing positions follow numpy's code, the second axis keeps its length, and
//! the axes have LAPACK's signs.

use nalgebra::{Matrix3, Vector3};

use crate::h5::eigen::eigenvectors;
use crate::h5::error::H5Error;
use crate::parsed_section::ParsedPoint;

/// Number of equidistant positions at which an outline is resampled.
const SAMPLES: usize = 101;
/// Number of points into which a contour is converted.
const POINTS: usize = 21;
/// Number of points of the circle that represents a single point.
const CIRCLE: usize = 20;
/// A soma whose largest width is not above this (um) is a line.
const FLAT: f64 = 1e-6;

/// The points of the soma's section, in the order of the section; x, y, z, diameter in um.
pub(super) fn soma(points: &[[f32; 4]]) -> Result<Vec<ParsedPoint>, H5Error> {
    let mut soma = match points {
        [] => return Err(H5Error::NoSoma),
        [centre] => circle(centre),
        [_, _] => return Err(H5Error::SomaOfTwoPoints),
        contour => {
            let is_wide = |points: &Vec<ParsedPoint>| points.iter().any(|point| point.diameter > FLAT);
            along_axis(contour).filter(is_wide).ok_or(H5Error::FlatSoma)?
        }
    };
    // neurodamus's code has the comment "Order is reversed wrt NEURON's soma points".
    soma.reverse();
    // neurodamus stores them as `f32` before printing.
    for point in &mut soma {
        point.at = point.at.map(|x| f64::from(x as f32));
        point.diameter = f64::from(point.diameter as f32);
    }
    Ok(soma)
}

/// A circle around the point, with its radius as diameter: neurodamus's representation of a sphere.
fn circle(centre: &[f32; 4]) -> Vec<ParsedPoint> {
    let radius = f64::from(centre[3] / 2.0);
    let place = |k: usize| {
        let phase = 2.0 * std::f64::consts::PI / (CIRCLE - 1) as f64 * k as f64;
        let [x, y, z, _] = centre.map(f64::from);
        ParsedPoint { at: [x + radius * phase.cos(), y + radius * phase.sin(), z], diameter: radius, line: 0 }
    };
    (0..CIRCLE).map(place).collect()
}

/// A contour as points along its longest axis; `None` if it has no extent across.
fn along_axis(contour: &[[f32; 4]]) -> Option<Vec<ParsedPoint>> {
    let (outline, centre) = resample(contour);
    let centred: Vec<Vector3<f64>> = outline.iter().map(|point| point - centre).collect();
    let scatter = Matrix3::from_fn(|i, j| centred.iter().fold(0.0, |sum, p| sum + p[i] * p[j]));
    let axes = -eigenvectors(&scatter)?;
    let major: Vector3<f64> = axes.column(2).into();
    let minor = Vector3::new(axes[(0, 1)], axes[(1, 1)], 0.0);

    // Coordinates along the longest axis and across it, starting at the far end.
    let mut places: Vec<(f64, f64)> = centred.iter().map(|p| (p.dot(&major), p.dot(&minor))).collect();
    let far_end = first_extreme(&places, |a, b| a > b);
    places.rotate_left(far_end);
    let turn = first_extreme(&places, |a, b| a < b);
    let one = increasing(places[..turn].iter().rev());
    let other = increasing(places[turn..].iter());
    if one.is_empty() {
        return None;
    }

    let mut along: Vec<f64> = one.iter().chain(&other).map(|place| place.0).collect();
    along.sort_by(f64::total_cmp);
    // The outermost positions have zero width.
    let (from, to) = (*along.get(1)?, *along.get(along.len().checked_sub(2)?)?);
    let places = equidistant(from, to, POINTS);
    let across = |side: &[(f64, f64)]| {
        let (along, across): (Vec<f64>, Vec<f64>) = side.iter().copied().unzip();
        interpolate(&places, &along, &across)
    };
    let (one, other) = (across(&one), across(&other));
    let mut points: Vec<ParsedPoint> = (0..POINTS)
        .map(|i| ParsedPoint { at: (major * places[i] + centre).into(), diameter: (one[i] - other[i]).abs(), line: 0 })
        .collect();
    // Ends of zero width get half their neighbour's.
    points[0].diameter = (points[0].diameter + points[1].diameter) / 2.0;
    points[POINTS - 1].diameter = (points[POINTS - 2].diameter + points[POINTS - 1].diameter) / 2.0;
    Some(points)
}

/// The outline at equidistant positions from its first to its last point, and their mean.
fn resample(contour: &[[f32; 4]]) -> (Vec<Vector3<f64>>, Vector3<f64>) {
    let mut arc = vec![0.0];
    for (i, pair) in contour.windows(2).enumerate() {
        let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
        arc.push(arc[i] + f64::from((dx * dx + dy * dy).sqrt()));
    }
    let places = equidistant(0.0, arc[arc.len() - 1], SAMPLES);
    let axis = |axis: usize| {
        let values: Vec<f64> = contour.iter().map(|point| f64::from(point[axis])).collect();
        interpolate(&places, &arc, &values)
    };
    let [x, y, z] = [axis(0), axis(1), axis(2)];
    let outline: Vec<Vector3<f64>> = (0..SAMPLES).map(|i| Vector3::new(x[i], y[i], z[i])).collect();
    let sum = outline.iter().fold(Vector3::zeros(), |sum, point| sum + point);
    (outline, sum / SAMPLES as f64)
}

/// Index of the first position that no other exceeds along the axis.
fn first_extreme(places: &[(f64, f64)], surpasses: impl Fn(f64, f64) -> bool) -> usize {
    (1..places.len()).fold(0, |best, i| if surpasses(places[i].0, places[best].0) { i } else { best })
}

/// The positions that, seen from the last one, are before all positions kept so far.
fn increasing<'a>(places: impl DoubleEndedIterator<Item = &'a (f64, f64)>) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for &place in places.rev() {
        if kept.last().is_none_or(|last| place.0 < last.0) {
            kept.push(place);
        }
    }
    kept.reverse();
    kept
}

/// `count` equidistant positions between `from` and `to`.
fn equidistant(from: f64, to: f64, count: usize) -> Vec<f64> {
    let step = (to - from) / (count - 1) as f64;
    let mut places: Vec<f64> = (0..count).map(|i| i as f64 * step + from).collect();
    places[count - 1] = to;
    places
}

/// Interpolates `values`, given at non-decreasing positions `known`, at `places`; constant beyond
/// the ends.
fn interpolate(places: &[f64], known: &[f64], values: &[f64]) -> Vec<f64> {
    let last = known.len() - 1;
    let at = |&place: &f64| match known.partition_point(|&x| x <= place) {
        0 => values[0],
        after if after > last => values[last],
        after => {
            let (x0, x1) = (known[after - 1], known[after]);
            let slope = (values[after] - values[after - 1]) / (x1 - x0);
            if place == x0 { values[after - 1] } else { slope * (place - x0) + values[after - 1] }
        }
    };
    places.iter().map(at).collect()
}
