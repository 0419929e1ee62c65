//! Contract: every factor between two units is equal to NEURON's, bit by bit.
//!
//! The factors are in `../shared/reference/nmodl-language.json` beside the project; without the file nothing is
//! compared.

use std::path::Path;

use loligo_nmodl::units::Units;

fn from_hexadecimal(text: &str) -> f64 {
    let (mantissa, exponent) = text.trim_start_matches("0x").split_once('p').unwrap();
    let digits = mantissa.replace('.', "");
    let fraction = digits.len() as i32 - 1;
    let whole = u64::from_str_radix(&digits, 16).unwrap() as f64;
    whole * 2_f64.powi(exponent.parse::<i32>().unwrap() - 4 * fraction)
}

#[test]
fn factors_are_those_of_neuron() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/nmodl-language.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let reference: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut units = Units::new();
    for alias in reference["units_aliases"].as_array().unwrap() {
        let (name, meaning) = alias.as_str().unwrap().split_once('=').unwrap();
        let inner = |text: &str| text.trim_matches(['(', ')']).to_owned();
        units.define(&inner(name), &inner(meaning)).unwrap();
    }
    let mut wrong = Vec::new();
    let factors = reference["units"].as_object().unwrap();
    for (pair, value) in factors {
        let (of, to) = pair.split_once('|').unwrap();
        let expected = from_hexadecimal(value["hex"].as_str().unwrap());
        match units.quotient(of, to) {
            Ok(factor) if factor.to_bits() == expected.to_bits() => {}
            other => wrong.push(format!("{pair}: {other:?}, in NEURON {expected:?}")),
        }
    }
    assert!(factors.len() > 90 && wrong.is_empty(), "{} of {}:\n{}", wrong.len(), factors.len(), wrong.join("\n"));
}
