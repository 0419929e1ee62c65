//! Values of NEURON 9.0.2, reproduced to the last bit.

use std::{fs, path::Path};

use loligo_random::{Acg, Distribution, Generator, MCellRan4, Random123, Sampler};
use serde_json::Value;

/// Reads a number, also if it was printed as a string.
fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("not a number: {value}"))
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(number).collect()
}

fn words(values: &Value) -> Vec<u32> {
    numbers(values).into_iter().map(|x| x as u32).collect()
}

fn distribution(name: &str, parameters: &[f64]) -> Distribution {
    match (name, parameters) {
        ("uniform", &[low, high]) => Distribution::Uniform { low, high },
        ("discunif", &[low, high]) => Distribution::DiscreteUniform { low: low as i64, high: high as i64 },
        ("normal", &[mean, variance]) => Distribution::Normal { mean, variance },
        ("lognormal", &[mean, variance]) => Distribution::LogNormal { mean, variance },
        ("negexp", &[mean]) => Distribution::NegativeExponential { mean },
        ("poisson", &[mean]) => Distribution::Poisson { mean },
        ("binomial", &[trials, probability]) => Distribution::Binomial { trials: trials as u32, probability },
        ("erlang", &[mean, variance]) => Distribution::Erlang { mean, variance },
        ("geometric", &[probability]) => Distribution::Geometric { probability },
        ("hypergeo", &[mean, variance]) => Distribution::HyperGeometric { mean, variance },
        ("weibull", &[alpha, beta]) => Distribution::Weibull { alpha, beta },
        other => panic!("unknown distribution {other:?}"),
    }
}

/// Picks as many values as expected, compares their bits and returns the stream.
fn check<G: Generator + Clone>(generator: G, case: &Value, law: Distribution, expected: &[f64]) -> G {
    let mut sampler = Sampler::new(generator, law).unwrap();
    for (i, &value) in expected.iter().enumerate() {
        let pick = sampler.pick();
        assert_eq!(pick.to_bits(), value.to_bits(), "{case} at {i}: {pick}");
    }
    sampler.generator().clone()
}

/// Checks a case and returns the final position of its stream.
fn check_case(case: &Value, law: Distribution, ids: &[u32], sequence: Option<u64>) -> f64 {
    let expected = numbers(&case["values"]);
    match (case["generator"].as_str().unwrap(), ids) {
        ("Random123", &[id1, id2, id3]) => {
            let mut stream = Random123::new(id1, id2, id3);
            stream.set_sequence(sequence.unwrap_or(0)).unwrap();
            check(stream, case, law, &expected).sequence() as f64
        }
        ("MCellRan4", &[high, low]) => {
            let mut stream = MCellRan4::new(high, low);
            if let Some(sequence) = sequence {
                stream.set_sequence(sequence as u32);
            }
            f64::from(check(stream, case, law, &expected).sequence())
        }
        other => panic!("unknown generator {other:?}"),
    }
}

#[test]
fn committed_values() {
    let cases: Value = serde_json::from_str(include_str!("data/neuron-9.0.2.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let law = distribution(case["distribution"].as_str().unwrap(), &numbers(&case["parameters"]));
        let end = check_case(case, law, &words(&case["arguments"]), case["sequence"].as_u64());
        assert_eq!(end, number(&case["sequence_after"]), "{case}");
    }
}

/// NEURON 9 has no ACG; 8.2.6 was the last version that had.
#[test]
fn committed_values_of_the_acg() {
    let cases: Value = serde_json::from_str(include_str!("data/neuron-8.2.6-acg.json")).unwrap();
    let cases = cases.as_array().unwrap();
    assert!(cases.len() > 100);
    for case in cases {
        let law = distribution(case["distribution"].as_str().unwrap(), &numbers(&case["parameters"]));
        let &[seed, size] = &words(&case["arguments"])[..] else { panic!("{case}") };
        let mut stream = check(Acg::new(seed, size as usize).unwrap(), case, law, &numbers(&case["values"]));
        if let Some(later) = case.get("after_1000") {
            for _ in 0..1000 {
                stream.next_f64();
            }
            check(stream, case, law, &numbers(later));
        }
    }

    // `Random(77)`, which is a normal distribution
    let values =
        [0.5627797337271352, -1.3675549631294215, -0.8303817312217512, -1.6806117197546686, 0.1563539452267871];
    let mut random = Sampler::default().with_generator(Acg::with_default_size(77));
    assert_eq!(values.map(|_| random.pick()), values);
    // `Random(77, 20)`
    let values = [-0.846056330401664, -0.10327154378945495, 0.5217869969263639, 0.32420515287200763];
    let mut random = Sampler::default().with_generator(Acg::new(77, 20).unwrap());
    assert_eq!(values.map(|_| random.pick()), values);
}

#[test]
fn reference_vectors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/random-vectors.json");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let reference: Value = serde_json::from_str(&text).unwrap();

    for case in reference["cases"].as_array().unwrap() {
        let law = distribution(case["dist"].as_str().unwrap(), &numbers(&case["dist_args"]));
        let end = check_case(case, law, &words(&case["args"]), None);
        assert_eq!(end, number(&case["seq_after"]), "{case}");
    }

    for case in reference["philox4x32_10_raw"].as_array().unwrap() {
        let word = |name: &str| number(&case[name]) as u32;
        let mut stream = Random123::new(word("id1"), word("id2"), word("id3")).with_global_index(word("globalindex"));
        stream.set_sequence(u64::from(word("seq")) * 4).unwrap();
        let mut same = stream.clone();
        let bits: Vec<u32> = (0..4).map(|_| stream.next_u32()).collect();
        let fractions: Vec<f64> = (0..4).map(|_| same.next_f64()).collect();
        assert_eq!(bits, words(&case["out_u32"]), "{case}");
        assert_eq!(fractions, numbers(&case["uniform01"]), "{case}");
    }

    let mut default = Sampler::default();
    for value in numbers(&reference["default_Random"]["values"]) {
        assert_eq!(default.pick(), value);
    }

    let mcell = &reference["mcellran4"];
    let mut stream = MCellRan4::new(5, 0);
    for value in numbers(&mcell["global_low0_high5"]) {
        assert_eq!(stream.next_f64(), value);
    }
    let after = numbers(&mcell["then_global_low99"]);
    let mut stream = MCellRan4::new(stream.sequence(), 99);
    for value in after {
        assert_eq!(stream.next_f64(), value);
    }

    let function = &reference["mcell_ran4_function"];
    let word = |name: &str| number(&function[name]) as u32;
    let mut stream = MCellRan4::new(word("high"), word("low"));
    for value in numbers(&function["values"]) {
        assert_eq!(stream.next_f64(), value);
    }
}
