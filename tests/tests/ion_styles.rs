//! If a style is given to an ion, its concentrations and reversal potential are treated as by NEURON's `ion_style`
//! (`tests/neuron/ion_styles.py`), with mechanisms that read a concentration and with one that writes it.

#[expect(dead_code, reason = "the example's main")]
#[path = "../../crates/loligo/examples/own_mechanisms/main.rs"]
mod own_mechanisms;

use loligo::prelude::*;
use loligo_tests::{numbers, project_file, read_json};

#[test]
fn styles_are_neurons() {
    let reference = read_json(&project_file("tests/reference/ion_styles.json"));
    let cases = reference["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 18);
    for case in cases {
        let mut cell = Cell::new("cell");
        cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
        cell.paint(Region::All, Hh::default());
        cell.paint(Region::All, Mechanism::new("cahva").with("pbar", 2e-5)); // cm/s
        if case["mechanisms"].as_array().unwrap().len() > 1 {
            cell.paint(Region::All, Mechanism::new("capool"));
        }
        let mut ion = Mechanism::new("ca_ion").with("cai", 2e-4).with("cao", 1.5).with("eca", 100.0); // mM, mM, mV
        if let Some(style) = case["style"].as_f64() {
            ion = ion.with("ca_style", style);
        }
        cell.paint(Region::All, ion);
        cell.place("electrode", 0, 0.5, IClamp { delay: 1.0, dur: 1e9, amp: 0.3 }); // ms, ms, nA
        let mut network = Network::with_catalogue(own_mechanisms::catalogue().unwrap());
        network.add_cell(cell);
        let samples = case["samples"].as_object().unwrap();
        for name in samples.keys() {
            network.record_as(name, VariableRef::section(0, 0, 0.5, name), 10);
        }
        let options = Options { numerics: Numerics::Exact, ..Options::default() };
        let mut simulation = Simulation::new(&network, &options).unwrap();
        simulation.run_until(5.0).unwrap(); // ms
        for (recording, (name, expected)) in samples.iter().enumerate() {
            let found = simulation.samples(recording).unwrap();
            for (k, (found, expected)) in found.iter().zip(numbers(expected)).enumerate() {
                let style = &case["style"];
                assert_eq!(
                    found.to_bits(),
                    expected.to_bits(),
                    "style {style}, {name}, sample {k}: {found} {expected}"
                );
            }
        }
    }
}
