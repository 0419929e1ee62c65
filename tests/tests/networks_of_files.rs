//! A network of a model file has NEURON's numbers: a table of parameters, a table of places, parameters, inputs, vesicles
//! and connections that are drawn, and gap junctions. In `Exact` every sample of the recorded voltages has NEURON's bits;
//! `Fast` is within 1e-9 mV. All spikes are in NEURON's steps in both.
//!
//! `neuron/network.toml` is the model; `reference/network.json` has NEURON 9.0.2's results (`neuron/network.py`).

use loligo::prelude::*;
use loligo_format::ModelFile;
use loligo_tests::{numbers, project_file, read_json, sha256_of_doubles};

fn check(numerics: Numerics) {
    let reference = read_json(&project_file("tests/reference/network.json"));
    let model = ModelFile::load(project_file("tests/neuron/network.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let options = Options { numerics, ..model.options.clone() };
    let mut simulation = Simulation::new(&model.network, &options).expect("the model is sound");
    simulation.run_until(model.tstop).expect("the run stays finite");

    let cells = reference["spike_steps"].as_array().expect("a list");
    assert_eq!(cells.len(), model.network.cells.len());
    assert_eq!(cells.iter().filter(|cell| numbers(cell).is_empty()).count(), 0, "every cell fires");
    let (sources, spikes) = (simulation.sources(), simulation.spikes());
    for (cell, expected) in cells.iter().enumerate() {
        let soma = SourceRef::voltage(cell, 0, 0.5);
        let own = spikes.iter().filter(|spike| sources[spike.source] == soma);
        let steps: Vec<f64> = own.map(|spike| (spike.t / options.dt).round()).collect();
        assert_eq!(steps, numbers(expected), "spikes of cell {cell}, {numerics:?}");
    }
    for (k, trace) in reference["v"].as_array().expect("a list").iter().enumerate() {
        let samples = simulation.samples(k).expect("it is recorded");
        let highest = samples.iter().copied().fold(f64::MIN, f64::max);
        let expected = ["highest_mV", "last_mV"].map(|key| trace[key].as_f64().expect("a number"));
        let wrong = (highest - expected[0]).abs().max((samples[samples.len() - 1] - expected[1]).abs());
        println!("{}, {numerics:?}: {wrong:e} mV", trace["place"]);
        if numerics == Numerics::Exact {
            assert_eq!(trace["sha256"], sha256_of_doubles(samples), "{}", trace["place"]);
        }
        assert!(wrong <= 1e-9, "{}: {wrong:e} mV", trace["place"]);
    }
}

#[test]
fn a_network_in_exact() {
    check(Numerics::Exact);
}

#[test]
fn a_network_in_fast() {
    check(Numerics::Fast);
}
