//! The contract: every reference file gives NEURON's sections, names, parents, positions and
//! numbers of points, and lengths, areas and axial resistances follow from the points.

mod one_segment;

use std::path::PathBuf;

use loligo_morphology::Morphology;
use one_segment::one_segment;
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
            // The eigenvectors of a soma contour are computed by another solver than NEURON's.
            let contour = path.extension().is_some_and(|e| e == "asc") && name.starts_with("soma");
            let tolerance = if contour { 1e-12 } else { 0.0 };
            for (quantity, ours, theirs) in [
                ("L", section.length(), number(&expected["L"])),
                ("area", area, number(&expected["area"])),
                ("diam", diameter, number(&expected["diam"])),
                ("ri", ri, number(&expected["ri"])),
            ] {
                // A segment's diameter is replaced by the mean only if it differs by 1e-9.
                let tolerance = if quantity == "diam" { 1e-9 } else { tolerance };
                assert!(
                    (ours - theirs).abs() <= tolerance * theirs.abs(),
                    "{quantity} of {whose}: {ours}, NEURON {theirs}"
                );
            }
        }
    }
}
