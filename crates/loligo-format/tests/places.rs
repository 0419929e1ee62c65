//! Places by meaning in a model file: a region with a number of places, a density, a distance, tips or branch points, or
//! a table, say where point processes, stimuli and recordings are. They are those that `Cell::region` finds; drawn places
//! depend only on the seed and the entry.

use loligo::prelude::*;
use loligo_format::{Model, ModelFile};

/// A soma, a dendrite of 100 um that branches, and an axon.
const CELL: &str = r#"
    [run]
    tstop = 5.0
    seed = 7
    [[cell]]
    name = "c"
    section = [
        { name = "soma", L = 20.0, diam = 20.0 },
        { name = "dend[0]", L = 100.0, diam = 2.0, parent = "soma", nseg = 5 },
        { name = "dend[1]", L = 50.0, diam = 1.0, parent = "dend[0]" },
        { name = "dend[2]", L = 50.0, diam = 1.0, parent = "dend[0]" },
        { name = "axon", L = 60.0, diam = 1.0, parent = "soma", parent_x = 0.0 },
    ]
"#;

fn model(text: &str) -> Model {
    ModelFile::parse(text, "model.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn errors(text: &str) -> String {
    ModelFile::parse(text, "model.toml").expect_err("the text has errors").to_string()
}

fn with_point(keys: &str) -> String {
    format!("{CELL}\n    point = [{{ name = \"s\", mechanism = \"ExpSyn\", {keys} }}]\n")
}

/// Names and places of the point processes of the first cell.
fn points(model: &Model) -> Vec<(String, String, f64)> {
    let cell = &model.network.cells[0];
    let place = |point: &loligo::PointProcess| (point.name.clone(), cell.sections[point.section].name.clone(), point.x);
    cell.points.iter().map(place).collect()
}

fn recorded(keys: &str) -> Vec<String> {
    let model = model(&format!("{CELL}\n[[record]]\n{keys}\n"));
    model.network.recordings.iter().map(|recording| recording.name.clone()).collect()
}

#[test]
fn scattered_points_are_those_that_the_cell_finds() -> Result<(), Box<dyn std::error::Error>> {
    let found = model(&with_point(r#"region = "dendrite", count = 100, distance = [50.0, 140.0], tau = 2.0"#));
    let mut cell = found.network.cells[0].clone();
    cell.points = Vec::new().into();
    let mut stream = Random123::new(0, 1, 120).with_global_index(7);
    let places = cell.region("dendrite")?.between(50.0, 140.0)?.random(100, &mut stream);
    assert!(places.iter().all(|place| (50.0..=140.0).contains(&place.distance)));
    cell.place_many("s", places, Mechanism::new("ExpSyn").with("tau", 2.0));
    assert_eq!(found.network.cells[0], cell);
    // The seed of the entry takes the place of the run's; another entry has another stream.
    let keys = r#"region = "dendrite", count = 100, distance = [50.0, 140.0], tau = 2.0, seed = 7"#;
    let reseeded = model(&with_point(keys).replace("seed = 7\n", "seed = 8\n"));
    assert_eq!(points(&reseeded), points(&found));
    let second =
        with_point(r#"region = "all", count = 1 }, { name = "t", mechanism = "ExpSyn", region = "all", count = 1"#);
    let points = points(&model(&second));
    assert_eq!([&points[0].0, &points[1].0], ["s[0]", "t[0]"]);
    assert_ne!((&points[0].1, points[0].2), (&points[1].1, points[1].2));
    Ok(())
}

#[test]
fn densities_and_even_places() {
    let found = points(&model(&with_point(r#"region = "dend[0]", density = 0.05, spacing = "even""#)));
    let expected: Vec<_> = [0.1, 0.3, 0.5, 0.7, 0.9].into_iter().enumerate().collect();
    for ((k, x), (name, section, found)) in expected.into_iter().zip(&found) {
        assert!(name == &format!("s[{k}]") && section == "dend[0]" && (found - x).abs() < 1e-12, "{name} {found}");
    }
    assert_eq!(points(&model(&with_point(r#"region = ["dendrite", "axon"], density = 0.1"#))).len(), 26);
    assert_eq!(points(&model(&with_point(r#"region = "dend[0]", density = "50 /mm", spacing = "even""#))), found);
}

#[test]
fn a_distance_tips_and_branch_points() {
    let at = |keys: &str| points(&model(&with_point(keys)));
    let named = |name: &str, section: &str, x| (name.to_owned(), section.to_owned(), x);
    for distance in ["42.0", "\"42 um\"", "\"0.042 mm\""] {
        let expected = [named("s", "dend[0]", 0.3)];
        assert_eq!(at(&format!("region = \"dendrite\", at = {distance}")), expected, "one place has no number");
    }
    let tips = [named("s[0]", "dend[1]", 1.0), named("s[1]", "dend[2]", 1.0)];
    assert_eq!(at(r#"region = "dendrite", at = "tips""#), tips);
    assert_eq!(at(r#"region = "dendrite", at = "branch points""#), [named("s[0]", "dend[0]", 1.0)]);
    assert_eq!(at(r#"region = "dendrite", at = 1000.0, distance = [0.0, 45.0]"#), [named("s", "dend[0]", 0.3)]);
}

#[test]
fn places_of_a_table() {
    let folder = std::env::temp_dir().join(format!("loligo_places_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for a table");
    std::fs::write(folder.join("s.csv"), "section,x\ndend[1],0.25\nsoma,0.5\n").expect("a table");
    std::fs::write(folder.join("wrong.csv"), "section,x\ndend[1],2\nsooma,0.5\n").expect("a table");
    let load = |text: &str| ModelFile::parse(text, folder.join("model.toml"));
    let found = load(&with_point(r#"places = "s.csv""#)).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(points(&found).iter().map(|point| point.2).collect::<Vec<_>>(), [0.25, 0.5]);
    assert_eq!(found.files, [folder.join("s.csv")], "the file is part of the model");
    let found = load(&format!("{CELL}\n[[record]]\ncell = \"c\"\nplaces = \"s.csv\"\n"));
    let found = found.unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(found.network.recordings[0].name, "c.dend[1](0.25).v");
    let wrong = load(&with_point(r#"places = "wrong.csv""#)).expect_err("two lines are wrong").to_string();
    assert!(wrong.contains("\"wrong.csv\": line 2, column 9: 2 is no position; give a number from 0 to 1"), "{wrong}");
    assert!(wrong.contains("line 3, column 1: cell \"c\" has no section \"sooma\"; did you mean \"soma\"?"), "{wrong}");
    let missing = load(&with_point(r#"places = "none.csv""#)).expect_err("there is no file").to_string();
    assert!(missing.contains("paths are relative to the model file"), "{missing}");
    let both = load(&with_point(r#"places = "s.csv", region = "all""#)).expect_err("two ways").to_string();
    assert!(both.contains("a table of places names its sections; leave \"region\" out"), "{both}");
    std::fs::remove_dir_all(&folder).expect("the folder is removed");
}

/// Points with numbers are one target: all of them, one, or some.
#[test]
fn numbered_points_are_targets_as_a_group() {
    let text = |sources: &str, to: &str, more: &str| {
        format!(
            "{}\n[[artificial_cell]]\nname = \"n\"\nmechanism = \"NetStim\"\n{sources}\n[[connection]]\nfrom = \"n\"\nto = \
             \"{to}\"\nweight = 1e-4\n{more}\n",
            with_point(r#"region = "dendrite", count = 20, spacing = "even""#)
        )
    };
    let pairs = |text: &str| -> Vec<(usize, usize)> {
        let network = model(text).network;
        let pair = |connection: loligo::ConnectionView<'_>| match (connection.source, connection.target) {
            (Some(SourceRef::Artificial(from)), Some(TargetRef::Point { cell: 0, point })) => (*from, point),
            other => panic!("{other:?}"),
        };
        network.connections.iter().map(pair).collect()
    };
    assert_eq!(pairs(&text("", "c.s[3]", "")), [(0, 3)]);
    let all: Vec<_> = (0..20).map(|k| (0, k)).collect();
    assert_eq!(pairs(&text("", "c.s", "pattern = \"all-to-all\"")), all);
    assert_eq!(pairs(&text("", "c.s[4:8]", "pattern = \"all-to-all\"")), all[4..8]);
    assert_eq!(pairs(&text("", "c.s[::5]", "pattern = \"all-to-all\"")), [(0, 0), (0, 5), (0, 10), (0, 15)]);
    let each: Vec<_> = (0..20).map(|k| (k, k)).collect();
    assert_eq!(pairs(&text("count = 20", "c.s", "pattern = \"one-to-one\"")), each);
    let drawn = pairs(&text("count = 20", "c.s", "pattern = \"random\"\nin_degree = 3"));
    assert_eq!(drawn.len(), 60);
    let error = errors(&text("", "c.s", ""));
    assert!(error.contains("here are 1 sources and 20 targets; name one of each, or give a pattern"), "{error}");
    let error = errors(&text("", "c.s[20]", ""));
    assert!(error.contains("there are 20 point processes \"s\", numbered from 0; write a number below 20"), "{error}");
    // On every cell of a group, cell by cell.
    let cells = text("", "c.s[18:20]", "pattern = \"all-to-all\"").replace("name = \"c\"", "name = \"c\"\ncount = 2");
    let targets: Vec<_> = model(&cells).network.connections.iter().filter_map(|connection| connection.target).collect();
    let expected = [(0, 18), (0, 19), (1, 18), (1, 19)].map(|(cell, point)| TargetRef::Point { cell, point });
    assert_eq!(targets, expected);
}

#[test]
fn sources_on_the_target_cell_are_left_out() {
    let text = |pattern: &str| {
        format!(
            "{}\n[[connection]]\nfrom = \"c.dendrite(tips)\"\nto = \"c.s\"\nweight = 1e-4\n{pattern}\n",
            with_point(r#"region = "dendrite", count = 2"#).replace("name = \"c\"", "name = \"c\"\ncount = 3")
        )
    };
    let count = |text: &str| {
        let network = model(text).network;
        let cells = |connection: loligo::ConnectionView<'_>| match (connection.source, connection.target) {
            (Some(SourceRef::Variable(from)), Some(TargetRef::Point { cell, .. })) => {
                (network.cell_of(from), Some(cell))
            }
            other => panic!("{other:?}"),
        };
        let pairs: Vec<_> = network.connections.iter().map(cells).collect();
        (pairs.len(), pairs.iter().filter(|(from, to)| from == to).count())
    };
    assert_eq!(count(&text("pattern = \"all-to-all\"")), (24, 0));
    assert_eq!(count(&text("pattern = \"all-to-all\"\nself_connections = true")), (36, 12));
    assert_eq!(count(&text("pattern = \"random\"\nin_degree = 4")), (24, 0));
    let error = errors(&text("pattern = \"random\"\nin_degree = 5"));
    assert!(error.contains("give a whole number from 0 to 4"), "{error}");
}

#[test]
fn recordings_and_places_in_texts_know_the_same_words() {
    assert_eq!(recorded("region = \"dendrite\"\nat = 42.0"), ["c.dend[0](0.3).v"]);
    assert_eq!(recorded("place = \"c.dendrite(42 um)\""), ["c.dend[0](0.3).v"]);
    assert_eq!(recorded("place = \"c.dendrite(0.042 mm).i_cap\""), ["c.dend[0](0.3).i_cap"]);
    assert_eq!(recorded("region = \"all\"\nat = \"tips\""), ["c.dend[1](1).v", "c.dend[2](1).v", "c.axon(1).v"]);
    assert_eq!(recorded("place = \"c.all(tips)\""), recorded("region = \"all\"\nat = \"tips\""));
    assert_eq!(recorded("place = \"c.all(branch points).v\""), ["c.dend[0](1).v"]);
    assert_eq!(
        recorded("region = \"all\"\ndistance = [61.0, 100.0]\nvariable = [\"v\", \"i_cap\"]"),
        ["c.dend[0](0.7).v", "c.dend[0](0.9).v", "c.dend[0](0.7).i_cap", "c.dend[0](0.9).i_cap"]
    );
    assert_eq!(recorded("region = \"axon\"\ncount = 2\nspacing = \"even\""), ["c.axon(0.25).v", "c.axon(0.75).v"]);
    let drawn = recorded("region = \"dendrite\"\ncount = 3");
    assert_eq!(drawn.len(), 3);
    let counted = model(&format!("{CELL}\n[[detector]]\nplace = \"c.all(tips)\"\n"));
    assert_eq!(counted.network.connections.len(), 3);
}

#[test]
fn stimuli_know_the_same_words() {
    let places = |keys: &str| -> Vec<(usize, f64)> {
        let shape = "shape = [{ type = \"pulse\", amp = 0.1, duration = 1.0 }]";
        let model = model(&format!("{CELL}\n[[stimulus]]\n{keys}\n{shape}\n"));
        model.network.cells[0].points.iter().map(|point| (point.section, point.x)).collect()
    };
    assert_eq!(places("region = \"dendrite\"\nat = 42.0"), [(1, 0.3)]);
    assert_eq!(places("region = \"all\"\nat = \"tips\""), [(2, 1.0), (3, 1.0), (4, 1.0)]);
    // The position x of each section, if it is between the bounds.
    assert_eq!(places("region = \"all\"\ndistance = [50.0, 130.0]"), [(1, 0.5)]);
    assert_eq!(places("region = \"all\"\nx = 0.0\ndistance = [5.0, 50.0]"), [(0, 0.0), (4, 0.0), (1, 0.0)]);
    assert_eq!(places("region = \"dendrite\"\ncount = 30").len(), 30);
    let both = errors(&format!(
        "{CELL}\n[[stimulus]]\nregion = \"all\"\nat = 5.0\nx = 0.5\nshape = [{{ type = \"pulse\", amp = 0.1, duration = 1.0 }}]"
    ));
    assert!(both.contains("\"x\" has no meaning for chosen places"), "{both}");
}

#[test]
fn cells_share_their_places_or_have_their_own() {
    let text = |own: &str| {
        with_point(&format!("region = \"dendrite\", count = 5{own}")).replace("name = \"c\"", "name = \"c\"\ncount = 3")
    };
    let xs = |text: &str| -> Vec<Vec<(usize, f64)>> {
        let network = model(text).network;
        network.cells.iter().map(|cell| cell.points.iter().map(|point| (point.section, point.x)).collect()).collect()
    };
    let same = xs(&text(""));
    assert!(same[0] == same[1] && same[0] == same[2]);
    let own = xs(&text(", own_places = true"));
    assert!(own[0] == same[0] && own[0] != own[1] && own[0] != own[2] && own[1] != own[2]);
    let cell = &model(&text("")).network.cells[0];
    for (k, own) in own.iter().enumerate() {
        let mut stream = Random123::new(k as u32, 1, 120).with_global_index(7);
        let expected = cell.region("dendrite").expect("it has dendrites").random(5, &mut stream);
        assert_eq!(*own, expected.into_iter().map(Into::into).collect::<Vec<(usize, f64)>>());
    }
    // A run with them, and names in connections: on every cell its own.
    let run = format!("{}\n[[record]]\nplace = \"c.s.g\"\n", text(", own_places = true"));
    let model = model(&run);
    assert_eq!(model.network.recordings.len(), 15);
    Simulation::new(&model.network, &Options::default()).expect("a sound model");
}

#[test]
fn parameters_vary_from_point_to_point() {
    let text = with_point(r#"region = "dendrite", count = 3, tau = { linear = [1.0, 6.0] }"#);
    let text = text.replace("name = \"c\"", "name = \"c\"\ncount = 2") + "\n[[record]]\nplace = \"c.s.tau\"\n";
    let model = model(&text);
    let simulation = Simulation::new(&model.network, &Options::default()).expect("a sound model");
    let found: Vec<_> = (0..6).map(|recording| simulation.value(recording).ok()).collect();
    assert_eq!(found, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(Some)); // ms
}

#[test]
fn a_large_population_is_checked_before_it_is_built() {
    let text = with_point(r#"region = "dendrite", count = 10, own_places = true"#)
        .replace("name = \"c\"", "name = \"c\"\ncount = 2000");
    let found = model(&format!("{text}\n[[record]]\nplace = \"c[5].s[9].g\"\n"));
    assert_eq!(found.network.cells[1999].points.len(), 10);
    let error = errors(&text.replace("count = 10,", "count = 100000,"));
    assert!(error.contains("point processes"), "{error}");
}

#[test]
fn wrong_places_are_told_with_the_remedy() {
    for (keys, expected) in [
        (r#"region = "dendrite""#, "say at how many places of the region: count = 100"),
        (
            r#"region = "dendrite", section = "soma", count = 1"#,
            "\"section\" and \"region\" (or \"places\") both say where it is",
        ),
        (r#"region = "dendrite", count = 1, density = 0.1"#, "\"count\" and \"density\" exclude each other"),
        (r#"region = "dendrite", count = 0"#, "give a whole number from 1 to 1000000: number of places on each cell"),
        (r#"region = "dendrite", density = 1e-6"#, "is less than one place"),
        (r#"region = "dendrite", density = 1e9"#, "at most 1000000 are taken"),
        (r#"region = "dendrite", count = 1, spacing = "evenly""#, "give \"random\" or \"even\""),
        (r#"region = "dendrite", count = 1, spacing = "even", seed = 1"#, "\"seed\" belongs to random places"),
        (r#"region = "dendrite", at = "tips", spacing = "even""#, "\"spacing\" belongs to \"count\" or \"density\""),
        (r#"region = "dendrite", at = "tip""#, "\"tip\" is no place; give a position"),
        (r#"region = "dendrite", at = "200""#, "as in 200.0 or \"200 um\""),
        (r#"region = "dendrite", at = "200 mV""#, "mV cannot be converted to um"),
        (r#"region = "dendrite", at = -5.0"#, "-5 um is no distance"),
        (r#"region = "soma", at = "tips""#, "region \"soma\" of cell \"c\" has no free end"),
        (r#"region = "dendrite", count = 1, distance = [300.0, 100.0]"#, "the smaller one first"),
        (r#"region = "dendrite", count = 1, distance = 300.0"#, "must be a list of finite numbers"),
        (r#"region = "dendrite", count = 1, distance = [300.0, 400.0]"#, "it is 10.0 to 160.0 um away"),
        (r#"region = "apical", count = 1"#, "cell \"c\" has no section of region \"apical\""),
        (
            r#"region = "dendrites", count = 1"#,
            "there is no region \"dendrites\" in cell \"c\"; did you mean \"dendrite\"?",
        ),
        (r#"count = 100"#, "needs the key \"section\": name of the section it is placed on; or give a region"),
    ] {
        let found = errors(&with_point(keys));
        assert!(found.contains(expected), "{keys}: {found}");
    }
    // References to point processes that could not be read are no further errors.
    let lost = with_point(r#"region = "dendrite", count = 0"#) + "\n[[record]]\nplace = [\"c.s[3].g\", \"c.s.i\"]\n";
    assert!(!errors(&lost).contains("point process or section"), "{}", errors(&lost));
    for (place, expected) in [
        ("c.dendrite(200 mV)", "mV cannot be converted to um"),
        ("c.dendrite(tip)", "\"tip\" is no place; give a position from 0 to 1, a distance such as \"200 um\""),
        ("c.apical(200 um)", "cell \"c\" has no section of region \"apical\""),
        ("c.soma(tips)", "region \"soma\" of cell \"c\" has no free end"),
    ] {
        let found = errors(&format!("{CELL}\n[[record]]\nplace = \"{place}\"\n"));
        assert!(found.contains(expected), "{place}: {found}");
    }
}
