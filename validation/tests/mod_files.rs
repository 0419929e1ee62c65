//! Live comparisons of `.mod` files with NEURON: the example `examples/mod_files.toml`, and small mechanisms of single
//! features, which are not part of the project. Both have NEURON's bits.
//!
//! These tests need NEURON 9.0.2 (`validation/neuron/setup.sh`) and a C++ compiler, and print a note if NEURON or the
//! files are not available.

use std::path::{Path, PathBuf};
use std::time::Duration;

use loligo::{Numerics, Simulation};
use loligo_format::ModelFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::neuron_simulator::NeuronSimulator;
use loligo_validation::simulator::Simulator;
use loligo_validation::vocabulary::Definition;
use serde_json::{Value, json};

fn neuron() -> Option<NeuronSimulator> {
    match NeuronSimulator::start(&NeuronSimulator::default_python(), Duration::from_secs(120)) {
        Ok(neuron) => Some(neuron),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

fn project_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The files of a folder as mechanisms of a model, in NEURON's order.
fn mechanisms(folder: &Path, names: &[&str]) -> Value {
    let text = |name: &&str| std::fs::read_to_string(folder.join(format!("{name}.mod"))).expect("the file is there");
    names.iter().map(|name| json!({"name": name, "text": text(name)})).collect()
}

fn definition(model: Value) -> Definition {
    serde_json::from_value(model).expect("the model is in the vocabulary")
}

#[test]
fn the_example_with_mod_files() {
    let Some(mut neuron) = neuron() else { return };
    let painted = [
        json!({"sec": "soma", "mech": "pas", "params": {"g": 1e-4, "e": -70.0}}),
        json!({"sec": "dend", "mech": "pas", "params": {"g": 1e-4, "e": -70.0}}),
        json!({"sec": "soma", "mech": "na_tm"}),
        json!({"sec": "soma", "mech": "kdr_tm"}),
        json!({"sec": "soma", "mech": "im_ya", "params": {"gbar": 1e-4}}),
    ];
    let step = json!({"delay": 50.0, "dur": 300.0, "amp": 0.5});
    let example = definition(json!({
        "name": "mod_files", "tstop": 400.0, "v_init": -70.0, "celsius": 36.0,
        "mechanisms": mechanisms(&project_file("examples/mods"), &["im_ya", "kdr_tm", "na_tm"]),
        "sections": [{"name": "soma", "L": 60.0, "diam": 60.0}, {"name": "dend", "parent": "soma", "L": 400.0, "diam": 4.0}],
        "density": painted,
        "points": [{"id": "step", "type": "IClamp", "sec": "soma", "params": step}],
        "probes": [{"sec": "soma"}, {"sec": "dend"}, {"sec": "soma", "var": "p_im_ya"}],
    }));
    let expected = neuron.run(&example).expect("NEURON runs the example");

    let mut model = ModelFile::load(project_file("examples/mod_files.toml")).expect("the example is sound");
    model.options.numerics = Numerics::Exact;
    let mut simulation = Simulation::new(&model.network, &model.options).expect("the example can be run");
    simulation.run_until(model.tstop).expect("the run stays finite");
    assert!(simulation.spikes().len() > 5, "it fires");
    for (recording, expected) in expected.probes.iter().enumerate() {
        let found = simulation.samples(recording).expect("it is recorded");
        let differs = found.iter().zip(expected).position(|(found, expected)| found.to_bits() != expected.to_bits());
        assert_eq!((found.len(), differs), (expected.len(), None), "recording {recording}");
    }
}

/// A cell that fires, with a mechanism, whose RANGE variables are recorded.
fn probing(folder: &Path, name: &str) -> Definition {
    let text = std::fs::read_to_string(folder.join(format!("{name}.mod"))).expect("the file is there");
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    let behind = |word: &str| words.iter().position(|own| *own == word).map(|at| &words[at + 1..]);
    let blocks = ["PARAMETER", "ASSIGNED", "UNITS", "RANDOM", "STATE", "NONSPECIFIC_CURRENT"];
    let range = behind("RANGE").unwrap_or_default().iter().take_while(|word| !blocks.contains(word));
    let point = behind("POINT_PROCESS").map(|words| words[0]);
    let mut probes = vec![json!({"sec": "soma"})];
    let mut density = vec![json!({"sec": "soma", "mech": "hh"})];
    let mut points =
        vec![json!({"id": "step", "type": "IClamp", "sec": "soma", "params": {"delay": 1.0, "dur": 5.0, "amp": 0.2}})];
    let mut netcons = Vec::new();
    match point {
        Some(kind) => {
            points.push(json!({"id": "tested", "type": kind, "sec": "soma"}));
            probes.extend(range.map(|variable| json!({"id": "tested", "var": variable})));
            if text.contains("NET_RECEIVE") {
                netcons.push(json!({"tgt": "tested", "weight": [0.5, 0.25, 2.0], "events": [1.0, 2.5]}));
                netcons.push(json!({"tgt": "tested", "weight": [1.5, 0.25, 2.0], "events": [2.5, 7.01]}));
            }
            let weights = if text.contains("NET_RECEIVE(w)") { 1 } else { 3 };
            for netcon in &mut netcons {
                netcon["weight"].as_array_mut().expect("it is a list").truncate(weights);
            }
        }
        None => {
            density.push(json!({"sec": "soma", "mech": name}));
            probes.extend(range.map(|variable| json!({"sec": "soma", "var": format!("{variable}_{name}")})));
        }
    }
    definition(json!({
        // `runge` moves NEURON's time by rounding errors, unless a step is a power of 2.
        "name": name, "tstop": 10.0, "dt": if text.contains("runge") { 0.03125 } else { 0.025 },
        "mechanisms": [{"name": point.unwrap_or(name), "text": text}],
        "sections": [{"name": "soma", "L": 20.0, "diam": 20.0}],
        "density": density, "points": points, "netcons": netcons, "probes": probes,
    }))
}

#[test]
fn mechanisms_of_single_features() {
    let folder = project_file("../shared/reference/mods");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: there is no {}", folder.display());
        return;
    };
    let Some(mut neuron) = neuron() else { return };
    let names = files.filter_map(|file| file.ok()?.file_name().to_str()?.strip_suffix(".mod").map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert!(names.len() >= 17, "{names:?}");
    for name in names {
        let case = probing(&folder, &name);
        let expected = neuron.run(&case);
        let found = LoligoSimulator::new(Numerics::Exact).run(&case);
        match (expected, found) {
            (Ok(expected), Ok(found)) => {
                let comparison = compare(&case, &expected, &found);
                assert!(comparison.within(Bounds::Exact), "{name}: {:#?}", comparison.summary(Bounds::Exact));
            }
            (Err(_), Err(_)) => {}
            (Err(error), Ok(_)) => panic!("{name} runs here, not in NEURON: {error}"),
            (Ok(_), Err(error)) => panic!("{name} runs in NEURON, not here: {error}"),
        }
    }
}
