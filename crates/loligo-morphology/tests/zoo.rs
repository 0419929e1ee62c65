//! The contract: every file of `morphologies/zoo` gives the sections and warnings, or the error,
//! that `expected.toml` says; where NEURON reads the file, its sections bit for bit.

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
        ("h.swc", b"<?xml version=\"1.0\"?><neuroml/>", "XML"),
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
