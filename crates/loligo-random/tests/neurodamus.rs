//! Values that neurodamus's use of NEURON gave, to the last bit.

use std::{fs, path::Path};

use loligo_random::{Distribution, Generator, MCellRan4, Random123, Sampler, gamma};
use serde_json::{Map, Value};

fn reference() -> Option<Map<String, Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/neurodamus-random.json");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn picks(stream: impl Generator, distribution: Distribution, count: usize) -> Vec<f64> {
    let mut sampler = Sampler::new(stream, distribution).unwrap();
    (0..count).map(|_| sampler.pick()).collect()
}

#[test]
fn reference_vectors() {
    let Some(reference) = reference() else { return };
    let mut compared = 0;
    for (name, values) in &reference {
        // `(id1, id2, id3) gINDEX distribution` or `MCellRan4(high,low) uniform`
        let Some((ids, rest)) = name.split_once(')') else { continue };
        let expected = numbers(values);
        let count = expected.len();
        let (kind, ids) = ids.split_once('(').unwrap();
        let ids: Vec<u32> = ids.split(',').map(|id| id.trim().parse().unwrap()).collect();
        let found = match (kind, &ids[..]) {
            ("MCellRan4", &[high, low]) => {
                picks(MCellRan4::new(high, low), Distribution::Uniform { low: 0.0, high: 1.0 }, count)
            }
            ("", &[id1, id2, id3]) => {
                let (index, distribution) = rest.trim().strip_prefix('g').unwrap().split_once(' ').unwrap();
                let mut stream = Random123::new(id1, id2, id3).with_global_index(index.parse().unwrap());
                match distribution {
                    "uniform" => picks(stream, Distribution::Uniform { low: 0.0, high: 1.0 }, count),
                    "normal" => picks(stream, Distribution::Normal { mean: 0.0, variance: 1.0 }, count),
                    "negexp" => picks(stream, Distribution::NegativeExponential { mean: 1.0 }, count),
                    "lognormal" => picks(stream, Distribution::LogNormal { mean: 0.2, variance: 0.1 }, count),
                    "discunif" => picks(stream, Distribution::DiscreteUniform { low: 0, high: 9 }, count),
                    "gamma(2,0.5)" => gamma(&mut stream, 2.0, 0.5, count).unwrap(),
                    "gamma(0.5,0.5)" => gamma(&mut stream, 0.5, 0.5, count).unwrap(),
                    other => panic!("unknown distribution {other}"),
                }
            }
            other => panic!("unknown stream {other:?}"),
        };
        assert_eq!(found, expected, "{name}");
        compared += count;
    }
    assert!(compared > 600, "{compared} values compared");
}

#[test]
fn gamma_refuses_what_is_no_distribution() {
    for (shape, scale) in
        [(0.0, 1.0), (-1.0, 1.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0), (1.0, f64::NAN), (0.5, f64::INFINITY)]
    {
        let error = gamma(&mut Random123::new(1, 2, 3), shape, scale, 3).unwrap_err();
        assert!(error.to_string().starts_with("gamma: "), "{error}");
    }
    assert_eq!(gamma(&mut Random123::new(1, 2, 3), 1e-310, 1.0, 2).unwrap(), [0.0, 0.0]);
}
