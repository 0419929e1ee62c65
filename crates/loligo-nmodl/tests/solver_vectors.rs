//! Compares the states of small mechanisms with those of NEURON 9.0.2, for every kind of solver, at every step, bit by
//! bit.
//!
//! The reference data are not part of the project; without them the test prints a message and passes.

mod common;

use std::path::Path;

use loligo_mechanisms::{Membrane, Outbox};
use serde_json::Value;

use common::{Single, mechanism};

/// A number from JSON; a text stands for a number that is not finite.
fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().expect("a number"),
        value => value.as_f64().expect("a number"),
    }
}

/// The first difference between a variable and NEURON's value.
fn difference(case: &Value, run: &str) -> Option<String> {
    let names: Vec<&str> = case["names"].as_array()?.iter().filter_map(Value::as_str).collect();
    let mechanism = mechanism(case["mod"].as_str()?);
    let mut single = Single::of(&mechanism, run != "secondorder=0");
    let mut v = -65.0; // mV
    for row in case["runs"][run].as_array()? {
        let row: Vec<f64> = row.as_array()?.iter().map(number).collect();
        let [step, t, at, expected @ ..] = &row[..] else { panic!("a row has step, t, v and variables") };
        let kernel = single.kernel.clone();
        let (mut rhs, mut diagonal) = ([0.0], [0.0]);
        let membrane = Membrane { rhs: &mut rhs, diagonal: &mut diagonal };
        if *step == 0.0 {
            kernel.initialize(0.0, &[*at], single.instances(), &mut Outbox::default());
            kernel.current(0.0, &[*at], single.instances(), membrane);
        } else {
            kernel.current(t - 0.0125, &[v], single.instances(), membrane);
            kernel.advance(*t, &[*at], single.instances());
        }
        v = *at;
        for (name, &expected) in names.iter().zip(expected) {
            let found = single.value(name);
            if found.to_bits() != expected.to_bits() && !(found.is_nan() && expected.is_nan()) {
                return Some(format!(
                    "{name} at step {step}: {found:?} instead of {expected:?} ({:e})",
                    found - expected
                ));
            }
        }
    }
    None
}

#[test]
fn solvers_give_neurons_bits() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/nmodl-solvers.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: there is no {}", path.display());
        return;
    };
    let reference: Value = serde_json::from_str(&text).expect("the reference is JSON");
    let mut wrong = Vec::new();
    for case in reference["cases"].as_array().expect("there are cases") {
        for run in ["secondorder=0", "secondorder=1"] {
            if let Some(difference) = difference(case, run) {
                wrong.push(format!("{} {run}: {difference}", case["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
