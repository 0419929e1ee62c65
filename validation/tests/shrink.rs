//! Tests that a failing model is made small, still fails, and stays consistent in every trial.

mod consistency;

use loligo_validation::compare::Bounds;
use loligo_validation::differential::{Candidate, run_case, smallest_failing};
use loligo_validation::draw::{Size, draw};
use loligo_validation::shrink::shrink;
use loligo_validation::simulator::{Simulator, SimulatorError};
use loligo_validation::vocabulary::{Definition, NetCon, PointProcess, Results};

#[test]
fn only_what_fails_is_left() {
    let is_culprit = |point: &PointProcess| point.kind == "Exp2Syn";
    let drives = |case: &Definition, netcon: &NetCon| {
        case.points.iter().any(|point| is_culprit(point) && netcon.tgt.as_ref() == Some(&point.id))
    };
    let fails = |case: &Definition| case.netcons.iter().any(|netcon| drives(case, netcon));
    let mut shrunk = 0;
    for index in 0..40 {
        let case = draw(5, index, Size::new(4));
        if !fails(&case) {
            continue;
        }
        let smallest = shrink(&case, 2000, |smaller| {
            if let Err(fault) = consistency::check(smaller) {
                panic!("{fault}");
            }
            fails(smaller)
        });
        assert!(fails(&smallest));
        assert_eq!((smallest.sections.len(), smallest.points.len(), smallest.netcons.len()), (1, 1, 1));
        assert!(smallest.density.is_empty() && smallest.probes.is_empty() && smallest.art.is_empty());
        assert!(smallest.points[0].params.is_empty());
        assert_eq!(smallest.dt, 0.025);
        shrunk += 1;
    }
    assert!(shrunk > 10, "only {shrunk} drawn models have what fails");
}

#[test]
fn trials_are_limited() {
    let case = draw(5, 1, Size::new(4));
    let mut trials = 0;
    shrink(&case, 17, |_| {
        trials += 1;
        trials % 2 == 0
    });
    assert_eq!(trials, 17);
}

/// A simulator with only the number of steps as result; it is one too large if there is a VClamp
/// and the simulator is `wrong`.
struct Counter {
    wrong: bool,
}

impl Simulator for Counter {
    fn name(&self) -> String {
        "counter".into()
    }

    fn run(&mut self, case: &Definition) -> Result<Results, SimulatorError> {
        let steps = (case.tstop / case.dt).round() as u64;
        let clamped = case.points.iter().any(|point| point.kind == "VClamp");
        if self.wrong && case.celsius > 36.0 {
            return Err(SimulatorError::Unsupported { feature: "fever".into() });
        }
        let n_fadvance = steps + u64::from(self.wrong && clamped);
        Ok(Results { n_fadvance, ..Results::default() })
    }
}

#[test]
fn a_model_shrinks_to_one_that_fails_in_the_same_way() {
    let mut reference = Counter { wrong: false };
    let mut candidates =
        [Candidate { label: "wrong".into(), simulator: Box::new(Counter { wrong: true }), bounds: Bounds::Fast }];
    let (mut differing, mut refused) = (0, 0);
    for index in 0..200 {
        let case = draw(6, index, Size::USUAL);
        let outcome = run_case(&mut reference, &mut candidates, &case);
        if outcome.found[0].agrees {
            continue;
        }
        let smallest = smallest_failing(&mut reference, &mut candidates[0], &case, 1000);
        if outcome.found[0].results.is_ok() {
            differing += 1;
            assert_eq!((smallest.points.len(), smallest.sections.len()), (1, 1));
            assert_eq!(smallest.points[0].kind, "VClamp");
        } else {
            refused += 1;
            assert!(smallest.celsius > 36.0 && smallest.sections.is_empty());
        }
    }
    assert!(differing > 5 && refused > 0, "{differing} differ, {refused} are refused");
}
