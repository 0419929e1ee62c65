//! `include`: parts of a model in files of their own give the model that one file gives; paths follow the file that
//! names them; later keys replace earlier ones; errors have the file, line and column where they are.

use std::fs;
use std::path::Path;

use loligo_format::model_file::LoadError;
use loligo_format::{Model, ModelFile};
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn load(folder: &TempDir) -> Result<Model, String> {
    let errors = |error: LoadError| error.to_string().replace(&format!("{}/", folder.path().display()), "");
    ModelFile::load(folder.path().join("model.toml")).map_err(errors)
}

const RUN: &str = "[run]\ntstop = 5.0\n";

/// The biophysics of a cell, with a mechanism and a morphology of its own folder.
const BIOPHYSICS: &str = r#"
mechanisms = "mods"
morphology = "cell.swc"
Ra = 150.0
cable = [{ region = "all", cm = 0.9 }]

[globals]
leak = { shift = 2.0 }

[[paint]]
region = "all"
mechanism = "leak"
g = 1e-4

[[point]]
name = "syn"
mechanism = "ExpSyn"
section = "soma[0]"
"#;

const LEAK: &str = "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g GLOBAL shift }\nPARAMETER { g = 0 (S/cm2) shift = 0 (mV) }\nASSIGNED { v (mV) i (mA/cm2) }\nBREAKPOINT { i = g * (v + 65 + shift) }\n";
const SWC: &str = "1 1 0 0 0 10 -1\n2 1 10 0 0 10 1\n3 3 20 0 0 1 2\n4 3 120 0 0 1 3\n";

#[test]
fn included_biophysics_are_those_of_one_file() {
    let cells = "[[cell]]\nname = \"a\"\ninclude = \"cells/bio.toml\"\nRa = 90.0\n\
                 [[cell]]\nname = \"b\"\ncount = 2\ninclude = [\"cells/bio.toml\"]\npaint = [{ region = \"soma\", mechanism = \"leak\", g = 2e-4 }]\n";
    let shared = [("cells/bio.toml", BIOPHYSICS), ("cells/mods/leak.mod", LEAK), ("cells/cell.swc", SWC)];
    let model = format!("{RUN}{cells}");
    let files = [&shared[..], &[("model.toml", &*model)]].concat();
    let included = folder(&files);
    let included = load(&included).unwrap_or_else(|errors| panic!("{errors}"));

    let one = format!(
        r#"mechanisms = "cells/mods"
{RUN}
[globals]
leak = {{ shift = 2.0 }}
[[cell]]
name = "a"
morphology = "cells/cell.swc"
Ra = 90.0
cable = [{{ region = "all", cm = 0.9 }}]
paint = [{{ region = "all", mechanism = "leak", g = 1e-4 }}]
point = [{{ name = "syn", mechanism = "ExpSyn", section = "soma[0]" }}]
[[cell]]
name = "b"
count = 2
morphology = "cells/cell.swc"
Ra = 150.0
cable = [{{ region = "all", cm = 0.9 }}]
paint = [{{ region = "all", mechanism = "leak", g = 1e-4 }}, {{ region = "soma", mechanism = "leak", g = 2e-4 }}]
point = [{{ name = "syn", mechanism = "ExpSyn", section = "soma[0]" }}]
"#
    );
    let files = [&shared[1..], &[("model.toml", &*one)]].concat();
    let single = folder(&files);
    let single = load(&single).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(included.network.cells, single.network.cells);
    assert_eq!(included.network.globals, single.network.globals);
    let names = |model: &Model| -> Vec<String> {
        model.files.iter().map(|file| file.file_name().expect("a name").to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(&included), ["bio.toml", "leak.mod", "cell.swc", "cell.swc"]);
    assert_eq!(included.included[0].text, BIOPHYSICS);
}

#[test]
fn whole_cells_are_included_through_several_files() {
    let files = folder(&[
        (
            "model.toml",
            "include = [\"lib/all.toml\", \"lib/inputs.toml\"]\n[run]\ntstop = 5.0\n[[connection]]\nfrom = \"n\"\nto = \"one.syn\"\nweight = 0.001\n",
        ),
        (
            "lib/all.toml",
            "include = \"deep/one.toml\"\nmechanisms = [\"loligo:layer5\"]\n[[cell]]\nname = \"two\"\ninclude = \"deep/soma.toml\"\n",
        ),
        (
            "lib/deep/one.toml",
            "mechanisms = \"loligo:synapses\"\n[[cell]]\nname = \"one\"\ninclude = \"soma.toml\"\npoint = [{ name = \"syn\", mechanism = \"ExpSyn\", section = \"soma\" }]\n",
        ),
        (
            "lib/deep/soma.toml",
            "include = \"../geometry.toml\"\npaint = [{ region = \"soma\", mechanism = \"hh\" }]\nRa = 70.0",
        ),
        ("lib/geometry.toml", "Ra = 60.0\ncm = 1.5\nsection = [{ name = \"soma\", L = 20.0, diam = 20.0 }]"),
        ("lib/inputs.toml", "[[artificial_cell]]\nname = \"n\"\nmechanism = \"NetStim\"\n"),
    ]);
    let network = load(&files).unwrap_or_else(|errors| panic!("{errors}")).network;
    let names: Vec<&str> = network.cells.iter().map(|cell| &*cell.name).collect();
    assert_eq!((names, network.connections.len()), (vec!["one", "two"], 1));
    for cell in &network.cells {
        let soma = &cell.sections[0];
        assert_eq!((soma.axial_resistance, soma.membrane_capacitance, cell.painted.len()), (70.0, 1.5, 1));
    }
}

#[test]
fn errors_have_the_place_in_their_file() {
    let files = folder(&[
        (
            "model.toml",
            "[run]\ntstop = 5.0\ndtt = 1\n[[cell]]\nname = \"a\"\ninclude = \"bio/a.toml\"\n[[record]]\nplace = \"a.soma(0.5).nai\"\n",
        ),
        ("bio/a.toml", "include = \"b.toml\"\n\n[[paint]]\nregion = \"soma\"\nmechanism = \"hhh\"\n"),
        (
            "bio/b.toml",
            "section = [\n  { name = \"soma\", L = 20.0, diam = \"20 ms\" },\n]\nmorphology = \"none.swc\"\n",
        ),
    ]);
    let errors = load(&files).map(|_| ()).unwrap_err();
    let lines: Vec<&str> = errors.lines().collect();
    assert!(lines[0].starts_with("model.toml:3:1: [run] has no key \"dtt\""), "{errors}");
    assert!(lines.iter().any(|line| line.starts_with("bio/a.toml:5:13: ") && line.contains("\"hhh\"")), "{errors}");
    assert!(lines.iter().any(|line| line.starts_with("bio/b.toml:2:37: \"diam\" = \"20 ms\"")), "{errors}");
    assert!(
        lines.iter().any(|line| line.starts_with("bio/b.toml:4:14: the morphology cannot be used: bio/none.swc")),
        "{errors}"
    );
    // Warnings, too, and errors that the network shows.
    let files = folder(&[
        ("model.toml", "[run]\ntstop = 5.0\n[[cell]]\nname = \"a\"\ninclude = \"bio.toml\"\n"),
        (
            "bio.toml",
            "section = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n\n[[paint]]\nregion = \"soma\"\nmechanism = \"hh\"\ngnabar = 120.0\n",
        ),
    ]);
    let model = load(&files).unwrap_or_else(|errors| panic!("{errors}"));
    let warning = &model.warnings[0];
    assert!(warning.text.contains("gnabar = 120"), "{warning:?}");
    assert_eq!(model.position(warning.span.start).0, 3);
}

#[test]
fn files_that_cannot_be_included_are_told() {
    let cell = "[[cell]]\nname = \"a\"\nsection = [{ name = \"soma\", L = 20.0, diam = 20.0 }]\n";
    let fail = |files: &[(&str, &str)], expected: &str| {
        let errors = load(&folder(files)).map(|_| ()).unwrap_err();
        assert!(errors.contains(expected), "{errors}");
    };
    let model = format!("include = \"x.toml\"\n{RUN}{cell}");
    fail(&[("model.toml", &model)], "model.toml:1:11: cannot include \"x.toml\": No such file");
    fail(&[("model.toml", &model), ("x.toml", "a = = 2\n")], "x.toml:1:5: this is not TOML");
    fail(&[("model.toml", &model), ("x.toml", "# \n\nRa = 5.0\n")], "x.toml:3:1: the model has no key \"Ra\"");
    fail(&[("model.toml", &model), ("x.toml", "[run]\ndt = 0.1\n")], "x.toml:1:1: [run] belongs to the model itself");
    let number = model.replace("\"x.toml\"", "3");
    fail(&[("model.toml", &number)], "model.toml:1:11: \"include\" must be text in quotation marks or a list");
    fail(
        &[
            ("model.toml", &model),
            ("x.toml", "include = \"sub/y.toml\""),
            ("sub/y.toml", "\ninclude = [\"../x.toml\"]"),
        ],
        "sub/y.toml:2:12: the files include each other in a circle: x.toml -> sub/y.toml -> sub/../x.toml; remove one include",
    );
    fail(&[("model.toml", &format!("include = \"model.toml\"\n{RUN}"))], "circle: model.toml -> model.toml");
    // Twenty files, each of which includes the next one twice, are a million.
    let texts: Vec<(String, String)> = (0..20)
        .map(|k| {
            let next = format!("f{}.toml", k + 1);
            (format!("f{k}.toml"), format!("include = [\"{next}\", \"{next}\"]\n"))
        })
        .collect();
    let mut files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (&**name, &**text)).collect();
    let first = model.replace("x.toml", "f0.toml");
    files.extend([("model.toml", &*first), ("f20.toml", "")]);
    fail(&files, "at most 10000 are taken");
}

#[test]
fn a_text_includes_relative_to_its_path() {
    let files = folder(&[("bio.toml", "section = [{ name = \"soma\", L = 20.0, diam = 20.0 }]")]);
    let text = format!("{RUN}[[cell]]\nname = \"a\"\ninclude = \"bio.toml\"\n");
    assert!(ModelFile::parse(&text, files.path().join("model.toml")).is_ok());
    let errors = ModelFile::parse(&text, Path::new("nowhere/model.toml")).unwrap_err();
    assert!(errors.to_string().starts_with("nowhere/model.toml:5:11: cannot include \"bio.toml\""), "{errors}");
}
