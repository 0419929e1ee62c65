//! A model file's table of parameters makes the same cells as the API makes of the table; its errors are reported with
//! line and column.

use std::path::PathBuf;

use loligo::prelude::*;
use loligo_format::model_file::LoadError;
use loligo_format::{Model, ModelFile};
use proptest::prelude::*;

const MODEL: &str = r#"[run]
tstop = 5.0

[[cell]]
name = "sweep"
parameters = "sweep.csv"
section = [{ name = "soma", L = 20.0, diam = 20.0 }, { name = "dend", parent = "soma", L = 100.0, diam = 2.0, nseg = 3 }]

[[cell.paint]]
region = "all"
mechanism = "hh"
gkbar = { linear = [0.03, 0.04] }

[[cell.point]]
name = "electrode"
mechanism = "IClamp"
section = "soma"
dur = 9.0

[[record]]
place = "sweep[1].soma(0.5).v"
"#;

/// Loads the model with a table in a folder of its own.
fn load(name: &str, model: &str, table: &str) -> Result<Model, String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written to");
    std::fs::write(folder.join("model.toml"), model).expect("a file can be written");
    std::fs::write(folder.join("sweep.csv"), table).expect("a file can be written");
    ModelFile::load(folder.join("model.toml")).map_err(|error| match error {
        LoadError::Invalid(mut errors) => {
            errors.path = "model.toml".into();
            errors.to_string()
        }
        other => other.to_string(),
    })
}

#[test]
fn a_file_makes_what_the_api_makes() {
    let table = "soma.hh.gnabar,electrode.amp,dend.Ra\n0.10,0.15,100\n0.11,0.20,120\n";
    let model = load("sound", MODEL, table).expect("the model is sound");
    let mut cell = Cell::new("sweep");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    cell.add_section(Section::cylinder("dend", 100.0, 2.0).with_segments(3).attached_to(soma, 1.0));
    cell.paint(Region::All, Mechanism::new("hh"));
    cell.place("electrode", soma, 0.5, Mechanism::new("IClamp").with("dur", 9.0));
    let table = ParameterTable::new()
        .with(ParameterRef::Painted { painted: 0, parameter: "gkbar".into() }, [0.03, 0.04])
        .with("soma.hh.gnabar", [0.10, 0.11])
        .with("electrode.amp", [0.15, 0.20])
        .with("dend.Ra", [100.0, 120.0]);
    let mut network = Network::new();
    network.add_ensemble(&cell, &table).expect("columns are of one length");
    assert_eq!(model.network.cells, network.cells);
    assert_eq!(model.files.len(), 1);
    assert_eq!(model.network.recordings[0].name, "sweep[1].soma(0.5).v");
}

#[test]
fn what_is_wrong_has_its_place() {
    let found = |name: &str, table: &str| load(name, MODEL, table).expect_err(table);
    let tables = [
        ("no_number", "soma.hh.gnabar,electrode.amp\n0.1,0.2\n0.1,fast\n"),
        ("too_short", "soma.hh.gnabar,electrode.amp\n0.1,0.2\n0.1\n"),
        ("nothing", ""),
        ("unknown", "soma.hh.gnabar,electrode.ampere,dendron.cm\n0.1,0.2,1\n0.1,0.2,1\n"),
        ("not_there", "soma.pas.g\n1e-4\n1e-4\n"),
        ("out_of_range", "soma.hh.table,electrode.dur,all.diam\n0,1,1\n2,1,0\n"),
    ];
    insta::assert_snapshot!(tables.map(|(name, table)| found(name, table)).join("\n"));
    let counted = MODEL.replace("\"sweep.csv\"", "\"sweep.csv\"\ncount = 3");
    let absent = MODEL.replace("sweep.csv", "nowhere.csv");
    let table = "electrode.amp\n0.1\n0.2\n";
    let others = [("count", counted), ("absent", absent), ("folder", MODEL.replace("sweep.csv", "."))];
    insta::assert_snapshot!(others.map(|(name, model)| load(name, &model, table).expect_err(name)).join("\n"));
}

/// The errors of a table, in the order of the lines of the text, each with its place.
#[test]
fn everything_wrong_with_a_table_is_told_at_once() {
    let table = "soma.hh.gnabar,electrode.ampere,soma.hh.table,dend.L,\n\
                 0.1,0.2,1,100,1\n\
                 fast,0.2,1,0,1\n\
                 0.1,0.2,-1,100,1\n\
                 0.1,0.2\n\
                 0.1,0.2,1,-3,x\n\
                 0.1,0.2,-2,100,1,7\n";
    insta::assert_snapshot!(load("all_at_once", MODEL, table).expect_err("the table is wrong"));
    // Errors of the model itself are reported with those of the table.
    let model = MODEL.replace("nseg = 3", "nseg = 3, diamm = 1.0").replace("tstop = 5.0", "tstop = 5.0\ndtt = 1.0");
    let found = load("model_and_table", &model, "electrode.amp\nx\ny\n").expect_err("both are wrong");
    for text in ["diamm", "dtt", "line 2, column 1: \"x\"", "line 3, column 1: \"y\""] {
        assert!(found.contains(text), "no {text} in {found}");
    }
    // A wrong count hides no other errors.
    let counted = MODEL.replace("\"sweep.csv\"", "\"sweep.csv\"\ncount = 40").replace("sweep[1]", "sweep[39]");
    let found = load("count_and_table", &counted, "electrode.amp,soma.hh.gnaber\nx,1\n0.1,1\n").expect_err("too few");
    for text in ["has 2 rows", "\"x\" for \"electrode.amp\"", "did you mean \"gnabar\"?"] {
        assert!(found.contains(text), "no {text} in {found}");
    }
    assert_eq!(found.lines().count(), 3, "{found}");
}

#[test]
fn errors_of_one_table_are_not_told_without_end() {
    for rows in ["x\n", "1,2\n", "2\n"] {
        let found = load("many_errors", MODEL, &format!("soma.hh.table\n{}", rows.repeat(5000)));
        let found = found.err().unwrap_or_else(|| panic!("{rows} is wrong"));
        assert!(found.contains("these are the first 100 errors; there are more"), "{found}");
        assert_eq!(found.lines().count(), 101, "{found}");
    }
    let names: Vec<String> = (0..200_000).map(|k| format!("p{k}")).collect();
    let wide = format!("{}\n{}", names.join(","), "1\n".repeat(200));
    let found = load("wide", MODEL, &wide).expect_err("too wide");
    assert!(found.contains("200000 columns; at most 100000"), "{found}");
}

#[test]
fn lengths_of_their_own_do_not_fill_the_memory() {
    let model = MODEL.replace("nseg = 3", "max_segment_length = 1.0").replace("sweep[1]", "sweep[0]");
    let rows = "30000\n".repeat(400);
    let found = load("memory", &model, &format!("dend.L\n{rows}")).expect_err("12,000,000 segments are too many");
    assert!(found.contains("segments: 12000400; at most 10000000 are taken"), "{found}");
}

proptest! {
    /// Any table is read or gives errors, and a model that names it gives at least the same errors.
    #[test]
    fn any_table_is_read_or_explained(
        names in proptest::collection::vec("(soma.hh.gnabar|electrode.amp|electrode.dur|dend.L|all.cm|soma.x|.|\"a\",)", 0..5),
        rows in proptest::collection::vec(
            proptest::collection::vec("(0.1|1|-1|1e999|x|nan| |\"|,|\u{e9})", 0..6), 0..8),
        count in proptest::option::of(1..9u8),
        bytes in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..80)),
    ) {
        let line = |fields: &Vec<String>| format!("{}\n", fields.join(","));
        let text = line(&names) + &rows.iter().map(line).collect::<String>();
        let table = bytes.unwrap_or(text.into_bytes());
        let read = ParameterTable::read(&table[..]);
        let model = match count {
            Some(count) => MODEL.replace("\"sweep.csv\"", &format!("\"sweep.csv\"\ncount = {count}")),
            None => MODEL.to_owned(),
        };
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("any_table");
        std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written to");
        std::fs::write(folder.join("sweep.csv"), &table).expect("a file can be written");
        let parsed = ModelFile::parse(&model, folder.join("model.toml"));
        match (read, parsed) {
            (Err(errors), Err(found)) => prop_assert!(found.errors.len() >= errors.0.len(), "{errors}\n\n{found}"),
            (Err(errors), Ok(_)) => prop_assert!(false, "the model does not say that {errors}"),
            (Ok(table), Ok(model)) => prop_assert_eq!(table.rows().unwrap_or(0), model.network.cells.len()),
            (Ok(_), Err(_)) => {}
        }
    }
}
