//! Tests that models which cannot be used to judge a candidate are counted apart from those on which it differs.
//!
//! They use dummy simulators, so that they need no NEURON.

use std::path::PathBuf;

use loligo_validation::compare::Bounds;
use loligo_validation::differential::{Candidate, run_case};
use loligo_validation::simulator::{Simulator, SimulatorError};
use loligo_validation::tally::{CandidateTally, Tally};
use loligo_validation::vocabulary::{Definition, Probe, Results};

/// A simulator whose trace is the initial voltage, which models named "sensitive" amplify a million times.
struct Amplifier {
    /// Added to every trace.
    offset: f64,
    /// Reports models by their names as crashed, refused or without Python.
    fails: bool,
}

impl Simulator for Amplifier {
    fn name(&self) -> String {
        "amplifier".into()
    }

    fn run(&mut self, case: &Definition) -> Result<Results, SimulatorError> {
        let message = "told".to_owned();
        match (&*case.name, self.fails) {
            ("crashed", true) => return Err(SimulatorError::Crashed { message }),
            ("refused", true) => return Err(SimulatorError::Refused { message }),
            ("unstarted", true) => return Err(SimulatorError::NotStarted { program: PathBuf::new(), what: message }),
            _ => {}
        }
        let factor = if case.name == "sensitive" { 1e6 } else { 1.0 };
        let value = factor * (case.v_init + 65.0) + self.offset;
        Ok(Results { n_fadvance: 1, t: Some(vec![0.0]), probes: vec![vec![value]], ..Results::default() })
    }
}

/// The counts for models of some names and a candidate that is off by `offset`.
fn tally(names: &[&str], probe: &str, offset: f64) -> Result<Tally, SimulatorError> {
    let mut candidates = [Candidate {
        label: "other".into(),
        simulator: Box::new(Amplifier { offset, fails: false }),
        bounds: Bounds::Fast,
    }];
    let probes = vec![Probe::Membrane { sec: "soma".into(), x: 0.5, var: probe.into() }];
    let case = |name: &&str| Definition {
        name: (*name).into(),
        v_init: -65.0,
        probes: probes.clone(),
        ..Definition::default()
    };
    let mut reference = Amplifier { offset: 0.0, fails: true };
    let outcomes: Vec<_> = names.iter().map(|name| run_case(&mut reference, &mut candidates, &case(name))).collect();
    Tally::of(&outcomes, &candidates)
}

#[test]
fn models_that_neuron_does_not_run_are_counted_apart() {
    let found = tally(&["plain", "crashed", "refused", "plain"], "v", 1e-12).unwrap();
    let candidates = vec![CandidateTally { label: "other".into(), agree: 2, ..CandidateTally::default() }];
    assert_eq!(found, Tally { crashed: 1, refused: 1, timed_out: 0, ran: 2, candidates });
    assert!(found.is_agreement());
    let text = "NEURON ran 2 of 4 models; crashed on 1, refused 1\nother: 2 agree, 0 differ\n";
    assert_eq!(found.to_string(), text);
    assert!(!tally(&["crashed"], "v", 0.0).unwrap().is_agreement(), "nothing was compared");
    assert!(tally(&["unstarted"], "v", 0.0).is_err());
}

#[test]
fn a_model_that_amplifies_its_last_bits_cannot_tell() {
    for probe in ["v", "m_drawn0"] {
        let found = tally(&["sensitive", "plain"], probe, 1e-7).unwrap();
        let CandidateTally { sensitive, differ, .. } = found.candidates[0];
        assert_eq!((sensitive, differ), (1, 1), "{probe}");
        assert!(!found.is_agreement());
        let far = tally(&["sensitive"], probe, 1e-4).unwrap();
        assert_eq!(far.candidates[0].differ, 1, "{probe}: more than the last bits make");
    }
}
