//! Runs models on two simulators and reports the differences.

use crate::compare::{Bounds, Comparison, compare};
use crate::sensitivity::Sensitivity;
use crate::shrink::shrink;
use crate::simulator::{Simulator, SimulatorError};
use crate::vocabulary::{Definition, Results};

/// A simulator under test, and the bounds that its results must keep.
pub struct Candidate {
    /// Its name in reports: `Exact`.
    pub label: String,
    /// The simulator.
    pub simulator: Box<dyn Simulator>,
    /// The bounds for its results.
    pub bounds: Bounds,
}

/// One model on all simulators.
pub struct Outcome {
    /// The model.
    pub case: Definition,
    /// The results of the reference.
    pub expected: Result<Results, SimulatorError>,
    /// The results of the candidates, in their order; empty if the reference failed.
    pub found: Vec<Found>,
}

/// A candidate's part of an outcome.
pub struct Found {
    /// Results, and their differences from the reference's.
    pub results: Result<(Results, Comparison), SimulatorError>,
    /// True if the results are within the candidate's bounds.
    pub agrees: bool,
    /// The changes of the reference's own results if `v_init` changes negligibly; determined only if a candidate without
    /// exact bounds is out of bounds.
    pub sensitivity: Option<Sensitivity>,
    /// True if the reference agrees with the candidate when simultaneous events come in the order of their connections,
    /// which is an order that a candidate may use. Determined only if a candidate without exact bounds is out of
    /// bounds.
    pub agrees_in_order: bool,
}

impl Found {
    /// True if the model cannot decide about the candidate: because of the order of simultaneous events, or because the
    /// reference's own results [change as much](Sensitivity::explains) if `v_init` changes negligibly.
    pub fn is_undecidable(&self) -> bool {
        if self.agrees {
            return false;
        }
        if self.agrees_in_order {
            return true;
        }
        let (Some(sensitivity), Ok((_, comparison))) = (&self.sensitivity, &self.results) else { return false };
        sensitivity.explains(comparison)
    }
}

/// A negligible change of a delay, ms: much less than the time between a spike and the step in which it is detected.
const ORDERING: f64 = 1e-12;

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
            let asked = !agrees && results.is_ok() && candidate.bounds == Bounds::Fast;
            let sensitivity = if asked { Sensitivity::measure(reference, case, expected) } else { None };
            let agrees_in_order = match &results {
                Ok((found, _)) if asked => reference
                    .run(&in_order_of_connections(case))
                    .is_ok_and(|expected| compare(case, &expected, found).within(candidate.bounds)),
                _ => false,
            };
            found.push(Found { results, agrees, sensitivity, agrees_in_order });
        }
    }
    Outcome { case: case.clone(), expected, found }
}

/// Shrinks a model on which `candidate` fails to a small one on which it fails in the same way:
/// with an error, or with results out of bounds.
pub fn smallest_failing(
    reference: &mut dyn Simulator,
    candidate: &mut Candidate,
    case: &Definition,
    trials: usize,
) -> Definition {
    // the candidate comes first: a model that it refuses need not be compiled for the reference
    let mut failure = |case: &Definition, original: Option<Failure>| {
        let found = candidate.simulator.run(case);
        if original.is_some_and(|original| (original == Failure::Error) != found.is_err()) {
            return None;
        }
        let expected = reference.run(case).ok()?;
        Some(match found {
            Ok(found) if compare(case, &expected, &found).within(candidate.bounds) => Failure::None,
            Ok(found) if candidate.bounds == Bounds::Fast => {
                let ordered = reference.run(&in_order_of_connections(case)).ok()?;
                match compare(case, &ordered, &found).within(candidate.bounds) {
                    true => Failure::None,
                    false => Failure::Differs,
                }
            }
            Ok(_) => Failure::Differs,
            Err(_) => Failure::Error,
        })
    };
    let original = failure(case, None);
    shrink(case, trials, |smaller| failure(smaller, original) == original)
}

#[derive(Clone, Copy, PartialEq)]
enum Failure {
    None,
    Differs,
    Error,
}

/// The model with slightly different delays, so that simultaneous events come in the order of their connections.
pub fn in_order_of_connections(case: &Definition) -> Definition {
    let mut ordered = case.clone();
    // earlier rather than later, because an event due on a half step is delivered before the half
    // step
    for (netcon, later) in ordered.netcons.iter_mut().zip((0..case.netcons.len()).rev()) {
        netcon.delay = (netcon.delay - ORDERING * (later + 1) as f64).max(0.0);
    }
    ordered
}
