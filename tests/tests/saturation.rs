//! Rates far outside the physiological range of voltages, and decays over thousands of time constants, equal NEURON's:
//! an exponential of a mechanism is 0 below -700 and e^700 above 700, so that a cell driven by thousands of mV stays
//! finite. `Exact` has NEURON's bits (0 ULP), `Fast` stays within 1e-9 of the largest value of each trace, or of 1 if
//! that is smaller.

use loligo::Numerics;
use loligo_tests::project_file;
use loligo_validation::case_file::CaseFile;
use loligo_validation::compare::{Bounds, compare};
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::simulator::Simulator;

#[test]
fn rates_saturate_as_in_neuron() {
    let file = CaseFile::read(&project_file("tests/reference/saturation.json")).expect("the file is a case file");
    assert_eq!(file.cases.len(), 17);
    for case in &file.cases {
        let name = &case.definition.name;
        let expected = case.results.as_ref().expect("the reference has results");
        let run = |numerics| {
            let found = LoligoSimulator::new(numerics).run(&case.definition);
            found.unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let comparison = compare(&case.definition, expected, &run(Numerics::Exact));
        assert!(comparison.within(Bounds::Exact), "{name}: {:#?}", comparison.summary(Bounds::Exact));

        let fast = run(Numerics::Fast);
        assert_eq!(fast.probes.len(), expected.probes.len());
        for (probe, (found, expected)) in fast.probes.iter().zip(&expected.probes).enumerate() {
            let largest = expected.iter().fold(1.0, |largest: f64, value| largest.max(value.abs()));
            for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
                let error = (found - expected).abs() / largest;
                assert!(error <= 1e-9, "{name}, probe {probe}, sample {k}: {found}, not {expected}");
            }
        }
    }
}
