//! The contract: H5 files give the same sections, names, parents, points, lengths, areas, diameters and axial
//! resistances as neurodamus gives to NEURON, to the bit; and no broken file causes a panic or fills the memory: each
//! gets its own error.
#![cfg(feature = "hdf5")]

mod one_segment;

use std::fs;
use std::path::{Path, PathBuf};

use hdf5::File;
use loligo_morphology::{H5Error, Morphology, MorphologyError, Warning};
use one_segment::one_segment;
use proptest::prelude::*;
use serde_json::Value;

/// The measured files, or those of another folder made by validation/hdf5/morphologies.py.
fn folder() -> PathBuf {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/h5");
    std::env::var_os("LOLIGO_H5").map_or(committed, PathBuf::from)
}

#[test]
fn sections_are_those_of_neurodamus() {
    let text = fs::read_to_string(folder().join("measured.json")).expect("it is committed");
    let measured: Value = serde_json::from_str(&text).expect("it is JSON");
    for (file, expected) in measured.as_object().expect("files by name") {
        let imported = Morphology::from_h5(folder().join(file)).expect("neurodamus reads it");
        assert_eq!(imported.warnings, [], "{file}");
        let cell = imported.morphology;
        let expected = expected.as_array().expect("a list of sections");
        assert_eq!(cell.sections.len(), expected.len(), "{file}");
        for (index, expected) in cell.creation_order().into_iter().zip(expected) {
            let section = &cell.sections[index];
            let whose = format!("{} of {file}", section.name);
            assert_eq!(section.name, expected["name"].as_str().expect("a name"), "{whose}");
            let parent = section.parent.map(|at| cell.sections[at.parent].name.as_str());
            assert_eq!(parent, expected["parent"].as_str(), "{whose}");
            assert_eq!(section.parent.map(|at| at.parent_x), expected["parentx"].as_f64(), "{whose}");
            let points: Vec<[f64; 4]> =
                section.points.iter().map(|p| [p.x, p.y, p.z, p.diameter].map(f64::from)).collect();
            assert_eq!(serde_json::json!(points), expected["points"], "{whose}");
            let (area, diameter, ri) = one_segment(section);
            let computed = [("L", section.length()), ("area", area), ("ri", ri)];
            for (quantity, value) in computed {
                assert_eq!(Some(value), expected[quantity].as_f64(), "{quantity} of {whose}");
            }
            // A segment's diameter is replaced by the mean only if it differs by 1e-9.
            let expected = expected["diam"].as_f64().expect("a number");
            assert!((diameter - expected).abs() <= 1e-9 * expected, "diam of {whose}: {diameter}, NEURON {expected}");
        }
    }
}

/// A contour of 10 x 10 um and a dendrite of 31 um.
const POINTS: [[f32; 4]; 6] = [
    [0.0, 0.0, 0.0, 1.0],
    [10.0, 0.0, 0.0, 1.0],
    [10.0, 10.0, 0.0, 1.0],
    [0.0, 10.0, 0.0, 1.0],
    [5.0, 9.0, 0.0, 1.0],
    [5.0, 40.0, 0.0, 1.0],
];
const STRUCTURE: [[i32; 3]; 2] = [[0, 1, -1], [4, 3, 0]];

/// Path of a file that only one test uses.
fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("h5");
    fs::create_dir_all(&folder).expect("the target directory can be written");
    folder.join(name)
}

fn write(path: &Path, points: &[[f32; 4]], structure: &[[i32; 3]]) {
    let file = File::create(path).expect("it can be written");
    let points = points.iter().copied().flatten().collect::<Vec<f32>>();
    let dataset = file.new_dataset::<f32>().shape((points.len() / 4, 4)).create("points").expect("it is new");
    dataset.write_raw(&points).expect("it has this shape");
    let structure = structure.iter().copied().flatten().collect::<Vec<i32>>();
    let dataset = file.new_dataset::<i32>().shape((structure.len() / 3, 3)).create("structure").expect("it is new");
    dataset.write_raw(&structure).expect("it has this shape");
}

/// The reason why a file is rejected; checks that the message names the file and fits on a screen.
fn refusal(path: &Path) -> H5Error {
    let error = Morphology::from_h5(path).expect_err("it is broken");
    let text = error.to_string();
    assert!(text.starts_with(&path.display().to_string()) && text.len() < 600, "{text}");
    match error {
        MorphologyError::InFile { source, .. } => match *source {
            MorphologyError::H5(error) => error,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn refusal_of(name: &str, points: &[[f32; 4]], structure: &[[i32; 3]]) -> H5Error {
    let path = path(name);
    write(&path, points, structure);
    refusal(&path)
}

#[test]
fn the_soma_and_trees_by_type() {
    let path = path("trees.h5");
    let mut points = POINTS.to_vec();
    points.extend([[5.0, 40.0, 0.0, 1.0], [5.0, 50.0, 0.0, 1.0], [5.0, 1.0, 0.0, 1.0], [5.0, -30.0, 0.0, 1.0]]);
    // The dendrite's branch comes before it, and the axon last.
    write(&path, &points, &[[0, 1, -1], [4, 3, 2], [6, 3, 0], [8, 2, -1]]);
    let cell = Morphology::from_h5(&path).expect("it is right").morphology;
    let names: Vec<&str> = cell.sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(names, ["soma[0]", "axon[0]", "dend[0]", "dend[1]"]);
    let places: Vec<_> = cell.sections.iter().map(|s| s.parent.map(|at| (at.parent, at.parent_x))).collect();
    assert_eq!(places, [None, Some((0, 0.5)), Some((0, 0.5)), Some((2, 1.0))]);
    assert_eq!(cell.sections[3].length(), 31.0); // um
}

#[test]
fn sections_without_length_are_left_out() {
    let path = path("short.h5");
    write(&path, &POINTS, &[[0, 1, -1], [4, 3, 0], [6, 3, 1]]);
    let imported = Morphology::from_h5(&path).expect("it is right");
    assert_eq!(imported.morphology.sections.len(), 2);
    assert_eq!(imported.warnings, [Warning::SectionLeftOut { line: 3, points: 0 }]);
}

#[test]
fn each_fault_has_its_error() {
    let structure = |rows: &[[i32; 3]]| refusal_of("structure.h5", &POINTS, rows);
    assert_eq!(structure(&[]), H5Error::NoSoma);
    assert_eq!(structure(&[[0, 3, -1]]), H5Error::NoSoma);
    assert_eq!(structure(&[[0, 1, -1], [4, 1, 0]]), H5Error::Type { row: 1, code: 1 });
    assert_eq!(structure(&[[0, 1, -1], [4, -3, 0]]), H5Error::Type { row: 1, code: -3 });
    assert_eq!(structure(&[[0, 1, -1], [4, 19, 0]]), H5Error::Type { row: 1, code: 19 });
    assert_eq!(structure(&[[1, 1, -1]]), H5Error::Offset { row: 0, offset: 1, least: 0, most: 0 });
    assert_eq!(structure(&[[0, 1, -1], [-4, 3, 0]]), H5Error::Offset { row: 1, offset: -4, least: 0, most: 6 });
    assert_eq!(structure(&[[0, 1, -1], [7, 3, 0]]), H5Error::Offset { row: 1, offset: 7, least: 0, most: 6 });
    let falling = [[0, 1, -1], [5, 3, 0], [4, 3, 1]];
    assert_eq!(structure(&falling), H5Error::Offset { row: 2, offset: 4, least: 5, most: 6 });
    assert_eq!(structure(&[[0, 1, -1], [4, 3, 2]]), H5Error::Parent { row: 1, parent: 2 });
    assert_eq!(structure(&[[0, 1, -1], [4, 3, -2]]), H5Error::Parent { row: 1, parent: -2 });
    assert_eq!(structure(&[[0, 1, 1], [4, 3, 0]]), H5Error::Parent { row: 0, parent: 1 });
    assert_eq!(structure(&[[0, 1, -1], [4, 3, 1]]), H5Error::Cycle { row: 1 });
    assert_eq!(structure(&[[0, 1, -1], [4, 3, 2], [5, 3, 1]]), H5Error::Cycle { row: 1 });
    assert_eq!(structure(&[[0, 1, -1], [0, 3, 0]]), H5Error::NoSoma);
    assert_eq!(structure(&[[0, 1, -1], [2, 3, 0]]), H5Error::SomaOfTwoPoints);

    let flat = [[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0], [2.0, 0.0, 0.0, 1.0]];
    assert_eq!(refusal_of("flat.h5", &flat, &[[0, 1, -1]]), H5Error::FlatSoma);
    let point = [[0.0, 0.0, 0.0, 1.0]; 3];
    assert_eq!(refusal_of("point.h5", &point, &[[0, 1, -1]]), H5Error::FlatSoma);
    for value in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
        let mut points = POINTS;
        points[3][2] = value;
        assert!(matches!(refusal_of("nan.h5", &points, &STRUCTURE), H5Error::NotFinite { point: 3, .. }));
    }
}

#[test]
fn foreign_files_are_refused() {
    let refusal_of = |name: &str, fill: &dyn Fn(&File)| {
        let path = path(name);
        fill(&File::create(&path).expect("it can be written"));
        refusal(&path)
    };
    let shaped = |file: &File, name: &str, shape: &[usize]| {
        file.new_dataset::<f32>().shape(shape).create(name).expect("it is new");
    };
    assert_eq!(refusal_of("empty.h5", &|_| ()), H5Error::Missing { dataset: "points" });
    let v2 = refusal_of("v2.h5", &|file| drop(file.create_group("neuron1").expect("it is new")));
    assert_eq!(v2, H5Error::Version { version: 2 });
    assert_eq!(
        refusal_of("half.h5", &|file| shaped(file, "points", &[0, 4])),
        H5Error::Missing { dataset: "structure" }
    );
    for shape in [&[4][..], &[4, 3], &[4, 4, 4]] {
        let expected = H5Error::Shape { dataset: "points", columns: 4, shape: shape.to_vec() };
        assert_eq!(refusal_of("shape.h5", &|file| shaped(file, "points", shape)), expected);
    }
    // 1.6e13 values, none of them stored.
    let huge = refusal_of("huge.h5", &|file| {
        let dataset = file.new_dataset::<f32>().chunk((1024, 4)).shape((4_000_000_000_000, 4));
        dataset.create("points").expect("it takes no space");
    });
    assert!(matches!(huge, H5Error::TooLarge { dataset: "points", rows: 4_000_000_000_000, .. }));
    let text = refusal_of("text.h5", &|file| {
        let dataset = file.new_dataset::<hdf5::types::FixedAscii<8>>().shape((2, 4));
        dataset.create("points").expect("it is new");
    });
    assert!(matches!(text, H5Error::Unreadable { dataset: "points", .. }));
    let family = refusal_of("glia.h5", &|file| {
        let metadata = file.create_group("metadata").expect("it is new");
        let attribute = metadata.new_attr::<u32>().shape(1).create("cell_family").expect("it is new");
        attribute.write_raw(&[1_u32]).expect("it has this shape");
    });
    assert_eq!(family, H5Error::NotANeuron { family: 1 });

    let no_file = Morphology::from_h5(path("absent.h5")).expect_err("it is not there");
    assert!(no_file.to_string().contains("cannot read the file"), "{no_file}");
    let swc = path("swc.h5");
    fs::write(&swc, "1 1 0 0 0 1 -1\n").expect("it can be written");
    assert!(matches!(refusal(&swc), H5Error::Broken(_)));
}

#[test]
fn files_that_are_cut_off_are_refused() {
    let whole = path("whole.h5");
    write(&whole, &POINTS, &STRUCTURE);
    let bytes = fs::read(&whole).expect("it was written");
    let cut = path("cut.h5");
    for length in (0..bytes.len()).step_by(37) {
        fs::write(&cut, &bytes[..length]).expect("it can be written");
        refusal(&cut);
    }
}

proptest! {
    #[test]
    fn any_rows_give_a_tree_or_an_error(
        points in prop::collection::vec(prop::array::uniform4(-9_i32..9), 0..40),
        structure in prop::collection::vec((-1..12_i32, -1..6_i32, -2..8_i32), 0..8),
        case in any::<u64>(),
    ) {
        let path = path(&format!("rows_{case}.h5"));
        let points: Vec<[f32; 4]> = points.iter().map(|point| point.map(|x| x as f32)).collect();
        let mut structure: Vec<[i32; 3]> = structure.iter().map(|&(a, b, c)| [a, b, c]).collect();
        // With sorted rows, reading proceeds further.
        structure.sort_unstable();
        if let Some(first) = structure.first_mut() {
            *first = [0, 1, -1];
        }
        write(&path, &points, &structure);
        let read = Morphology::from_h5(&path);
        fs::remove_file(&path).expect("it was written");
        if let Ok(imported) = read {
            for (i, section) in imported.morphology.sections.iter().enumerate() {
                prop_assert!(section.points.len() > 1);
                prop_assert!(section.points.iter().all(|p| (p.x + p.y + p.z + p.diameter).is_finite()));
                prop_assert!(section.parent.is_none_or(|at| at.parent < i));
            }
        }
    }
}
