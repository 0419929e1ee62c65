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

/// A reversal potential that no mechanism reads is computed at the end of an epoch only, in which there are thousands of
/// steps here; a handle and a checkpoint find the same value as if it were recorded.
#[test]
fn an_unread_reversal_potential_has_its_value_between_runs() {
    let simulation = |is_recorded: bool| {
        let mut cell = Cell::new("cell");
        cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
        cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 }); // S/cm2, mV
        cell.paint(Region::All, Mechanism::new("capool").with("tau", 5.0)); // ms
        let mut network = Network::new();
        network.add_cell(cell);
        let eca = VariableRef::section(0, 0, 0.5, "eca");
        if is_recorded {
            network.record_as("eca", eca.clone(), 1);
        }
        let mut simulation = Simulation::new(&network, &Options::default()).unwrap();
        let rest = simulation.handle(&VariableRef::section(0, 0, 0.5, "rest_capool").into()).unwrap();
        simulation.set(rest, 2e-4).unwrap(); // mM, after a start from 1e-4
        let handle = simulation.handle(&eca.into()).unwrap();
        (simulation, handle)
    };
    let ((mut unread, handle), (mut recorded, recorded_handle)) = (simulation(false), simulation(true));
    let mut last = unread.read(handle).unwrap(); // mV
    for end in [0.025, 1.0, 3.3, 200.0] {
        unread.run_until(end).unwrap(); // ms
        recorded.run_until(end).unwrap(); // ms
        let potential = unread.read(handle).unwrap(); // mV
        assert_eq!(potential, recorded.read(recorded_handle).unwrap(), "{end} ms");
        assert_eq!(Some(&potential), recorded.samples(0).unwrap().last(), "{end} ms");
        assert!(end < 1.0 || potential < last, "calcium accumulates: {potential} mV after {last}");
        last = potential;
    }
    let expected = 12.04057 * (2.0_f64 / 2e-4).ln(); // mV: R T / 2 F at 6.3 degC, 2 mM outside
    assert!((last - expected).abs() < 1e-3, "{last}, not {expected}");
    let (mut continued, handle) = simulation(false);
    continued.restore(&unread.checkpoint().unwrap()).unwrap();
    assert_eq!(continued.read(handle).unwrap(), last);
}
