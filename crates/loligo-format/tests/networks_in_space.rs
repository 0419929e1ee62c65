//! Networks in space: cells have the positions that the file gives, by each rule.

use loligo::{Network, Positions, Simulation, SourceRef, TargetRef, VariableRef};
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

/// Source, target, weight and delay of every connection.
fn connections(network: &Network) -> Vec<(usize, usize, f64, f64)> {
    let cell_of = |source: Option<&SourceRef>| match source {
        Some(SourceRef::Variable(VariableRef::Section { cell, .. }) | SourceRef::Artificial(cell)) => *cell,
        other => panic!("{other:?}"),
    };
    let target_of = |target| match target {
        Some(TargetRef::Point { cell, .. } | TargetRef::Artificial(cell)) => cell,
        None => panic!("no target"),
    };
    let all = network.connections.iter();
    all.map(|c| (cell_of(c.source), target_of(c.target), c.weight[0], c.delay)).collect()
}

fn pairs(network: &Network) -> Vec<(usize, usize)> {
    connections(network).into_iter().map(|(from, to, ..)| (from, to)).collect()
}

fn distance(network: &Network, (a, b): (usize, usize)) -> f64 {
    let [a, b] = [a, b].map(|cell| network.positions[cell].expect("a position"));
    (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f64>().sqrt()
}

/// A random pattern from all cells to all.
fn random(keys: &str) -> String {
    format!("[[connection]]\nfrom = \"c.soma(0.5)\"\nto = \"c.syn\"\npattern = \"random\"\nweight = 0.001\n{keys}\n")
}

const BOX: &str = "{ box = [[0, 0, 0], [1000, 1000, 300]] }";

#[test]
fn probabilities_follow_the_distance() {
    type Curve = fn(f64) -> f64;
    let cases: [(&str, Curve); 5] = [
        ("{ gaussian = 100.0, max = 0.6 }", |d| 0.6 * (-d * d / 2e4).exp()),
        ("{ exponential = 80.0 }", |d| (-d / 80.0).exp()),
        ("{ step = \"0.15 mm\", max = 0.3 }", |d| if d <= 150.0 { 0.3 } else { 0.0 }),
        ("{ linear = 250.0, max = 0.5 }", |d| 0.5 * (1.0 - d / 250.0).max(0.0)),
        ("{ gaussian = 300.0, cutoff = 200.0 }", |d| if d <= 200.0 { (-d * d / 1.8e5).exp() } else { 0.0 }),
    ];
    for (probability, expected) in cases {
        let network = model(&cells(800, BOX, &random(&format!("probability = {probability}")))).network;
        let pairs = pairs(&network);
        // Of all pairs within each 50 um the expected number is connected, within four standard deviations.
        let (mut mean, mut variance, mut found) = ([0.0; 30], [0.0; 30], [0.0; 30]);
        for pair in (0..800).flat_map(|a| (0..800).map(move |b| (a, b))).filter(|(a, b)| a != b) {
            let d = distance(&network, pair);
            let (bin, p) = ((d / 50.0) as usize, expected(d));
            mean[bin] += p;
            variance[bin] += p * (1.0 - p);
        }
        for &pair in &pairs {
            assert!(pair.0 != pair.1 && expected(distance(&network, pair)) > 0.0);
            found[(distance(&network, pair) / 50.0) as usize] += 1.0;
        }
        for bin in 0..30 {
            let bound = 4.0 * f64::sqrt(variance[bin]) + 1.0;
            let (found, mean): (f64, f64) = (found[bin], mean[bin]);
            assert!((found - mean).abs() <= bound, "{probability}, bin {bin}: {found} for {mean}");
        }
        // Targets are in the outer loop, sources ascending.
        assert!(pairs.is_sorted_by(|a, b| (a.1, a.0) < (b.1, b.0)));
    }
}

/// A pair's connection depends on the two cells and the stream alone: not on how many other cells there are, nor on the
/// search for near cells, and a constant probability is one that no distance lessens.
#[test]
fn a_pair_is_drawn_by_itself() {
    let text = |count: usize, keys: &str| cells(count, "{ sphere = 400.0 }", &random(keys));
    let drawn = "delay = { normal = [2.0, 0.2] }\nprobability = { gaussian = 60.0 }";
    let (many, few) = (model(&text(1500, drawn)).network, model(&text(700, drawn)).network);
    let of_few: Vec<_> = connections(&many).into_iter().filter(|(a, b, ..)| *a < 700 && *b < 700).collect();
    assert_eq!(connections(&few), of_few);
    assert!(of_few.len() > 500);
    let constant = model(&text(300, "probability = 0.2")).network;
    let far = model(&text(300, "probability = { step = 1e9, max = 0.2 }")).network;
    assert_eq!(pairs(&constant), pairs(&far));
    let other_seed = model(&text(300, "probability = 0.2\nseed = 17")).network;
    assert_ne!(pairs(&constant), pairs(&other_seed));
}

#[test]
fn numbers_of_partners_hold_for_each_cell() {
    let near = "probability = { gaussian = 150.0 }\n";
    for (keys, count) in [
        ("in_degree = 12".to_owned(), 12),
        ("out_degree = 9".to_owned(), 9),
        (format!("{near}in_degree = 12"), 12),
        (format!("{near}out_degree = 9"), 9),
        (format!("{near}out_degree = 40\nmultiple_connections = true"), 40),
        ("in_degree = 700\nmultiple_connections = true\nself_connections = true".to_owned(), 700),
    ] {
        let network = model(&cells(400, BOX, &random(&keys))).network;
        let pairs = pairs(&network);
        let mut of_cell = vec![0; 400];
        pairs.iter().for_each(|&(a, b)| of_cell[if keys.contains("in_degree") { b } else { a }] += 1);
        assert!(of_cell.iter().all(|&found| found == count), "{keys}");
        let different: std::collections::BTreeSet<_> = pairs.iter().collect();
        assert_eq!(different.len() < pairs.len(), keys.contains("multiple"), "{keys}");
        assert_eq!(pairs.iter().any(|(a, b)| a == b), keys.contains("self"), "{keys}");
        assert!(pairs.is_sorted_by_key(|pair| pair.1), "{keys}");
        let mean = pairs.iter().map(|&pair| distance(&network, pair)).sum::<f64>() / pairs.len() as f64;
        assert_eq!(mean < 300.0, keys.contains("gaussian"), "{keys}: {mean}");
    }
}

/// With a preference p, one partner of two is chosen in proportion to p.
#[test]
fn partners_are_chosen_in_proportion_to_their_probability() {
    for keys in ["in_degree = 1", "in_degree = 1\nmultiple_connections = true", "out_degree = 1"] {
        let mut positions = vec!["[100, 0, 0]"; 2000];
        (positions[0], positions[1]) = ("[0, 0, 0]", "[300, 0, 0]");
        let positions = format!("{{ list = [{}] }}", positions.join(", "));
        // Distances 100 and 200 um: exp(-1) and exp(-2).
        let (few, many) = ("c[0:2].soma(0.5)", "c[2:2000].syn");
        let keys = format!("probability = {{ exponential = 100.0 }}\n{keys}");
        let text = match keys.contains("out_degree") {
            false => random(&keys).replace("c.soma(0.5)", few).replace("c.syn", many),
            true => random(&keys).replace("c.syn", "c[0:2].syn").replace("c.soma(0.5)", "c[2:2000].soma(0.5)"),
        };
        let found = pairs(&model(&cells(2000, &positions, &text)).network);
        assert_eq!(found.len(), 1998);
        let near = found.iter().filter(|(a, b)| *a == 0 || *b == 0).count() as f64 / 1998.0;
        let expected = 1.0 / (1.0 + (-1f64).exp());
        assert!((near - expected).abs() < 0.045, "{keys}: {near} for {expected}");
    }
}

#[test]
fn delays_grow_with_distance() {
    let keys = "probability = { step = 300.0, max = 0.2 }\ndelay = 0.5\nvelocity = \"0.2 m/s\"";
    let network = model(&cells(300, BOX, &random(keys))).network;
    let found = connections(&network);
    assert!(found.len() > 100);
    for (a, b, _, delay) in found {
        assert_eq!(delay, 0.5 + distance(&network, (a, b)) / 200.0);
    }
    let ring = model(&cells(
        5,
        "{ grid = [5, 1, 1], spacing = 40.0 }",
        "[[connection]]\nfrom = \"c.soma(0.5)\"\nto = \"c.syn\"\npattern = \"ring\"\nweight = 0.001\nvelocity = 20.0\n",
    ));
    assert_eq!(connections(&ring.network)[4], (4, 0, 0.001, 1.0 + 160.0 / 20.0));
}

#[test]
fn weights_and_delays_have_their_distributions() {
    let cases = [
        ("{ normal = [0.01, 0.001] }", 0.01, 0.001),
        ("{ lognormal = [0.01, \"2 nS\"] }", 0.01, 0.002),
        ("{ uniform = [0.01, 0.02] }", 0.015, 0.01 / 12f64.sqrt()),
        ("{ exponential = 0.01 }", 0.01, 0.01),
        // A half-normal distribution.
        ("{ normal = [0.01, 0.001], min = 0.01 }", 0.01 + 0.001 * 0.797_885, 0.001 * 0.602_810),
        ("{ exponential = 0.01, max = 0.01 }", 0.01 * 0.418_023, 0.01 * 0.281_624),
        ("{ lognormal = [0.01, 0.002], min = 0.0, max = 1.0 }", 0.01, 0.002),
    ];
    for (weight, mean, deviation) in cases {
        let text = random("probability = 0.05").replace("weight = 0.001", &format!("weight = {weight}"));
        let network = model(&cells(400, BOX, &text)).network;
        let weights: Vec<f64> = connections(&network).into_iter().map(|(.., weight, _)| weight).collect();
        let n = weights.len() as f64;
        let found = weights.iter().sum::<f64>() / n;
        let spread = (weights.iter().map(|w| (w - found).powi(2)).sum::<f64>() / n).sqrt();
        assert!((found - mean).abs() < 4.0 * deviation / n.sqrt(), "{weight}: {found} for {mean}");
        assert!((spread - deviation).abs() < 0.05 * deviation, "{weight}: {spread} for {deviation}");
    }
}

#[test]
fn each_connection_takes_one_of_several_synapses() {
    let text = cells(60, BOX, "")
        .replace("point = [", "point = [{ name = \"other\", mechanism = \"ExpSyn\", section = \"soma\" },")
        + &random("in_degree = 500\nmultiple_connections = true")
            .replace("to = \"c.syn\"", "to = [\"c.syn\", \"c.other\"]\nsynapse = \"random\"");
    let network = model(&text).network;
    let points = network.connections.iter().map(|connection| match connection.target {
        Some(TargetRef::Point { point, .. }) => point,
        other => panic!("{other:?}"),
    });
    let of_other = points.filter(|&point| point == 0).count();
    assert!((14_500..15_500).contains(&of_other), "{of_other} of 30000");
    // Several connections of one pair have their own draws.
    let mut weights = random("in_degree = 50\nmultiple_connections = true");
    weights = weights.replace("weight = 0.001", "weight = { uniform = [0.0, 0.01] }");
    let found = connections(&model(&cells(10, BOX, &weights)).network);
    let different: std::collections::BTreeSet<u64> = found.iter().map(|(.., weight, _)| weight.to_bits()).collect();
    assert_eq!(different.len(), found.len());
}

#[test]
fn faults_of_patterns_have_their_place() {
    let near = "{ gaussian = 100.0 }";
    let cases = [
        ("probability = 1.5", "\"probability\" = 1.5; give a number from 0 to 1"),
        ("probability = { gaussian = 100.0, max = -0.1 }", "\"max\" = -0.1; give a number from 0 to 1"),
        ("probability = { gaussian = 0.0 }", "give a number greater than 0: a distance, um"),
        ("probability = { gaussian = 10.0, cutoff = -1.0 }", "\"cutoff\" = -1"),
        ("probability = { gaussian = 10.0, step = 1.0 }", "exclude each other"),
        ("probability = { max = 0.5 }", "needs one of the keys gaussian, exponential, step, linear"),
        ("probability = { gauss = 10.0 }", "has no key \"gauss\"; did you mean \"gaussian\"?"),
        ("probability = 0.1\nin_degree = 3", "exclude each other"),
        ("in_degree = 30", "\"in_degree\" = 30; give a whole number from 0 to 29"),
        ("out_degree = 30", "\"out_degree\" = 30; give a whole number from 0 to 29"),
        ("", "a random pattern needs \"probability\" (0 to 1), \"in_degree\""),
        (
            "probability = 0.1\nmultiple_connections = true",
            "\"multiple_connections\" needs \"in_degree\" or \"out_degree\"",
        ),
        ("in_degree = 29\nprobability = { step = 1e-3 }", "\"c[0]\" finds 0 cells to connect with, and needs 29"),
        ("in_degree = 2\nvelocity = 0.0", "\"velocity\" = 0; give a velocity greater than 0 um/ms"),
        ("in_degree = 2\nvelocity = -3", "\"velocity\" = -3; give a velocity"),
        ("in_degree = 2\ndelay = { normal = [1.0, -0.1] }", "give a standard deviation of at least 0"),
        ("in_degree = 2\ndelay = { lognormal = [-1.0, 0.1] }", "give a mean greater than 0"),
        ("in_degree = 2\ndelay = { exponential = 0 }", "give a number greater than 0"),
        ("in_degree = 2\ndelay = { normal = [1.0, 0.1], min = 3.0 }", "fewer than 1 of 100 numbers"),
        (
            "in_degree = 2\ndelay = { uniform = [1.0, 2.0], min = 1.5 }",
            "\"min\" and \"max\" have no meaning for \"uniform\"",
        ),
        ("in_degree = 2\nsynapse = \"any\"", "\"synapse\" = \"any\"; give \"each\""),
    ];
    for (keys, expected) in cases {
        let errors = read(&cells(30, BOX, &random(keys))).map(|_| ()).unwrap_err();
        assert!(errors.starts_with("model.toml:1") && errors.contains(expected), "{keys}: {errors}");
    }
    let several = random("in_degree = 2").replace("to = \"c.syn\"", "to = [\"c.syn\", \"c.syn\"]");
    let errors = read(&cells(30, BOX, &several)).map(|_| ()).unwrap_err();
    assert!(errors.contains("add synapse = \"random\""), "{errors}");
    let nowhere =
        cells(30, BOX, &random(&format!("probability = {near}"))).replace(&format!("positions = {BOX}\n"), "");
    let errors = read(&nowhere).map(|_| ()).unwrap_err();
    assert!(errors.contains("\"c[0]\" has no position, and the connections depend on distances"), "{errors}");
}

#[test]
fn velocities_that_no_axon_has_are_warned_of() {
    let warnings = |velocity: &str| {
        let found = model(&cells(30, BOX, &random(&format!("in_degree = 2\nvelocity = {velocity}")))).warnings;
        found.into_iter().map(|warning| warning.text).collect::<Vec<_>>()
    };
    assert_eq!(warnings("300.0"), Vec::<String>::new());
    assert_eq!(warnings("\"60 m/s\"").len(), 0);
    let told = warnings("0.3");
    assert!(told.len() == 1 && told[0].contains("0.3 m/s is 300 um/ms (quiet = [\"velocity\"]"), "{told:?}");
    let short = model(&cells(30, BOX, &random("in_degree = 2\nvelocity = 1e5\ndelay = 0.0"))).warnings;
    assert!(short.iter().any(|warning| warning.text.contains("is shorter than the step")), "{short:?}");
}

/// A network with sources and targets of every kind, one of which has several weights.
fn drawn_network() -> String {
    let rest = r#"
[[artificial_cell]]
name = "input"
count = 40
mechanism = "NetStim"
interval = 5.0
start = 1.0
number = 100
noise = 1.0
positions = { sphere = 200.0, center = [500, 500, 150] }

[[artificial_cell]]
name = "relay"
mechanism = "IntFire1"

[[connection]]
from = "input"
to = "c.syn"
pattern = "random"
in_degree = 8
probability = { linear = 2000.0 }
weight = { lognormal = [0.003, 0.001] }
velocity = 400.0

[[connection]]
from = "c.soma(0.5)"
to = "c.syn"
pattern = "random"
probability = { exponential = 200.0, max = 0.7 }
threshold = -5.0
weight = { normal = [0.002, 0.0005], min = 0.0 }
delay = { exponential = 0.7, max = 3.0 }
velocity = 300.0

[[connection]]
from = "c[0].soma(0.25).v"
to = "relay"
weight = 0.4
delay = 0.1

[[connection]]
from = "relay"
to = "c[7].syn"
weight = "1e-3 uS"

[[record]]
place = "c[0:10].soma(0.5)"
"#;
    cells(60, BOX, rest)
}

/// Spikes and samples of a run.
fn results(model: &Model) -> (Vec<(u64, usize)>, Vec<Vec<f64>>) {
    let mut simulation = Simulation::new(&model.network, &model.options).expect("a sound model");
    simulation.run_until(model.tstop).expect("finite numbers");
    let spikes = simulation.spikes().iter().map(|spike| (spike.t.to_bits(), spike.source)).collect();
    (spikes, (0..10).map(|k| simulation.samples(k).expect("a recording").to_vec()).collect())
}

#[test]
fn connections_that_were_written_give_the_same_network_and_run() {
    let text = drawn_network();
    let drawn = model(&text);
    assert!(drawn.network.connections.len() > 600);
    let mut table = Vec::new();
    drawn.network.write_connections(&mut table).expect("memory");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("drawn.csv"), &table).expect("a file");
    let (cells, rest) = text.split_once("[[connection]]").expect("connections");
    let (_, record) = rest.split_once("[[record]]").expect("a recording");
    let path = folder.path().join("model.toml");
    std::fs::write(&path, format!("{cells}[[connection]]\nfile = \"drawn.csv\"\n[[record]]{record}")).expect("a file");
    let listed = ModelFile::load(&path).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(listed.network.connections, drawn.network.connections);
    let (expected, found) = (results(&drawn), results(&listed));
    assert!(expected.0.len() > 100, "{} spikes", expected.0.len());
    assert_eq!(expected, found);
    let mut again = Vec::new();
    listed.network.write_connections(&mut again).expect("memory");
    assert_eq!(table, again);
}

#[test]
fn tables_of_connections_are_read_by_their_columns() {
    let with = |table: &str, keys: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("t.csv"), table).expect("a file");
        let path = folder.path().join("model.toml");
        let rest = format!(
            "[[artificial_cell]]\nname = \"n\"\nmechanism = \"IntFire1\"\n[[connection]]\nfile = \"t.csv\"\n{keys}\n"
        );
        std::fs::write(&path, cells(3, BOX, &rest)).expect("a file");
        ModelFile::load(&path).map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    };
    let plain = with("target,source\nc[1].syn,c[0].soma(0.5)\nn, c[2]. \n", "weight = \"0.5 nS\"\ndelay = 2.0");
    assert!(plain.is_err());
    let plain = with(
        "target,source,note\nc[1].syn,c[0].soma(0.5),first\nn,n,second\n",
        "weight = \"0.5 nS\"\ndelay = 2.0\nthreshold = 3.0",
    );
    let network = plain.unwrap_or_else(|error| panic!("{error}")).network;
    assert_eq!(connections(&network), [(0, 1, 5e-4, 2.0), (0, 0, 5e-4, 2.0)]);
    assert_eq!(network.connections.get(0).expect("it is there").threshold, Some(3.0));
    assert_eq!(with("source,target,weight\n", "").expect("no connections").network.connections.len(), 0);

    let errors = with(
        "source,target,synapse,weight,delay,threshold\n\
         c[0].soma(0.5),c[1],syn,0.1,1,\n\
         c[3].soma(0.5),c[1],syn,0.1,1,\n\
         c.soma(0.5),c[1],syn,0.1,1,\n\
         c[0].soma(0.5),c[1],sny,0.1,1,\n\
         c[0].soma(0.5),c[1],soma,0.1,1,\n\
         c[0].soma(0.5),c[1],syn,\"0,1\",1,\n\
         c[0].soma(0.5),c[1],syn,0.1,-1,\n\
         c[0].soma(0.5),c[1],syn,0.1 0.2,1,high\n\
         c[0].soma(0.5),c[1]\n",
        "",
    );
    let errors = errors.map(|_| ()).unwrap_err();
    let expected = [
        "line 3, column 1: \"c[3].soma(0.5)\" is no place: \"c\" has 3 cells",
        "line 4, column 1: \"c.soma(0.5)\" means 3 places; name one",
        "line 5, column 16: there is no point process or section \"sny\"",
        "line 6, column 16: \"c[1].soma\" receives no events; name a synapse of the cell",
        "line 7, column 25: \"0,1\" for \"weight\" is not a finite number",
        "line 8, column 29: give a delay of at least 0 ms",
        "line 9, column 35: \"high\" for \"threshold\" is not a finite number",
        "line 10 has 2 values, the header 6 names; give a value for each",
    ];
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{errors}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with("model.toml:15:1: the connections in \"t.csv\" cannot be used: "), "{line}");
        assert!(line.contains(expected), "{line}");
    }
    for (table, keys, expected) in [
        ("source,weight\n", "", "the first line must name the columns target; it is \"source,weight\""),
        ("source;target;weight\n", "", "separate values by commas, not by semicolons"),
        ("source,target\n", "", "the first line must name the columns weight"),
        ("source,target,weight,weight\n", "", "the first line has two columns \"weight\""),
        ("source,target,weight\n", "pattern = \"ring\"", "[[connection]] has no key \"pattern\""),
    ] {
        let errors = with(table, keys).map(|_| ()).unwrap_err();
        assert!(errors.contains(expected), "{errors}");
    }
}

/// A group of synapses that are scattered on each cell: each connection takes one of them, wherever it is.
#[test]
fn each_connection_takes_one_of_a_group() {
    let text = cells(30, BOX, "")
        .replace("point = [", "point = [{ name = \"group\", mechanism = \"ExpSyn\", region = \"all\", count = 10 },")
        + &random("in_degree = 200\nmultiple_connections = true")
            .replace("to = \"c.syn\"", "to = [\"c.group\", \"c.syn\"]\nsynapse = \"random\"");
    let network = model(&text).network;
    assert_eq!(network.connections.len(), 30 * 200);
    let mut of_point = vec![0; 11];
    for (index, connection) in network.connections.iter().enumerate() {
        let Some(TargetRef::Point { cell, point }) = connection.target else { panic!("{connection:?}") };
        assert_eq!(cell, index / 200);
        of_point[point] += 1;
    }
    // 545 each, within five standard deviations.
    assert!(of_point.iter().all(|&found| (430..660).contains(&found)), "{of_point:?}");
}
