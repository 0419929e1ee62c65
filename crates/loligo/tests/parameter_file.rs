//! Contract: a model file's table of parameters makes the cells that the API makes of the same table; what is wrong with it
//! is reported with line and column.

use std::path::PathBuf;

use loligo::model_file::LoadError;
use loligo::prelude::*;
use loligo::{Model, ModelFile};

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

#[test]
fn lengths_of_their_own_do_not_fill_the_memory() {
    let model = MODEL.replace("nseg = 3", "max_segment_length = 1.0").replace("sweep[1]", "sweep[0]");
    let rows = "30000\n".repeat(400);
    let found = load("memory", &model, &format!("dend.L\n{rows}")).expect_err("12,000,000 segments are too many");
    assert!(found.contains("segments: 12000400; at most 10000000 are taken"), "{found}");
}
