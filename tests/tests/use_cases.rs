//! The use cases of neurodamus's scripts work in Rust and in TOML, with NEURON's numbers: a soma from scratch with hh
//! and a constant current, a passive morphology with an AlphaSynapse, a NetStim that drives ExpSyns, two connected
//! cells, a ring, noisy stimuli on all sections. In `Exact` every sample of every voltage has NEURON's bits, and every
//! spike NEURON's time; `Fast` has the same spikes, and voltages within 1e-9 mV.
//!
//! `reference/use_cases.json` has NEURON 9.0.2's results for these models (`neuron/use_cases.py`).

use loligo::prelude::*;
use loligo_format::ModelFile;
use loligo_tests::{numbers, project_file, read_json, sha256_of_doubles};
use serde_json::Value;

#[expect(dead_code, reason = "the example's main is not called")]
#[path = "../../crates/loligo/examples/alpha_synapse.rs"]
mod alpha_synapse;
#[expect(dead_code, reason = "the example's main is not called")]
#[path = "../../crates/loligo/examples/hh_soma.rs"]
mod hh_soma;
#[expect(dead_code, reason = "the example's main is not called")]
#[path = "../../crates/loligo/examples/netstim.rs"]
mod netstim;
#[expect(dead_code, reason = "the example's main is not called")]
#[path = "../../crates/loligo/examples/noisy_stimuli.rs"]
mod noisy_stimuli;
#[expect(dead_code, reason = "the example's main is not called")]
#[path = "../../crates/loligo/examples/ring.rs"]
mod ring;
#[expect(dead_code, reason = "the example's main is not called")]
#[path = "../../crates/loligo/examples/two_cells.rs"]
mod two_cells;

fn check(reference: &Value, network: &Network, what: &str) {
    let number = |value: &Value, key: &str| value[key].as_f64().expect("a number");
    let place = |value: &Value| {
        let cell = number(value, "cell") as usize;
        let section = value["section"].as_str().expect("a name");
        (cell, network.cells[cell].section(section).expect("it is there"), number(value, "x"))
    };
    let list = |key: &str| reference[key].as_array().expect("a list").clone();
    let mut network_with_probes = network.clone();
    network_with_probes.recordings.clear();
    for probe in list("v") {
        let (cell, section, x) = place(&probe);
        network_with_probes.record(VariableRef::voltage(cell, section, x));
    }
    let watches: Vec<usize> = list("spikes")
        .iter()
        .map(|source| {
            let (cell, section, x) = place(source);
            network_with_probes.watch(SourceRef::voltage(cell, section, x), number(source, "threshold_mV"))
        })
        .collect();
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = Options { numerics, v_init: number(reference, "v_init_mV"), ..Options::default() };
        let mut simulation = Simulation::new(&network_with_probes, &options).expect("the model is sound");
        simulation.run_until(number(reference, "tstop_ms")).expect("the run stays finite");
        for (source, watch) in list("spikes").iter().zip(&watches) {
            assert_eq!(simulation.spikes_of_connection(*watch), numbers(&source["t_ms"]), "{what}, {numerics:?}");
        }
        for (k, probe) in list("v").iter().enumerate() {
            let samples = simulation.samples(k).unwrap();
            let last = samples[samples.len() - 1];
            let highest = samples.iter().copied().fold(f64::MIN, f64::max);
            let wrong = (last - number(probe, "last_mV")).abs().max((highest - number(probe, "highest_mV")).abs());
            assert_eq!(samples.len() as f64, number(probe, "samples"), "{what}");
            if numerics == Numerics::Exact {
                assert_eq!((wrong, &probe["sha256"]), (0.0, &sha256_of_doubles(samples).into()), "{what}, voltage {k}");
            } else {
                assert!(wrong <= 1e-9, "{what}, voltage {k}: {wrong:e} mV");
            }
        }
    }
}

#[test]
fn neurons_numbers_in_rust_and_in_toml() {
    let reference = read_json(&project_file("tests/reference/use_cases.json"));
    let cases = reference["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 6);
    for case in cases {
        let name = case["name"].as_str().expect("a name");
        let in_rust = match name {
            "hh_soma" => hh_soma::network(),
            "alpha_synapse" => {
                let file = project_file("morphologies/interneuron.asc");
                alpha_synapse::network(file.to_str().expect("the path is text"))
            }
            "netstim" => netstim::network(),
            "two_cells" => two_cells::network(),
            "ring" => Ok(ring::network()),
            "noisy_stimuli" => {
                let file = project_file("morphologies/pyramidal_l5.swc");
                noisy_stimuli::network(file.to_str().expect("the path is text"))
            }
            other => panic!("no such example: {other}"),
        };
        check(case, &in_rust.expect("it can be built"), &format!("{name}.rs"));
        let file = project_file("examples").join(name).with_extension("toml");
        let model = ModelFile::load(&file).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(model.options.v_init, case["v_init_mV"], "{name}.toml");
        assert_eq!(model.tstop, case["tstop_ms"], "{name}.toml");
        check(case, &model.network, &format!("{name}.toml"));
    }
}
