//! Mechanisms written outside the project's crates, and the built-in calcium pool, give NEURON's numbers for the same
//! equations in NMODL (`tests/neuron/own_mechanisms/`, measured by `tests/neuron/own_mechanisms.py`): concentrations,
//! reversal potentials that follow them, currents to which several mechanisms contribute. `Exact` is equal to the bit,
//! `Fast` stays within 1e-9 mV; the bits do not depend on the number of threads.

#[expect(dead_code, reason = "the example's main")]
#[path = "../../crates/loligo/examples/own_mechanisms/main.rs"]
mod own_mechanisms;

use loligo::prelude::*;
use loligo_tests::{numbers, project_file, read_json};
use serde_json::Value;

fn network(case: &Value) -> Network {
    let number = |key: &str| case[key].as_f64().unwrap();
    let branched = case["branched"].as_bool().unwrap();
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0)); // um
    if branched {
        let mut parent = soma;
        for (k, (length, diam)) in [(200.0, 2.0), (150.0, 1.5), (100.0, 1.0)].into_iter().enumerate() {
            let section = Section::cylinder(format!("dend{k}"), length, diam)
                .with_axial_resistance(100.0)
                .with_segments(3)
                .attached_to(parent, 1.0);
            let section = cell.add_section(section);
            if k == 0 {
                parent = section;
            }
        }
    }
    cell.paint(Region::All, Hh::default());
    cell.paint(Region::All, Mechanism::new("cahva").with("pbar", 2e-5)); // cm/s
    cell.paint(Region::All, Mechanism::new("capool").with("tau", 20.0)); // ms
    cell.paint(Region::All, Mechanism::new("skca").with("gbar", 5e-4)); // S/cm2
    cell.place("electrode", soma, 0.5, IClamp { delay: 2.0, dur: 1e9, amp: 0.3 }); // ms, ms, nA
    let mut network = Network::with_catalogue(own_mechanisms::catalogue().unwrap());
    network.set_global("cahva", "vshift", number("vshift")); // mV
    network.set_global("ca_ion", "cao0", number("cao0")); // mM
    network.add_cell(cell);
    network
}

/// Runs a case with some options; returns the largest difference of a voltage, and requires equal bits of all variables
/// in `Exact`.
fn compare(case: &Value, options: &Options) -> f64 {
    let mut network = network(case);
    let sections = network.cells[0].sections.iter().map(|section| section.name.clone()).collect::<Vec<_>>();
    let mut recorded = Vec::new();
    for (name, expected) in case["samples"].as_object().unwrap() {
        let (place, variable) = name.split_once(").").unwrap();
        let (section, x) = place.split_once('(').unwrap();
        let section = sections.iter().position(|own| own == section).unwrap();
        let variable = VariableRef::section(0, section, x.parse().unwrap(), variable);
        recorded.push((name, network.record_as(name, variable, 5), numbers(expected)));
    }
    let mut simulation = Simulation::new(&network, options).unwrap();
    simulation.run_until(case["tstop"].as_f64().unwrap()).unwrap();
    let mut largest: f64 = 0.0;
    for (name, recording, expected) in recorded {
        let samples = simulation.samples(recording).unwrap();
        assert_eq!(samples.len(), expected.len(), "{name}");
        for (k, (own, expected)) in samples.iter().zip(&expected).enumerate() {
            if options.numerics == Numerics::Exact {
                assert_eq!(own.to_bits(), expected.to_bits(), "{name} is {own:?}, not {expected:?}, at sample {k}");
            }
            if name.ends_with(").v") {
                largest = largest.max((own - expected).abs());
            }
        }
    }
    largest
}

#[test]
fn mechanisms_of_ones_own_are_neurons() {
    let reference = read_json(&project_file("tests/reference/own_mechanisms.json"));
    let cases = reference["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let celsius = case["celsius"].as_f64().unwrap();
        let exact = Options { celsius, numerics: Numerics::Exact, ..Options::default() };
        assert_eq!(compare(case, &exact), 0.0);
        let fast = Options { celsius, threads: 2, ..Options::default() };
        let difference = compare(case, &fast); // mV
        assert!(difference <= 1e-9, "Fast is {difference} mV away");
    }
}
