//! NEURON's results of small models of every kind are reproduced: `Exact` has the same bits (0 ULP in every number),
//! `Fast` stays within the bounds listed in `loligo_validation::compare`, in particular 1e-9 mV.
//!
//! `validation/reference/neuron.json` and `own_mechanisms.json`, whose models have user-written mechanisms, are part of
//! this project, `neuron-cases.json` is not. Of the latter, Loligo does not support `extracellular_2layer` (a model of
//! the extracellular space) and `cvode_hh` (variable steps), and must report this.

use loligo::PlausibilityRule;
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

/// Models that are sound get no warning. Drawn models may have negative weights, clamps that are never on, and spike
/// trains that send nothing.
#[test]
fn the_models_of_the_reference_are_plausible() {
    let project = |path: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let paths = ["neuron.json", "own_mechanisms.json"].map(|name| project(&format!("validation/reference/{name}")));
    let mut drawn = 0;
    for path in paths.into_iter().chain(outside_reference("neuron-cases.json")) {
        for case in CaseFile::read(&path).expect("the file is a case file").cases {
            let name = &case.definition.name;
            let Ok(found) = LoligoSimulator::new(Numerics::Exact).implausible_values(&case.definition) else {
                continue;
            };
            for value in found {
                let is_drawn = name.starts_with("draw-");
                let is_odd_on_purpose = match value.rule {
                    PlausibilityRule::Weight => value.value < 0.0,
                    PlausibilityRule::Duration | PlausibilityRule::Source => true,
                    _ => false,
                };
                assert!(is_drawn && is_odd_on_purpose, "{name}: {value}");
                drawn += 1;
            }
        }
    }
    assert!(drawn > 0);
}
