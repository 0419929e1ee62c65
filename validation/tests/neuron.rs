//! Tests of the interface to NEURON: it gives the reference's numbers, gives them repeatedly, and
//! neither broken models nor crashes nor endless runs affect the cases that follow.
//!
//! These tests need NEURON 9.0.2 (`validation/neuron/setup.sh`) and print a note if it is not
//! available.

use std::path::Path;
use std::time::Duration;

use loligo_validation::case_file::CaseFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::draw::{Size, draw};
use loligo_validation::neuron_simulator::NeuronSimulator;
use loligo_validation::simulator::{Simulator, SimulatorError};
use loligo_validation::vocabulary::Definition;

fn neuron(timeout: Duration) -> Option<NeuronSimulator> {
    match NeuronSimulator::start(&NeuronSimulator::default_python(), timeout) {
        Ok(neuron) => Some(neuron),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

fn case(text: &str) -> Definition {
    serde_json::from_str(text).expect("the definition is in the vocabulary")
}

#[test]
fn the_shared_reference_is_reproduced_bit_for_bit() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/neuron-cases.json");
    if !path.exists() {
        eprintln!("skipped: there is no {}", path.display());
        return;
    }
    let Some(mut neuron) = neuron(Duration::from_secs(60)) else {
        return;
    };
    let reference = CaseFile::read(&path).expect("the reference is in the vocabulary");
    assert_eq!(reference.cases.len(), 25);
    for case in &reference.cases {
        let found = neuron.run(&case.definition).expect("NEURON runs the reference");
        let expected = case.results.as_ref().expect("the reference has results");
        let comparison = compare(&case.definition, expected, &found);
        let out: Vec<_> = comparison.violations(Bounds::Exact).map(ToString::to_string).collect();
        assert!(out.is_empty(), "{}: {out:?}", case.definition.name);
    }
}

#[test]
fn drawn_models_give_the_same_bits_twice() {
    let Some(mut neuron) = neuron(Duration::from_secs(60)) else {
        return;
    };
    for index in 0..40 {
        let case = draw(21, index, Size::USUAL);
        let first = neuron.run(&case).expect("NEURON runs drawn models");
        let second = neuron.run(&case).expect("NEURON runs drawn models");
        assert!(compare(&case, &first, &second).within(Bounds::Exact), "{}", case.name);
    }
}

#[test]
fn the_committed_reference_is_what_neuron_gives() {
    let Some(mut neuron) = neuron(Duration::from_secs(60)) else {
        return;
    };
    let read = |name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference").join(name);
        CaseFile::read(&path).expect("the reference is in the vocabulary").cases
    };
    for case in ["neuron.json", "own_mechanisms.json"].into_iter().flat_map(read) {
        let found = neuron.run(&case.definition).expect("NEURON runs the reference");
        let expected = case.results.as_ref().expect("the reference has results");
        let comparison = compare(&case.definition, expected, &found);
        let out: Vec<_> = comparison.violations(Bounds::Exact).map(ToString::to_string).collect();
        assert!(out.is_empty(), "{}: {out:?}", case.definition.name);
    }
}

#[test]
fn faults_are_errors_and_the_next_case_runs() {
    let Some(mut neuron) = neuron(Duration::from_secs(2)) else {
        return;
    };
    let good = case(r#"{"sections": [{"name": "a"}], "probes": [{"sec": "a"}]}"#);
    let samples = neuron.run(&good).expect("NEURON runs a passive section").probes[0].len();
    assert_eq!(samples, 201);

    let missing = case(r#"{"density": [{"sec": "a", "mech": "hh"}]}"#);
    assert!(matches!(neuron.run(&missing), Err(SimulatorError::Refused { .. })));
    let nonsense = case(r#"{"sections": [{"name": "a"}], "density": [{"sec": "a", "mech": "no"}]}"#);
    assert!(matches!(neuron.run(&nonsense), Err(SimulatorError::Refused { .. })));

    // an IClamp takes no events, and NEURON crashes on the attempt
    let crash = case(
        r#"{"sections": [{"name": "a"}], "points": [{"id": "i", "type": "IClamp", "sec": "a", "x": 0.5}],
            "netcons": [{"src": {"sec": "a"}, "tgt": "i"}]}"#,
    );
    let crashed = neuron.run(&crash);
    let Err(SimulatorError::Crashed { message }) = &crashed else { panic!("{crashed:?}") };
    assert!(message.contains("No NET_RECEIVE"), "{message}");

    let endless = case(r#"{"sections": [{"name": "a"}], "dt": 1e-9, "tstop": 1000}"#);
    let limit = Duration::from_secs(2);
    assert_eq!(neuron.run(&endless), Err(SimulatorError::TimedOut { limit }));

    assert!(neuron.run(&good).is_ok());
}

#[test]
fn a_python_that_is_not_there_is_an_error() {
    for program in ["/no/such/python", "false"] {
        let started = NeuronSimulator::start(Path::new(program), Duration::from_secs(1));
        assert!(matches!(started, Err(SimulatorError::NotStarted { .. })));
    }
}
