//! Contract: mechanisms from text that write concentrations, carry ionic currents or bring an ion of their own
//! (`tests/neuron/nmodl/`) give NEURON's bits in `Exact` on a branched cell with several segments, for all orders of
//! integration (`tests/neuron/nmodl_ions.py`); `Fast` stays within 1e-9 mV.

use loligo::prelude::*;
use loligo::{Catalogue, nmodl};
use loligo_tests::{numbers, project_file, read_json};
use serde_json::Value;

/// The cell of `tests/neuron/branched.py` with the mechanisms of a case.
fn network(case: &Value, catalogue: Catalogue) -> Network {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0)); // um, ohm cm
    let mut parent = soma;
    for (k, (length, diam)) in [(200.0, 2.0), (150.0, 1.5), (100.0, 1.0)].into_iter().enumerate() {
        let section = Section::cylinder(format!("dend{k}"), length, diam).with_axial_resistance(100.0);
        let section = cell.add_section(section.with_segments(3).attached_to(parent, 1.0));
        if k == 0 {
            parent = section;
        }
    }
    for painted in case["painted"].as_array().unwrap() {
        let region = match painted[0].as_str().unwrap() {
            "all" => Region::All,
            name => Region::section_named(name),
        };
        cell.paint(region, Mechanism::new(painted[1].as_str().unwrap()));
    }
    for (k, placed) in case["placed"].as_array().unwrap().iter().enumerate() {
        let section = cell.section(placed[0].as_str().unwrap()).unwrap();
        cell.place(format!("spine {k}"), section, placed[1].as_f64().unwrap(), Mechanism::new("Spine"));
    }
    cell.place("electrode", soma, 0.5, IClamp { delay: 1.0, dur: 6.0, amp: 0.4 }); // ms, ms, nA
    let mut network = Network::with_catalogue(catalogue);
    network.add_cell(cell);
    network
}

/// The largest difference of a voltage (mV); in `Exact` every recorded variable has NEURON's bits.
fn compare(case: &Value, numerics: Numerics) -> f64 {
    let texts = nmodl::load(Catalogue::builtin(), [project_file("tests/neuron/nmodl")]).unwrap();
    let mut network = network(case, texts.catalogue);
    let mut recorded = Vec::new();
    for (name, expected) in case["samples"].as_object().unwrap() {
        let (place, variable) = name.split_once(").").unwrap();
        let (section, x) = place.split_once('(').unwrap();
        let section = network.cells[0].section(section).unwrap();
        let variable = VariableRef::section(0, section, x.parse().unwrap(), variable);
        recorded.push((name, network.record_as(name, variable, 20), numbers(expected)));
    }
    let second_order = match case["secondorder"].as_u64().unwrap() {
        0 => SecondOrder::BackwardEuler,
        1 => SecondOrder::CrankNicolson,
        _ => SecondOrder::CrankNicolsonCurrents,
    };
    let title = format!("{}, {second_order:?}", case["name"]);
    let options = Options { celsius: 20.0, numerics, second_order, ..Options::default() };
    let mut simulation = Simulation::new(&network, &options).unwrap_or_else(|error| panic!("{title}: {error}"));
    simulation.run_until(10.0).unwrap(); // ms
    let mut largest: f64 = 0.0;
    for (name, recording, expected) in recorded {
        let samples = simulation.samples(recording).unwrap();
        assert_eq!(samples.len(), expected.len(), "{title}: {name}");
        for (k, (own, expected)) in samples.iter().zip(&expected).enumerate() {
            if numerics == Numerics::Exact {
                assert_eq!(
                    own.to_bits(),
                    expected.to_bits(),
                    "{title}: {name} is {own}, not {expected}, at sample {k}"
                );
            }
            if name.ends_with(").v") {
                largest = largest.max((own - expected).abs());
            }
        }
    }
    largest
}

#[test]
fn concentrations_are_neurons() {
    let reference = read_json(&project_file("tests/reference/nmodl_ions.json"));
    let cases = reference["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 27);
    for case in cases {
        compare(case, Numerics::Exact);
        let difference = compare(case, Numerics::Fast);
        assert!(difference <= 1e-9, "{}: Fast is {difference} mV away", case["name"]);
    }
}
