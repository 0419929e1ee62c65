//! Networks in space: cells have the positions that the file gives, by each rule.

use loligo::{Network, Positions};
use loligo_format::{Model, ModelFile};

fn read(text: &str) -> Result<Model, String> {
    ModelFile::parse(text, "model.toml").map_err(|errors| errors.to_string())
}

fn model(text: &str) -> Model {
    read(text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A model of `count` cells with a synapse each, placed by a rule, and further entries.
fn cells(count: usize, positions: &str, rest: &str) -> String {
    format!(
        r#"
[run]
tstop = 20.0
seed = 5
[[cell]]
name = "c"
count = {count}
positions = {positions}
section = [{{ name = "soma", L = 20.0, diam = 20.0 }}]
paint = [{{ region = "soma", mechanism = "hh" }}]
point = [{{ name = "syn", mechanism = "ExpSyn", section = "soma" }}]
{rest}
"#
    )
}

fn points(network: &Network) -> Vec<[f64; 3]> {
    network.positions.iter().map(|point| point.expect("a position")).collect()
}

#[test]
fn grids_are_filled_along_x_first() {
    let grid = model(&cells(6, "{ grid = [3, 1, 2], spacing = [10.0, 20.0, \"0.03 mm\"], origin = [1, 2, 3] }", ""));
    let expected =
        [[1.0, 2.0, 3.0], [11.0, 2.0, 3.0], [21.0, 2.0, 3.0], [1.0, 2.0, 33.0], [11.0, 2.0, 33.0], [21.0, 2.0, 33.0]];
    assert_eq!(points(&grid.network), expected);
}

#[test]
fn random_positions_fill_the_box_and_the_sphere() {
    let boxed = model(&cells(2000, "{ box = [[0, -100, 5], [\"1 mm\", 100, 5]] }", ""));
    let found = points(&boxed.network);
    let mean = |axis: usize| found.iter().map(|point| point[axis]).sum::<f64>() / 2000.0;
    assert!((mean(0) - 500.0).abs() < 25.0 && mean(1).abs() < 5.0 && mean(2) == 5.0, "{} {}", mean(0), mean(1));
    assert!(found.iter().all(|p| (0.0..=1000.0).contains(&p[0]) && (-100.0..=100.0).contains(&p[1])));
    // The first cells of a smaller population are at the same places.
    let fewer = points(&model(&cells(7, "{ box = [[0, -100, 5], [1000, 100, 5]] }", "")).network);
    assert_eq!(fewer, found[..7]);
    let sphere = points(&model(&cells(2000, "{ sphere = 100.0, center = [10, 0, 0] }", "")).network);
    let distances: Vec<f64> = sphere.iter().map(|[x, y, z]| ((x - 10.0).powi(2) + y * y + z * z).sqrt()).collect();
    assert!(distances.iter().all(|&d| d <= 100.0));
    let inner = distances.iter().filter(|&&d| d < 50.0).count(); // an eighth of the volume
    assert!((200..300).contains(&inner), "{inner}");
    let other = points(&model(&cells(7, "{ sphere = 100.0, center = [10, 0, 0], seed = 6 }", "")).network);
    assert_ne!(other, sphere[..7]);
}

#[test]
fn positions_that_were_written_are_read_again() {
    let written = model(&cells(
        40,
        "{ sphere = 100.0 }",
        "[[artificial_cell]]\nname = \"n\"\ncount = 2\nmechanism = \"NetStim\"\npositions = { list = [[1, 2, 3], [4, 5, 6]] }\n",
    ));
    let mut text = Vec::new();
    written.network.write_positions(&mut text).expect("memory");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("positions.csv"), &text).expect("a file");
    let toml = cells(
        40,
        "{ file = \"positions.csv\" }",
        "[[artificial_cell]]\nname = \"n\"\ncount = 2\nmechanism = \"NetStim\"\npositions = { file = \"positions.csv\" }\n",
    );
    let path = folder.path().join("model.toml");
    std::fs::write(&path, toml).expect("a file");
    let again = ModelFile::load(&path).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.network.positions, written.network.positions);
    assert_eq!(again.network.artificial_positions, written.network.artificial_positions);
    assert_eq!(again.files.len(), 2);
    assert!(matches!(Positions::read(&text[..]).expect("a table"), Positions::Named(points) if points.len() == 42));
}

#[test]
fn faults_of_positions_have_their_place() {
    let cases = [
        ("{ grid = [2, 2, 1], spacing = 50.0 }", "these are 4 positions for 3 cells; give one for each"),
        ("{ grid = [3, 1, 0.5], spacing = 50.0 }", "\"grid\" = this list; give three whole numbers from 1"),
        ("{ grid = [3, 1, 1] }", "positions = { ... } needs the key \"spacing\""),
        ("{ sphere = -2 }", "give a number greater than 0: the radius, um"),
        ("{ box = [[0, 0, 0], [10, -1, 10]] }", "give first the smallest coordinates, then the largest"),
        ("{ box = [[0, 0, 0]] }", "give two corners"),
        ("{ list = [[0, 0], [1, 1], [2, 2]] }", "\"list\" must be a list of points [x, y, z], um, not a list"),
        ("{ list = [[0, 0, 0], [1, 1, \"1 mV\"], [2, 2, 2]] }", "\"list\" = \"1 mV\": "),
        ("{ sphere = 10.0, spacing = 5.0 }", "\"spacing\" has no meaning for positions by \"sphere\"; take it out"),
        ("{ sphere = 10.0, grid = [3, 1, 1] }", "exclude each other"),
        ("{ }", "positions need one of the keys grid, box, sphere, list, file"),
        ("{ file = \"nowhere.csv\" }", "the positions in \"nowhere.csv\" cannot be used: No such file"),
    ];
    for (positions, expected) in cases {
        let errors = read(&cells(3, positions, "")).map(|_| ()).unwrap_err();
        assert!(errors.starts_with("model.toml:8:") && errors.contains(expected), "{positions}: {errors}");
    }
    // A rehearsal of a large entry finds them too.
    let errors = read(&cells(3000, "{ grid = [2, 2, 1], spacing = 50.0 }", "")).map(|_| ()).unwrap_err();
    assert!(errors.contains("these are 4 positions for 3000 cells"), "{errors}");
}
