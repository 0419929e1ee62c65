//! Places by meaning, a replaced axon and numbers with units give NEURON's numbers: the places are those that a script
//! finds with NEURON's `distance` and its own Random123 streams; in `Exact` every sample of every recorded voltage has
//! NEURON's bits, `Fast` is within 1e-9 mV.
//!
//! `neuron/places.toml` is the model; `reference/places.json` has NEURON 9.0.2's results (`neuron/places.py`).

use loligo::prelude::*;
use loligo_format::ModelFile;
use loligo_tests::{project_file, read_json, sha256_of_doubles};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn places_are_where_neuron_finds_them() {
    let reference = read_json(&project_file("tests/reference/places.json"));
    let model = ModelFile::load(project_file("tests/neuron/places.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let cell = &model.network.cells[0];
    for (name, places) in reference["points"].as_object().expect("a table") {
        let places = places.as_array().expect("a list");
        let points = cell.points_named(name);
        assert_eq!(points.len(), places.len(), "{name}");
        for (point, place) in points.into_iter().zip(places) {
            let point = &cell.points[point];
            assert_eq!(cell.sections[point.section].name, place[0], "{}", point.name);
            assert!((point.x - number(&place[1])).abs() < 1e-9, "{}: {} and {}", point.name, point.x, place[1]);
        }
    }
}

#[test]
fn voltages_have_neurons_bits() {
    let reference = read_json(&project_file("tests/reference/places.json"));
    let model = ModelFile::load(project_file("tests/neuron/places.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let traces = reference["v"].as_array().expect("a list");
    let names: Vec<String> = model.network.recordings.iter().map(|recording| recording.name.clone()).collect();
    assert_eq!(names.len(), traces.len(), "{names:?}");
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = Options { numerics, ..model.options.clone() };
        let mut simulation = Simulation::new(&model.network, &options).expect("the model is sound");
        simulation.run_until(model.tstop).expect("the run stays finite");
        assert_eq!(simulation.unusual_voltage(), None);
        for (k, trace) in traces.iter().enumerate() {
            let section = trace["section"].as_str().expect("a name");
            assert!(names[k].starts_with(&format!("cell.{section}(")), "{} is not on {section}", names[k]);
            let samples = simulation.samples(k).expect("it is recorded");
            assert_eq!(samples.len() as f64, number(&trace["samples"]));
            let last = samples[samples.len() - 1];
            let highest = samples.iter().copied().fold(f64::MIN, f64::max);
            let wrong = (last - number(&trace["last_mV"])).abs().max((highest - number(&trace["highest_mV"])).abs());
            if numerics == Numerics::Exact {
                assert_eq!((wrong, &trace["sha256"]), (0.0, &sha256_of_doubles(samples).into()), "{}", names[k]);
            } else {
                assert!(wrong <= 1e-9, "{}: {wrong:e} mV", names[k]);
            }
        }
    }
}
