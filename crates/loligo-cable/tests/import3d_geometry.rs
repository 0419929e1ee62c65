//! Contract: a morphology file gives NEURON's section tree, and lengths, diameters, areas and axial resistances to the
//! bit; if the soma's outline is fitted by eigenvectors, to a relative 1e-12.

use std::path::Path;

use loligo_cable::{Cable, CableSection, Shape};
use loligo_morphology::Morphology;
use serde_json::Value;

const AXIAL_RESISTANCE: f64 = 35.4; // ohm cm, of the reference

/// Largest relative deviation of a file's numbers from the reference.
fn deviation(reference: &Path, file: &Value) -> f64 {
    let name = file["file"].as_str().expect("a file has a name");
    let imported = Morphology::read(reference.join(name)).expect("the file is read");
    let morphology = imported.morphology;
    let sections: Vec<_> = morphology
        .sections
        .iter()
        .map(|section| CableSection {
            shape: Shape::Points(section.points.clone()),
            segments: 1,
            axial_resistance: AXIAL_RESISTANCE,
            capacitance: 1.0,
            parent: section.parent,
        })
        .collect();
    let cable = Cable::build(&sections).expect("the sections make a tree");
    let expected = file["sections"].as_array().expect("a file has sections");
    assert_eq!(morphology.sections.len(), expected.len(), "{name}: number of sections");
    let mut largest: f64 = 0.0;
    for (index, section) in morphology.sections.iter().enumerate() {
        let expected = expected.iter().find(|expected| expected["name"] == section.name.as_str());
        let expected = expected.unwrap_or_else(|| panic!("{name} {}: a section too many", section.name));
        assert_eq!(section.points.len() as u64, expected["n3d"], "{name} {}: points", section.name);
        let parent = section.parent.map(|parent| morphology.sections[parent.parent].name.as_str());
        assert_eq!(parent, expected["parent"].as_str(), "{name} {}: parent", section.name);
        let parent_x = section.parent.map(|parent| parent.parent_x);
        assert_eq!(parent_x, expected["parentx"].as_f64(), "{name} {}: place on the parent", section.name);
        let node = cable.node_at(index, 0.5);
        let geometry = &cable.geometry[index];
        let found = [
            ("L", geometry.length),
            ("diam", geometry.diameter[0]),
            ("area", geometry.area[0]),
            ("ri", cable.resistance_to_parent(node)),
            ("ri1", cable.resistance_to_parent(cable.node_at(index, 1.0))),
        ];
        for (key, found) in found {
            let expected: f64 = expected[key].as_str().expect("numbers are text").parse().expect("a number");
            largest = largest.max(((found - expected) / expected).abs());
        }
    }
    largest
}

#[test]
fn files_give_neurons_geometry() {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let Ok(text) = std::fs::read_to_string(reference.join("morphology-vectors.json")) else {
        eprintln!("skipped: {} is not there", reference.display());
        return;
    };
    let vectors: Value = serde_json::from_str(&text).expect("the reference is JSON");
    for file in vectors["files"].as_array().expect("the reference lists files") {
        let deviation = deviation(&reference, file);
        let bound = if file["file"].as_str().is_some_and(|name| name.ends_with(".asc")) { 1e-12 } else { 0.0 };
        println!("{}: largest relative deviation {deviation:e}", file["file"]);
        assert!(deviation <= bound, "{}: {deviation:e}", file["file"]);
    }
}
