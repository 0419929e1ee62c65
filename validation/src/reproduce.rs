//! Reproduces cases with results of NEURON.

use std::path::Path;

use loligo::Numerics;

use crate::case_file::CaseFile;
use crate::compare::{Bounds, compare};
use crate::loligo_simulator::LoligoSimulator;
use crate::simulator::Simulator;

/// Runs the cases of one of the project's files in `Exact` and `Fast`: `Exact` must give NEURON's bits in every number,
/// `Fast` must stay within the bounds that [`compare`](crate::compare) lists. Returns the number of cases.
///
/// # Panics
/// If one of them does not.
pub fn reproduce_cases(path: &str) -> usize {
    let file =
        CaseFile::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).expect("the file is a case file");
    for (numerics, bounds) in [(Numerics::Exact, Bounds::Exact), (Numerics::Fast, Bounds::Fast)] {
        for case in &file.cases {
            let expected = case.results.as_ref().expect("the reference has results");
            let name = &case.definition.name;
            let found = LoligoSimulator::new(numerics).run(&case.definition);
            let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
            let comparison = compare(&case.definition, expected, &found);
            assert!(comparison.within(bounds), "{name}, {numerics:?}: {:#?}", comparison.summary(bounds));
        }
    }
    file.cases.len()
}
