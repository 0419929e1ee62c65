//! Quantities that NEURON computes from a section's points.

use loligo_morphology::{Point3d, Section};

/// Area (um2), mean diameter (um) and axial resistance from centre to the 0 end (MOhm) of a
/// section as one segment, by NEURON's walk along the points.
pub fn one_segment(section: &Section) -> (f64, f64, f64) {
    const RA: f64 = 35.4;
    let points = &section.points;
    let mut arc = vec![0.0];
    for pair in points.windows(2) {
        arc.push(arc[arc.len() - 1] + pair[0].distance(&pair[1]));
    }
    let diameter = |p: &Point3d| f64::from(p.diameter).abs();
    let length = arc[arc.len() - 1];
    let (mut j, mut x1, mut y1) = (0, 0.0, diameter(&points[0]));
    let (mut area, mut mean) = (0.0, 0.0);
    let mut halves = [0.0; 2];
    for (half, resistance) in halves.iter_mut().enumerate() {
        let sip = (half + 1) as f64 * (length / 2.0);
        let mut r = 0.0;
        loop {
            let jp = j + 1;
            let stop = arc[jp] > sip || jp == points.len() - 1;
            let (x2, y2) = if stop {
                let span = arc[jp] - arc[j];
                let frac = if span < 1e-10 { 1.0 } else { (sip - arc[j]) / span };
                (sip, (1.0 - frac) * diameter(&points[j]) + frac * diameter(&points[jp]))
            } else {
                (arc[jp], diameter(&points[jp]))
            };
            if !stop {
                j = jp;
            }
            let mut delta = x2 - x1;
            mean += (y2 + y1) * delta;
            delta = delta.max(1e-15);
            let mut q = y2 * y1 / delta;
            if q == 0.0 {
                q = 1e-15;
            }
            r += 1.0 / q;
            let w = 0.5 * (y2 - y1);
            area += (y2 + y1) * (delta * delta + w * w).sqrt();
            (x1, y1) = (x2, y2);
            if stop {
                break;
            }
        }
        *resistance = r * RA / std::f64::consts::PI * (4.0 * 0.01);
    }
    (area * 0.5 * std::f64::consts::PI, mean * (0.5 / length), 1.0 / (1.0 / halves[0]))
}
