//! The contract: every file of `morphologies/zoo` gives the sections and warnings, or the error, in
//! `expected.toml`; if NEURON reads the file, the sections are equal to the bit.

use std::collections::BTreeSet;
use std::path::PathBuf;

use loligo_morphology::{Morphology, MorphologyError};

fn zoo() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../morphologies/zoo")
}

#[test]
fn odd_files_are_understood_as_expected() {
    let text = std::fs::read_to_string(zoo().join("expected.toml")).expect("it is committed");
    let expected: toml::Table = toml::from_str(&text).expect("it is TOML");
    let named: BTreeSet<String> = expected.keys().cloned().collect();
    let present: BTreeSet<String> = std::fs::read_dir(zoo())
        .expect("the folder is committed")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".swc") || name.ends_with(".asc"))
        .collect();
    assert_eq!(named, present, "expected.toml and the folder differ");
    for (name, expected) in &expected {
        match Morphology::read(zoo().join(name)) {
            Ok(imported) => {
                let sections = imported.morphology.sections.len() as i64;
                assert_eq!(Some(sections), expected["sections"].as_integer(), "{name}");
                let warnings = imported.warnings.len() as i64;
                assert_eq!(Some(warnings), expected["warnings"].as_integer(), "{name}: {:?}", imported.warnings);
                let said: Vec<String> = imported.warnings.iter().map(ToString::to_string).collect();
                for words in expected.get("words").and_then(toml::Value::as_array).into_iter().flatten() {
                    let words = words.as_str().expect("words are text");
                    assert!(said.iter().any(|warning| warning.contains(words)), "{name}: {words} is not in {said:?}");
                }
            }
            Err(error) => {
                let words = expected.get("error").and_then(toml::Value::as_str);
                let words = words.unwrap_or_else(|| panic!("{name}: {error}"));
                assert!(error.to_string().contains(words), "{name}: {error}");
            }
        }
    }
}

#[test]
fn sections_are_those_of_neuron() {
    let text = std::fs::read_to_string(zoo().join("neuron.json")).expect("it is committed");
    let neuron: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    for (name, sections) in neuron.as_object().expect("an object") {
        let Some(sections) = sections.as_array() else {
            continue;
        };
        let cell = Morphology::read(zoo().join(name)).expect("NEURON reads it").morphology;
        let ours: Vec<serde_json::Value> = cell
            .sections
            .iter()
            .map(|section| {
                let parent = section.parent.map(|at| &cell.sections[at.parent].name);
                let parent_x = section.parent.map(|at| at.parent_x);
                let points: Vec<[f64; 4]> =
                    section.points.iter().map(|p| [p.x, p.y, p.z, p.diameter].map(f64::from)).collect();
                serde_json::json!([section.name, parent, parent_x, points])
            })
            .collect();
        assert_eq!(&ours, sections, "{name}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = Morphology::read(zoo().join("no_such_file.swc")).expect_err("it is not there");
    assert!(matches!(error, MorphologyError::InFile { .. }));
    assert!(error.to_string().contains("no_such_file.swc"));
}

#[test]
fn the_extension_is_read_in_any_case_and_the_content_first() {
    let folder = std::env::temp_dir().join(format!("loligo-morphology-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let swc = "1 3 0 0 0 1 -1\n2 3 9 0 0 1 1\n";
    let asc = "((Dendrite) (0 0 0 1) (9 0 0 1))";
    for (name, text) in [
        ("a.SWC", swc),
        ("b.txt", swc),
        ("c.ASC", asc),
        ("d.swc", asc),
        ("e.Swc", "id type x y z radius parent\n1 3 0 0 0 1 -1\n2 3 9 0 0 1 1\n"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a temporary file");
        let cell = Morphology::read(&path).expect("it is a morphology").morphology;
        assert_eq!(cell.length(), 9.0, "{name}");
    }
    for (name, content, words) in [
        ("f.h5", &b"not HDF5"[..], "does not begin as an HDF5 file"),
        ("g.hoc", b"create soma\n", "a HOC program"),
        ("h.swc", b"<?xml version=\"1.0\"?><neuroml/>", "NeuroML (XML)"),
        ("j.xml", b"<?xml version=\"1.0\"?>\n<mbf version=\"4.0\">", "Neurolucida XML"),
        ("k.swc", b"<!DOCTYPE html><p>404", "a web page"),
        ("l.swc", b"<?xml version=\"1.0\"?><things/>", "this is XML, which"),
        ("i.txt", b"hello", "neither SWC"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, content).expect("a temporary file");
        let error = Morphology::read(&path).expect_err("not read").to_string();
        assert!(error.contains(words) && error.contains(name), "{error}");
    }
    std::fs::remove_dir_all(&folder).expect("the temporary folder can go");
}

#[test]
fn hdf5_is_known_by_its_signature() {
    use loligo_morphology::Format;
    let detect = |content: &[u8], path: &str| Format::detect(content, std::path::Path::new(path));
    assert_eq!(detect(b"\x89HDF\r\n\x1a\n", "cell.swc").expect("it is HDF5"), Format::H5);
    assert_eq!(detect(b"1 1 0 0 0 6 -1\n", "cell.H5").expect("it is SWC"), Format::Swc);
    assert!(matches!(detect(b"", "cell.H5"), Err(MorphologyError::NotHdf5)));
}

#[test]
fn ids_are_said_to_be_rounded_only_where_they_are() {
    let twice = |id: u64| format!("{id} 3 0 0 0 1 -1\n{id} 3 9 0 0 1 {id}\n");
    let error = |text: String| Morphology::from_swc_str(&text).expect_err("an id is taken twice").to_string();
    let small = error(twice(7));
    assert!(small.contains("id 7 is already taken") && !small.contains("16777216"), "{small}");
    let large = error("16777216 3 0 0 0 1 -1\n16777217 3 9 0 0 1 16777216\n".to_owned());
    assert!(large.contains("above 16777216 neighbours coincide"), "{large}");
}

#[test]
fn places_of_points_are_their_lines() {
    let swc = "# a soma\n1 1 0 0 0 5 -1\n\n2 3 5 0 0 1 1\n3 3 25 0 0 1 2\n4 3 30 9 0 0 3\n5 3 30 -9 0 0 3\n";
    let cell = Morphology::from_swc_str(swc).expect("it is right").morphology;
    let lines = |name: &str| {
        let section = cell.section(name).expect("it is there");
        (0..section.points.len()).map(|i| section.places.of(i..=i).expect("it was read")).collect::<Vec<_>>()
    };
    assert_eq!(lines("soma[0]"), ["line 2 of its file"; 3]);
    assert_eq!(lines("dend[0]"), ["line 4 of its file", "line 5 of its file"]);
    // The point of its parent, and its own.
    assert_eq!(lines("dend[2]"), ["line 5 of its file", "line 7 of its file"]);
    let asc =
        "(\"CellBody\" (0 0 0 0) (6 0 0 0)\n(6 20 0 0) (0 20 0 0))\n((Dendrite) (3 18 0 1)\n(3 48 0 1)\n(3 50 0 1))";
    let cell = Morphology::from_asc_str(asc).expect("it is right").morphology;
    assert_eq!(cell.sections[0].places.of(0..=20).as_deref(), Some("line 1 of its file"));
    assert_eq!(cell.sections[1].places.of(0..=2).as_deref(), Some("lines 3 to 5 of its file"));
}
