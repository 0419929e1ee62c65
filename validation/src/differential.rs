//! Runs models on two simulators and tells where they differ.

use crate::compare::{Bounds, Comparison, compare};
use crate::shrink::shrink;
use crate::simulator::{Simulator, SimulatorError};
use crate::vocabulary::{Definition, Results};

/// A simulator under test, and what is promised of it.
pub struct Candidate {
    /// What it is called in reports: `Exact`.
    pub label: String,
    /// The simulator.
    pub simulator: Box<dyn Simulator>,
    /// What its results must keep to.
    pub bounds: Bounds,
}

/// One model on all simulators.
pub struct Outcome {
    /// The model.
    pub case: Definition,
    /// What the reference found.
    pub expected: Result<Results, SimulatorError>,
    /// What the candidates found, in their order; empty if the reference failed.
    pub found: Vec<Found>,
}

/// A candidate's part of an outcome.
pub struct Found {
    /// Results, and how far they are from the reference's.
    pub results: Result<(Results, Comparison), SimulatorError>,
    /// Whether they keep to the candidate's bounds.
    pub agrees: bool,
}

/// Runs one model on the reference and all candidates.
pub fn run_case(reference: &mut dyn Simulator, candidates: &mut [Candidate], case: &Definition) -> Outcome {
    let expected = reference.run(case);
    let mut found = Vec::new();
    if let Ok(expected) = &expected {
        for candidate in candidates {
            let results = candidate.simulator.run(case).map(|results| {
                let comparison = compare(case, expected, &results);
                (results, comparison)
            });
            let agrees = match &results {
                Ok((_, comparison)) => comparison.within(candidate.bounds),
                Err(_) => false,
            };
            found.push(Found { results, agrees });
        }
    }
    Outcome { case: case.clone(), expected, found }
}

/// Shrinks a model on which `candidate` fails to a small one on which it fails in the same way:
/// with an error, or else with results out of bounds.
pub fn smallest_failing(
    reference: &mut dyn Simulator,
    candidate: &mut Candidate,
    case: &Definition,
    trials: usize,
) -> Definition {
    let mut failure = |case: &Definition| {
        let expected = reference.run(case).ok()?;
        Some(match candidate.simulator.run(case) {
            Ok(found) if compare(case, &expected, &found).within(candidate.bounds) => Failure::None,
            Ok(_) => Failure::Differs,
            Err(_) => Failure::Error,
        })
    };
    let original = failure(case);
    shrink(case, trials, |smaller| failure(smaller) == original)
}

#[derive(PartialEq)]
enum Failure {
    None,
    Differs,
    Error,
}

/// By how much `simulator` amplifies a change of the initial voltage of 1e-11 mV, in mV of any
/// probed voltage per mV; `None` if it cannot run the model.
///
/// A model near its threshold amplifies by many thousands, and then shows differences beyond the
/// bounds of [`Bounds::Fast`] for a change in the last bit of anything.
pub fn amplification(simulator: &mut dyn Simulator, case: &Definition) -> Option<f64> {
    const NUDGE: f64 = 1e-11;
    let nudged = Definition { v_init: case.v_init + NUDGE, ..case.clone() };
    let (before, after) = (simulator.run(case).ok()?, simulator.run(&nudged).ok()?);
    Some(compare(case, &before, &after).voltage() / NUDGE)
}
