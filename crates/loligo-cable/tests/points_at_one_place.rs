//! The contract: sections whose points are all at one place have NEURON 9.0.2's L, areas, diameters and axial
//! resistances, to the bit; segments without membrane are detected, for every rule that creates them.

use loligo_cable::{CableError, Discretization, Point3d, SectionGeometry, Shape};

fn shape(points: &[[f32; 4]]) -> Shape {
    Shape::Points(points.iter().map(|&[x, y, z, diameter]| Point3d { x, y, z, diameter }).collect())
}

/// Measured with `pt3dadd`, Ra 35.4: L, each segment's diam, area and ri, and ri(1).
#[test]
fn neurons_geometry() {
    const HALF: f64 = 4.507267988362477e-16;
    let one = [1.0, 2.0, 3.0, 1.0];
    let two = [1.0, 2.0, 3.0, 2.0];
    let ring = [[1.0, 2.0, 3.0, 2.0], [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 2.0]];
    let near = |z: f32| [[0.0, 0.0, 0.0, 2.0], [0.0, 0.0, z, 2.0], [0.0, 0.0, z / 2.0, 2.0]];
    for (points, segments, length, diameter, area, ri) in [
        (&[two; 3][..], 1, 1e-9, 500.0, vec![1.884955592153876e-14], vec![2.2536339941812383e-16]),
        (&[two; 2], 1, 1e-9, 500.0, vec![1.2566370614359173e-14], vec![1.1268169970906191e-16]),
        (&[two; 4], 1, 1e-9, 500.0, vec![2.5132741228718347e-14], vec![3.3804509912718574e-16]),
        (
            &[one; 3],
            2,
            1e-9,
            500.0,
            vec![9.42477796076938e-15, 6.283185307179587e-15],
            vec![9.014535976724953e-16, 9.014535976724953e-16, HALF],
        ),
        (&ring, 1, 1e-9, 500.0, vec![18.849555921538766], vec![1.1268169970906191e-16]),
        (&near(1e-30), 1, 1e-9, 2.0, vec![1.884955592153876e-14], vec![1.1268169970906191e-16]),
        (&near(5e-10), 1, 1e-9, 2.0, vec![4.712388847109227e-9], vec![4.225563619582717e-11]),
    ] {
        let shape = shape(points);
        let found = SectionGeometry::of(0, &shape, segments, 35.4, false).expect("NEURON takes it");
        assert_eq!((found.length, &found.area), (length, &area), "{points:?}");
        assert!(found.diameter.iter().all(|d| (d - diameter).abs() < 1e-9), "{points:?}: {:?}", found.diameter);
        let resistances: Vec<f64> = found.axial_conductance.iter().map(|g| 1.0 / g).collect(); // MOhm
        assert_eq!(resistances[..ri.len()], ri, "{points:?}");
        assert_eq!(found.check_membrane(0, &shape, 1.0), Ok(()), "{points:?}");
        let rule = Discretization::DLambda { fraction: 0.1, frequency: 100.0 };
        assert_eq!(rule.segments(&shape, 35.4, 1.0), 1, "{points:?}");
    }
    let alone = SectionGeometry::of(3, &shape(&[one]), 1, 35.4, false);
    assert_eq!(alone, Err(CableError::NoLength { section: 3, points: 1 }));
}

#[test]
fn segments_without_membrane() {
    let along = |diameters: &[f32]| {
        shape(&diameters.iter().enumerate().map(|(i, &d)| [10.0 * i as f32, 0.0, 0.0, d]).collect::<Vec<_>>())
    };
    let no_membrane = |points| Err(CableError::NoMembrane { section: 7, points });
    let checked = |shape: &Shape, rule: Discretization, cm| {
        SectionGeometry::of(7, shape, rule.segments(shape, 35.4, cm), 35.4, false)?.check_membrane(7, shape, cm)
    };
    let by_lambda = Discretization::DLambda { fraction: 0.1, frequency: 100.0 };
    let fixed = Discretization::Fixed;
    for (diameters, segments, expected) in [
        (&[0.0, 0.0][..], fixed(1), no_membrane(0..=1)),
        (&[0.0, 0.0], by_lambda, no_membrane(0..=1)),
        (&[1.0, 0.0], fixed(1), Ok(())),
        (&[1.0, 0.0], by_lambda, Ok(())),
        (&[1.0, 0.0, 0.0, 0.0, 1.0], fixed(1), Ok(())),
        (&[1.0, 0.0, 0.0, 0.0, 1.0], fixed(5), no_membrane(1..=3)),
        (&[1.0, 0.0, 0.0, 0.0, 1.0], by_lambda, no_membrane(1..=3)),
        (&[1.0, 1e-20, 1e-7, 1e-20, 1.0], fixed(5), no_membrane(1..=3)),
        (&[1e-5; 4], fixed(5), Ok(())),
        (&[1e-7; 4], fixed(3), no_membrane(0..=3)),
        (&[1e-7; 4], by_lambda, no_membrane(0..=3)),
    ] {
        assert_eq!(checked(&along(diameters), segments, 1.0), expected, "{diameters:?}, {segments:?}");
    }
    assert_eq!(checked(&shape(&[[1.0, 2.0, 3.0, 0.0]; 3]), fixed(1), 1.0), no_membrane(0..=2));
    for cm in [0.0, 1e-300, 1e-7] {
        assert_eq!(checked(&along(&[1.0; 2]), fixed(1), cm), Err(CableError::Capacitance { section: 7, value: cm }));
    }
    let cylinder = |length, diameter| Shape::Cylinder { length, diameters: vec![diameter] };
    assert_eq!(checked(&cylinder(1e-10, 1.0), fixed(1), 1.0), Err(CableError::Length { section: 7, value: 1e-10 }));
    let thin = CableError::Diameter { section: 7, segment: 0, value: 1e-300 };
    assert_eq!(
        thin.to_string(),
        "section 7, segment 0: diameter = 1e-300 um; give a positive diameter of at least 1e-6 um"
    );
    assert_eq!(checked(&cylinder(1.0, 1e-300), fixed(1), 1.0), Err(thin));
}
