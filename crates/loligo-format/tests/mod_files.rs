//! Contract: a model can use mechanisms of `.mod` files; everything wrong with them is told with its place in them.

use std::fs;

use loligo::Simulation;
use loligo_format::ModelFile;

const LEAK: &str = "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
PARAMETER { g = 0.001 (S/cm2) e = -70 (mV) }
ASSIGNED { i (mA/cm2) v (mV) }
BREAKPOINT { i = g * (v - e) }
";

fn model(mechanism: &str) -> String {
    format!(
        "mechanisms = [\"mods\"]
[run]
tstop = 5.0
numerics = \"exact\"
[[cell]]
name = \"cell\"
section = [{{ name = \"soma\", L = 20.0, diam = 20.0 }}]
paint = [{{ region = \"all\", mechanism = \"{mechanism}\" }}]
[[record]]
place = \"cell.soma(0.5).v\"
"
    )
}

fn folder(files: &[(&str, &str)], mechanism: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mods")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("mods").join(name), text).unwrap();
    }
    fs::write(folder.path().join("model.toml"), model(mechanism)).unwrap();
    folder
}

#[test]
fn a_leak_in_nmodl_has_the_bits_of_the_built_in_one() {
    let traces = ["leak", "pas"].map(|mechanism| {
        let folder = folder(&[("leak.mod", LEAK)], mechanism);
        let model = ModelFile::load(folder.path().join("model.toml")).unwrap();
        assert_eq!(model.files, [folder.path().join("mods/leak.mod")]);
        let mut simulation = Simulation::new(&model.network, &model.options).unwrap();
        simulation.run_until(model.tstop).unwrap();
        simulation.samples(0).unwrap().to_vec()
    });
    assert_eq!(traces[0], traces[1]);
    assert!(traces[0].last().is_some_and(|&v| (v - -70.0).abs() < 0.1)); // mV
}

#[test]
fn a_mechanism_replaces_a_built_in_one_with_a_word_about_it() {
    let folder = folder(&[("pas.mod", &LEAK.replace("SUFFIX leak", "SUFFIX pas"))], "pas");
    let model = ModelFile::load(folder.path().join("model.toml")).unwrap();
    let [warning] = model.warnings.as_slice() else { panic!("{:?}", model.warnings) };
    assert!(
        warning.text.starts_with("\"pas\" of ") && warning.text.ends_with(" takes the place of the built-in mechanism")
    );
}

#[test]
fn everything_wrong_with_the_files_is_told() {
    let ion = "NEURON { SUFFIX pump USEION q READ qi }\nASSIGNED { qi }\n";
    let folder = folder(&[("a.mod", &LEAK.replace("v - e", "v - el")), ("b.mod", LEAK), ("c.mod", ion)], "leak");
    let error = ModelFile::load(folder.path().join("model.toml")).unwrap_err().to_string();
    assert!(
        error.contains("model.toml:1:15: a mechanism cannot be used:\nerror: there is no variable \"el\""),
        "{error}"
    );
    assert!(error.contains("mods/a.mod:4:27\n4 | BREAKPOINT { i = g * (v - el) }\n"), "{error}");
    assert!(error.contains("the charge of the ion q is not known; write USEION q ... VALENCE"), "{error}");
}

#[test]
fn a_faulty_file_does_not_hide_the_mechanisms_of_others() {
    let faulty = LEAK.replace("SUFFIX leak", "SUFFIX other").replace("g * (v - e)", "gg * (v - e)");
    let folder = folder(&[("leak.mod", LEAK), ("other.mod", &faulty)], "leak");
    let errors = ModelFile::load(folder.path().join("model.toml")).unwrap_err().to_string();
    assert!(errors.contains("there is no variable \"gg\""), "{errors}");
    assert!(!errors.contains("there is no mechanism"), "{errors}");
}

#[test]
fn a_mechanism_that_cannot_be_computed_ends_the_run_with_its_line() {
    let endless = "NEURON { SUFFIX endless NONSPECIFIC_CURRENT i }
ASSIGNED { i (mA/cm2) v (mV) x }
STATE { m }
INITIAL { m = 1 }
BREAKPOINT {
    SOLVE advance
    i = 0.001 * m * (v + 70)
}
PROCEDURE advance() {
    x = 0
    if (t > 1) {
        WHILE (x < 1) { x = x * 0.5 }
    }
}
";
    let unsolvable = "NEURON { SUFFIX unsolvable NONSPECIFIC_CURRENT i }
ASSIGNED { i (mA/cm2) v (mV) }
STATE { a b }
BREAKPOINT {
    SOLVE both
    i = 0.001 * a * (v + 70)
}
LINEAR both {
    ~ a + b = 1
    ~ 2*a + 2*b = 2
}
";
    for (text, name, line, what) in [
        (endless, "endless", 12, "a loop or calls of functions do not end"),
        (unsolvable, "unsolvable", 5, "the equations cannot be solved: they are singular"),
    ] {
        let file = format!("{name}.mod");
        let folder = folder(&[(&file, text)], name);
        let model = ModelFile::load(folder.path().join("model.toml")).unwrap();
        let mut simulation = Simulation::new(&model.network, &model.options).unwrap();
        let error = simulation.run_until(model.tstop).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name} of cell \"cell\" at soma(0.5) failed before t = ")), "{error}");
        assert!(error.contains(&format!("{file}:{line}: {what}")), "{error}");
        let again = simulation.run_until(model.tstop).unwrap_err().to_string();
        assert_eq!(again, error);
    }
}

#[test]
fn own_mechanisms_need_no_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.toml");
    let text = model("squid_leak");
    fs::write(&file, text.replace("\"mods\"", "\"loligo:hodgkin-huxley\"")).unwrap();
    let model = ModelFile::load(&file).unwrap();
    assert_eq!(model.files, Vec::<std::path::PathBuf>::new());
    Simulation::new(&model.network, &model.options).unwrap().run_until(model.tstop).unwrap();

    fs::write(&file, text.replace("\"mods\"", "\"mods\", \"loligo:hodgkin\"")).unwrap();
    let error = ModelFile::load(&file).unwrap_err().to_string();
    assert!(
        error.contains("model.toml:1:23: a mechanism cannot be used:\nloligo:hodgkin: there is no theme"),
        "{error}"
    );
}

/// NEURON warns of it when the second mechanism is inserted.
#[test]
fn two_mechanisms_that_write_one_concentration() {
    let pool = |name: &str| {
        format!(
            "NEURON {{ SUFFIX {name} USEION ca READ ica WRITE cai }}
ASSIGNED {{ v (mV) ica (mA/cm2) }}
STATE {{ cai (mM) }}
BREAKPOINT {{ SOLVE s METHOD cnexp }}
DERIVATIVE s {{ cai' = (5e-5 - cai)/10 }}
"
        )
    };
    let (slow, fast) = (pool("slow"), pool("fast"));
    let folder = folder(&[("slow.mod", &slow), ("fast.mod", &fast)], "slow");
    let path = folder.path().join("model.toml");
    assert_eq!(ModelFile::load(&path).unwrap().warnings.len(), 0);
    let two = model("slow").replace("paint = [", "paint = [{ region = \"soma\", mechanism = \"fast\" }, ");
    fs::write(&path, two).unwrap();
    let warnings = ModelFile::load(&path).unwrap().warnings;
    let texts: Vec<&str> = warnings.iter().map(|warning| warning.text.as_str()).collect();
    let expected = "slow and fast both compute the concentration of ca inside \"soma\" of cell \"cell\": each begins \
                    with the value that the other has left";
    assert_eq!(texts, [expected]);
}
