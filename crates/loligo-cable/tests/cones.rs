//! Geometry integrated along 3-D points is that of truncated cones, by the textbook formulas: lateral area pi (r1 + r2)
//! sqrt(h^2 + (r2 - r1)^2), axial resistance Ra h / (pi r1 r2), mean diameter by length; for any number of segments,
//! and any division of the cones by more points.

use std::f64::consts::PI;

use loligo_cable::{Point3d, SectionGeometry, Shape};
use proptest::prelude::*;

const RA: f64 = 123.0; // ohm cm

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

/// Points along x, whose distances are exact in single precision: lengths in quarters of a um.
fn cones(lengths: &[u16], diameters: &[f32]) -> Vec<Point3d> {
    let mut x = 0.0;
    let mut points = vec![Point3d { x, y: 0.0, z: 0.0, diameter: diameters[0] }];
    for (length, &diameter) in lengths.iter().zip(&diameters[1..]) {
        x += f32::from(*length) / 4.0;
        points.push(Point3d { x, y: 0.0, z: 0.0, diameter });
    }
    points
}

/// The diameter at arc length `x`.
fn diameter_at(points: &[Point3d], x: f64) -> f64 {
    let next = points.iter().position(|p| f64::from(p.x) >= x).unwrap_or(points.len() - 1).max(1);
    let (p, q) = (points[next - 1], points[next]);
    let fraction = (x - f64::from(p.x)) / (f64::from(q.x) - f64::from(p.x));
    f64::from(p.diameter) + fraction * (f64::from(q.diameter) - f64::from(p.diameter))
}

/// Area (um2), resistance (MOhm) and integral of the diameter (um2) between two arc lengths.
fn between(points: &[Point3d], from: f64, to: f64) -> (f64, f64, f64) {
    let mut cuts = vec![from];
    cuts.extend(points.iter().map(|p| f64::from(p.x)).filter(|x| *x > from && *x < to));
    cuts.push(to);
    let (mut area, mut resistance, mut diameter) = (0.0, 0.0, 0.0);
    for pair in cuts.windows(2) {
        let h = pair[1] - pair[0]; // um
        let (r1, r2) = (diameter_at(points, pair[0]) / 2.0, diameter_at(points, pair[1]) / 2.0); // um
        area += PI * (r1 + r2) * (h * h + (r2 - r1) * (r2 - r1)).sqrt();
        resistance += 1e-2 * RA * h / (PI * r1 * r2); // ohm cm / um are 1e-2 MOhm
        diameter += (r1 + r2) * h;
    }
    (area, resistance, diameter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn segments_are_pieces_of_cones(
        parts in prop::collection::vec((1u16..400, 0.1f32..20.0), 1..10),
        first in 0.1f32..20.0,
        segments in 1usize..25,
    ) {
        let lengths: Vec<u16> = parts.iter().map(|part| part.0).collect();
        let diameters: Vec<f32> = std::iter::once(first).chain(parts.iter().map(|part| part.1)).collect();
        let points = cones(&lengths, &diameters);
        let geometry = SectionGeometry::of(0, &Shape::Points(points.clone()), segments, RA, false).expect("sound");
        let length = f64::from(points[points.len() - 1].x);
        prop_assert_eq!(geometry.length, length);
        let ds = length / segments as f64; // um
        let mut half_before = 0.0; // MOhm
        for k in 0..segments {
            let (start, middle, end) = (k as f64 * ds, (k as f64 + 0.5) * ds, (k as f64 + 1.0) * ds);
            let (left, right) = (between(&points, start, middle), between(&points, middle, end));
            prop_assert!(close(geometry.area[k], left.0 + right.0, 1e-9), "area of segment {}", k);
            prop_assert!(close(geometry.diameter[k], (left.2 + right.2) / ds, 1e-9), "diameter of segment {}", k);
            let resistance = 1.0 / geometry.axial_conductance[k]; // MOhm
            prop_assert!(close(resistance, half_before + left.1, 1e-9), "resistance of segment {}", k);
            half_before = right.1;
        }
        prop_assert!(close(1.0 / geometry.axial_conductance[segments], half_before, 1e-9));
    }

    /// A cylinder by points and a cylinder by length and diameter are the same.
    #[test]
    fn a_cylinder_is_a_cone_without_taper(length in 1u16..2000, diameter in 0.1f32..30.0, segments in 1usize..20) {
        let points = cones(&[length], &[diameter, diameter]);
        let by_points = SectionGeometry::of(0, &Shape::Points(points), segments, RA, false).expect("sound");
        let shape = Shape::Cylinder { length: f64::from(length) / 4.0, diameters: vec![f64::from(diameter)] };
        let by_length = SectionGeometry::of(0, &shape, segments, RA, false).expect("sound");
        for (a, b) in by_points.area.iter().zip(&by_length.area) {
            prop_assert!(close(*a, *b, 1e-12));
        }
        for (a, b) in by_points.axial_conductance.iter().zip(&by_length.axial_conductance) {
            prop_assert!(close(*a, *b, 1e-12));
        }
    }

    /// Additional points on the cones change the result only by rounding: coordinates in eighths of a um, diameters
    /// halfway.
    #[test]
    fn more_points_on_the_same_cones(
        parts in prop::collection::vec((1u16..400, 1u16..2000), 1..8),
        first in 1u16..2000,
        segments in 1usize..15,
    ) {
        let lengths: Vec<u16> = parts.iter().map(|part| part.0).collect();
        let hundredth = |d: u16| f32::from(d) / 128.0;
        let diameters: Vec<f32> =
            std::iter::once(hundredth(first)).chain(parts.iter().map(|part| hundredth(part.1))).collect();
        let points = cones(&lengths, &diameters);
        let mut finer = vec![points[0]];
        for pair in points.windows(2) {
            let (p, q) = (pair[0], pair[1]);
            finer.push(Point3d { x: (p.x + q.x) / 2.0, diameter: (p.diameter + q.diameter) / 2.0, ..p });
            finer.push(q);
        }
        let of = |points| SectionGeometry::of(0, &Shape::Points(points), segments, RA, false).expect("sound");
        let (coarse, fine) = (of(points), of(finer));
        for (a, b) in coarse.area.iter().zip(&fine.area) {
            prop_assert!(close(*a, *b, 1e-9), "areas {} and {}", a, b);
        }
        for (a, b) in coarse.axial_conductance.iter().zip(&fine.axial_conductance) {
            prop_assert!(close(*a, *b, 1e-9), "conductances {} and {}", a, b);
        }
    }
}
