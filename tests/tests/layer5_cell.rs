//! A layer 5 pyramidal cell with all channels of `mechanisms/layer5` (`examples/layer5.toml`, with a steady current into the
//! soma) has NEURON's voltages for 100 ms at four places and NEURON's spikes for 1,000 ms: `Exact` to the bit, `Fast`
//! within 1e-9 mV with every spike in the same step. `reference/layer5_cell.json` has NEURON 9.0.2's results
//! (`neuron/layer5_cell.py`): steps of the spikes, samples of the voltages, and the SHA-256 of all samples.

use loligo::prelude::*;
use loligo_format::ModelFile;
use loligo_tests::{numbers, project_file, read_json, sha256_of_doubles};

/// Runs the cell and compares voltages and spikes with NEURON's.
fn check(numerics: Numerics) {
    let reference = read_json(&project_file("tests/reference/layer5_cell.json"));
    let mut model = ModelFile::load(project_file("examples/layer5.toml")).unwrap_or_else(|error| panic!("{error}"));
    for (point, parameter, value) in [("first", "amp", 1.0), ("first", "dur", 1e9), ("second", "amp", 0.0)] {
        let mut points = model.network.cells[0].points.iter_mut();
        let point = points.find(|own| own.name == point).expect("the example has it");
        point.mechanism.parameters.insert(parameter.to_owned(), value);
    }
    let places: Vec<_> = reference["places"].as_array().unwrap().iter().map(|place| place.as_str().unwrap()).collect();
    let mut recordings = Vec::new();
    for place in &places {
        let (section, x) = place.trim_end_matches(')').split_once('(').unwrap();
        let section = model.network.cells[0].sections.iter().position(|own| own.name == section).unwrap();
        recordings.push(model.network.record(VariableRef::voltage(0, section, x.parse().unwrap())));
    }
    assert_eq!(places[0], "soma[0](0.5)");
    let watch = model.network.watch(SourceRef::voltage(0, 0, 0.5), -20.0); // mV
    let every = reference["every"].as_u64().unwrap() as usize;

    let options = Options { numerics, ..model.options.clone() };
    let mut simulation = Simulation::new(&model.network, &options).unwrap();
    simulation.run_until(1000.0).unwrap(); // ms
    for (k, (&recording, place)) in recordings.iter().zip(&places).enumerate() {
        let samples = &simulation.samples(recording).unwrap()[..4001]; // 100 ms
        let kept = samples.iter().step_by(every);
        let worst = kept.zip(numbers(&reference["v_mV"][k])).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!("{place}, {numerics:?}: |dv| <= {worst:e} mV");
        if numerics == Numerics::Exact {
            assert_eq!(worst, 0.0, "{place}");
            assert_eq!(reference["v_sha256"][k], sha256_of_doubles(samples), "{place}");
        } else {
            assert!(worst <= 1e-9, "{place}: {worst:e} mV");
        }
    }
    let spikes = simulation.spikes_of_connection(watch);
    let steps: Vec<f64> = spikes.iter().map(|t| (t / options.dt).round()).collect();
    assert_eq!(steps, numbers(&reference["spike_steps"]), "{numerics:?}");
}

#[test]
fn exact_has_neurons_bits() {
    check(Numerics::Exact);
}

#[test]
fn fast_has_neurons_spikes() {
    check(Numerics::Fast);
}
