//! Tests that the report shows every model, the differences and the facts about how it was made.
//!
//! They use a dummy simulator, so that they need no NEURON.

use loligo_validation::compare::Bounds;
use loligo_validation::differential::{Candidate, run_case};
use loligo_validation::report;
use loligo_validation::simulator::{Simulator, SimulatorError};
use loligo_validation::vocabulary::{Definition, Probe, Results};

/// A simulator with a sine for every probe, shifted from the true one by `offset` [mV].
struct Sine {
    offset: f64,
}

impl Simulator for Sine {
    fn name(&self) -> String {
        "sine <1>".into()
    }

    fn run(&mut self, case: &Definition) -> Result<Results, SimulatorError> {
        if case.name == "refused" && self.offset > 0.0 {
            return Err(SimulatorError::Unsupported { feature: "a & b".into() });
        }
        let t: Vec<f64> = (0..200).map(|k| 0.025 * f64::from(k)).collect();
        let trace: Vec<f64> = t.iter().map(|t| -65.0 + 10.0 * t.sin() + self.offset).collect();
        let probes = vec![trace; case.probes.len()];
        Ok(Results { n_fadvance: 199, t: Some(t), probes, ..Results::default() })
    }
}

#[test]
fn every_model_is_shown_with_what_differs() {
    let mut candidates = [1e-12, 1e-6].map(|offset| Candidate {
        label: format!("off by {offset}"),
        simulator: Box::new(Sine { offset }),
        bounds: Bounds::Fast,
    });
    let probe = Probe::Membrane { sec: "soma".into(), x: 0.5, var: "v".into() };
    let mut outcomes = Vec::new();
    for name in ["first", "second", "refused"] {
        let case = Definition { name: name.into(), probes: vec![probe.clone()], ..Definition::default() };
        outcomes.push(run_case(&mut Sine { offset: 0.0 }, &mut candidates, &case));
    }
    let directory = std::env::temp_dir().join(format!("loligo-report-{}", std::process::id()));
    let facts = [("version".to_owned(), "sine <1>".to_owned())];
    let path = report::write(&directory, &facts, &candidates, &outcomes).expect("the report is written");
    let page = std::fs::read_to_string(&path).expect("the report can be read");
    std::fs::remove_dir_all(&directory).expect("the report can be removed");
    for part in [
        "sine &lt;1&gt;",
        "off by 0.000000000001: 2 of 3 models within the bounds",
        "off by 0.000001: 0 of 3 models within the bounds",
        "<h3>first</h3>",
        "not supported: a &amp; b",
        "probe 0 soma(0.5).v",
    ] {
        assert!(page.contains(part), "the page has no {part:?}");
    }
    assert_eq!(page.matches("<svg").count(), 3);
}
