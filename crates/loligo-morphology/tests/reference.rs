//! The contract: every reference file gives NEURON's sections, names, parents, positions and
//! numbers of points, and lengths, areas and axial resistances follow from the points.

use std::path::PathBuf;

use loligo_morphology::{Morphology, Point, Section};
use serde_json::Value;

fn reference() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference")
}

fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("the reference holds numbers as text"),
        other => other.as_f64().expect("the reference holds numbers"),
    }
}

/// Area (um2), mean diameter (um) and axial resistance from centre to the 0 end (MOhm) of a
/// section as one segment, by NEURON's walk along the points.
fn one_segment(section: &Section) -> (f64, f64, f64) {
    const RA: f64 = 35.4;
    let points = &section.points;
    let mut arc = vec![0.0];
    for pair in points.windows(2) {
        arc.push(arc[arc.len() - 1] + pair[0].distance(&pair[1]));
    }
    let diameter = |p: &Point| f64::from(p.diameter).abs();
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

#[test]
fn sections_are_those_of_neuron() {
    let vectors = reference().join("morphology-vectors.json");
    let Ok(text) = std::fs::read_to_string(&vectors) else {
        eprintln!("skipped: the reference file {} is not there", vectors.display());
        return;
    };
    let vectors: Value = serde_json::from_str(&text).expect("the reference file is JSON");
    for file in vectors["files"].as_array().expect("a list of files") {
        let path = reference().join(file["file"].as_str().expect("a path"));
        let cell = Morphology::read(&path).expect("NEURON reads it").morphology;
        let expected = file["sections"].as_array().expect("a list of sections");
        assert_eq!(cell.sections.len(), expected.len(), "{}", path.display());
        for expected in expected {
            let name = expected["name"].as_str().expect("a name");
            let whose = format!("{name} of {}", path.display());
            let section = cell.section(name).unwrap_or_else(|| panic!("{whose} is missing"));
            let parent = section.parent.map(|at| cell.sections[at.parent].name.as_str());
            assert_eq!(parent, expected["parent"].as_str(), "{whose}");
            assert_eq!(section.parent.map(|at| at.parent_x), expected["parentx"].as_f64(), "{whose}");
            assert_eq!(section.points.len() as u64, expected["n3d"], "{whose}");
            let (area, diameter, ri) = one_segment(section);
            // The eigenvectors of a soma contour come from another solver than NEURON's.
            let contour = path.extension().is_some_and(|e| e == "asc") && name.starts_with("soma");
            let tolerance = if contour { 1e-12 } else { 0.0 };
            for (quantity, ours, theirs) in [
                ("L", section.length(), number(&expected["L"])),
                ("area", area, number(&expected["area"])),
                ("diam", diameter, number(&expected["diam"])),
                ("ri", ri, number(&expected["ri"])),
            ] {
                // A segment's diameter is only replaced by the mean if it differs by 1e-9.
                let tolerance = if quantity == "diam" { 1e-9 } else { tolerance };
                assert!(
                    (ours - theirs).abs() <= tolerance * theirs.abs(),
                    "{quantity} of {whose}: {ours}, NEURON {theirs}"
                );
            }
        }
    }
}
