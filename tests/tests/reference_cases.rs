//! NEURON's results of small models of every kind are reproduced: `Exact` has the same bits (0 ULP in every number),
//! `Fast` stays within the bounds listed in `loligo_validation::compare`, in particular 1e-9 mV.
//!
//! `validation/reference/neuron.json` and `own_mechanisms.json`, whose models have user-written mechanisms, are part of
//! this project, `neuron-cases.json` is not. Of the latter, Loligo does not support `extracellular_2layer` (a model of
//! the extracellular space) and `cvode_hh` (variable steps), and must report this.

use loligo::prelude::*;
use loligo_tests::outside_reference;
use loligo_validation::case_file::CaseFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::reproduce_cases;
use loligo_validation::simulator::{Simulator, SimulatorError};

const PROFILES: [(Numerics, Bounds); 2] = [(Numerics::Exact, Bounds::Exact), (Numerics::Fast, Bounds::Fast)];

#[test]
fn the_reference_of_the_project() {
    assert!(reproduce_cases("validation/reference/neuron.json") >= 60);
    assert!(reproduce_cases("validation/reference/own_mechanisms.json") >= 60);
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
            let expected = case.results.as_ref().expect("the reference has results");
            let comparison = compare(&case.definition, expected, &found);
            assert!(comparison.within(bounds), "{name}, {numerics:?}: {:#?}", comparison.summary(bounds));
            compared += 1;
        }
        assert_eq!(compared, 23);
    }
}
