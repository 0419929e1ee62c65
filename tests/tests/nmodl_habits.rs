//! Contract: `.mod` files in the manners of many authors have NEURON's numbers: old and rare words of the language, odd
//! spacing, every form of tables, loops, arrays, events, reactions, local variables and C++ text. `Exact` has NEURON's
//! bits (0 ULP), `Fast` stays within 1e-9 of the largest value of each trace, or of 1 if that is smaller.

use loligo::Numerics;
use loligo_tests::project_file;
use loligo_validation::case_file::CaseFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::simulator::Simulator;
use loligo_validation::vocabulary::Definition;

/// The text of a case is that of its file.
fn check_text(definition: &Definition) {
    let path = format!("tests/neuron/nmodl_habits/{}.mod", definition.name);
    let text = std::fs::read_to_string(project_file(&path)).expect("the file of a case can be read");
    assert_eq!(definition.mechanisms[0].text, text, "{path} has changed: make the reference again");
}

#[test]
fn files_of_many_manners_have_neurons_numbers() {
    let file = CaseFile::read(&project_file("tests/reference/nmodl_habits.json")).expect("the file is a case file");
    assert!(file.cases.len() >= 70, "{} cases", file.cases.len());
    for case in &file.cases {
        let name = &case.definition.name;
        check_text(&case.definition);
        let expected = case.results.as_ref().expect("the reference has results");
        let run = |numerics| {
            let found = LoligoSimulator::new(numerics).run(&case.definition);
            found.unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let comparison = compare(&case.definition, expected, &run(Numerics::Exact));
        assert!(comparison.within(Bounds::Exact), "{name}: {:#?}", comparison.summary(Bounds::Exact));

        let fast = run(Numerics::Fast);
        for (probe, (found, expected)) in fast.probes.iter().zip(&expected.probes).enumerate() {
            let largest = expected.iter().fold(1.0, |largest: f64, value| largest.max(value.abs()));
            // The reference has every 40th sample, and the last.
            let stored = (0..found.len()).step_by(40).chain((found.len() % 40 != 1).then(|| found.len() - 1));
            for (k, expected) in stored.zip(expected) {
                let error = (found[k] - expected).abs() / largest;
                let is_same = found[k].is_nan() && expected.is_nan();
                assert!(error <= 1e-9 || is_same, "{name}, probe {probe}, sample {k}: {}, not {expected}", found[k]);
            }
        }
    }
}
