//! Values from neurodamus's use of NEURON, reproduced to the last bit.

use std::{fs, path::Path};

use loligo_random::{
    Acg, Distribution, Generator, MCellRan4, Random123, RandomError, RngMode, Sampler, Seeds, Stream, gamma,
};
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

/// neurodamus's order of draws on NEURON's generators.
#[test]
fn committed_gamma_values() {
    let cases: Value = serde_json::from_str(include_str!("data/gamma.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let ids: Vec<u32> = numbers(&case["arguments"]).into_iter().map(|x| x as u32).collect();
        let mut stream: Stream = match (case["generator"].as_str().unwrap(), &ids[..]) {
            ("Random123", &[id1, id2, id3]) => Random123::new(id1, id2, id3).into(),
            ("MCellRan4", &[high, low]) => MCellRan4::new(high, low).into(),
            ("ACG", &[seed, size]) => Acg::new(seed, size as usize).unwrap().into(),
            other => panic!("unknown stream {other:?}"),
        };
        let expected = numbers(&case["values"]);
        let [shape, scale] = ["shape", "scale"].map(|name| case[name].as_f64().unwrap());
        assert_eq!(gamma(&mut stream, shape, scale, expected.len()).unwrap(), expected, "{case}");
    }
}

#[test]
fn gamma_refuses_what_is_no_distribution() {
    for (shape, scale) in
        [(0.0, 1.0), (-1.0, 1.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0), (1.0, f64::NAN), (0.5, f64::INFINITY)]
    {
        let error = gamma(&mut Random123::new(1, 2, 3), shape, scale, 3).unwrap_err();
        assert!(error.to_string().starts_with("gamma: "), "{error}");
    }
    let count = usize::MAX;
    assert_eq!(gamma(&mut Random123::new(1, 2, 3), 2.0, 1.0, count), Err(RandomError::Count { count }));
    assert_eq!(gamma(&mut Random123::new(1, 2, 3), 1e-310, 1.0, 2).unwrap(), [0.0, 0.0]);
}

#[test]
fn a_stream_is_created_by_mode_ids_and_seed() {
    let create = Stream::create;
    let random123 = create(RngMode::Random123, &[1, 2, 3], Some(1122)).unwrap();
    assert_eq!(random123, Random123::new(1, 2, 3).with_global_index(1122).into());
    assert_eq!(create(RngMode::Random123, &[1, 2, 3], None).unwrap(), Random123::new(1, 2, 3).into());
    assert_eq!(create(RngMode::UpMCellRan4, &[12345], None).unwrap(), MCellRan4::new(12345, 0).into());
    assert_eq!(create(RngMode::UpMCellRan4, &[12345], Some(5)).unwrap(), MCellRan4::new(12345, 5).into());
    for (mode, ids) in
        [(RngMode::Random123, &[1, 2][..]), (RngMode::Random123, &[1, 2, 3, 4]), (RngMode::UpMCellRan4, &[])]
    {
        let error = create(mode, ids, None).unwrap_err();
        assert!(matches!(error, RandomError::Ids { given, .. } if given == ids.len()), "{error}");
    }
}

/// In neurodamus the seed was interpreted as an id, which is not used.
#[test]
fn a_seed_acts_in_compatibility_mode() {
    let seeded = Stream::create(RngMode::Compatibility, &[1, 2, 3], Some(77)).unwrap();
    assert_eq!(seeded, Acg::new(77, 55).unwrap().into());
    assert_eq!(Stream::create(RngMode::Compatibility, &[], None).unwrap(), Acg::default().into());
}

/// In neurodamus a stream made with a seed, or without any argument, changed the global index of all.
#[test]
fn a_seed_changes_no_other_stream() {
    let mut before = Stream::create(RngMode::Random123, &[1, 2, 3], None).unwrap();
    let mut alone = before.clone();
    Stream::create(RngMode::Random123, &[1, 2, 3], Some(5)).unwrap().next_u32();
    assert_eq!(before.next_f64(), alone.next_f64());
}

#[test]
fn modes_have_neurodamus_names_and_numbers() {
    for (number, name) in [(1, "Compatibility"), (2, "Random123"), (3, "UpMCellRan4")] {
        let mode = RngMode::try_from(number).unwrap();
        assert_eq!(mode as u8, number);
        assert_eq!(name.parse::<RngMode>().unwrap(), mode);
        assert_eq!(name.to_uppercase().parse::<RngMode>().unwrap(), mode);
    }
    assert!(RngMode::try_from(4).is_err());
    assert!("mersenne".parse::<RngMode>().unwrap_err().to_string().contains("mersenne"));
}

#[test]
fn seeds_give_the_ids_of_neurodamus() {
    let seeds = Seeds { global: 9, ion_channel: 1, minis: 2, stimulus: 3, synapse: 4 };
    let pair = Seeds::populations(1, 2);
    for (stream, ids) in [
        (seeds.random123(7, 8, 9), [7, 8, 9]),
        (seeds.noise(1, 10), [101, 503, 311]),
        (seeds.ornstein_uhlenbeck(1, 10, None), [2998, 291207, 134]),
        (seeds.ornstein_uhlenbeck(1, 10, Some(6)), [2998, 291207, 6]),
        (seeds.shot_noise(1, 10, None), [2998, 19219, 134]),
        (seeds.synapse(10, 20, pair), [261, 120, 65536 + 2 + 304]),
        (seeds.gaba_rise_time(10, 20, pair), [261, 120, 65536 + 2 + 454]),
        (seeds.glu_synapse(10, 20), [11, 100020, 204]),
        (seeds.minis_intervals(10, 20, pair), [220, 261, 65536 + 2 + 302]),
        (seeds.minis_thinning(10, 20, pair), [220, 261, 65536 + 2 + 352]),
        (seeds.ion_channel(10, 20), [10, 20, 1]),
        (Seeds { global: 9, stimulus: u32::MAX, ..seeds }.noise(u32::MAX, u32::MAX), [99, 499, 300]),
    ] {
        assert_eq!((stream.ids(), stream.global_index()), (ids, 9));
    }
}

/// The standard normal or exponential numbers of a stream after the first, like those of `Vector.setrand` from an
/// `h.Random` whose distribution has been chosen, which draws one number.
fn after_choosing(stream: Stream, distribution: Distribution) -> [f64; 3] {
    let mut random = Sampler::default().with_generator(stream);
    random.pick_from(distribution).unwrap();
    [(); 3].map(|()| random.pick())
}

/// The noise of neurodamus's stimuli in each mode; numbers by NEURON's `h.Random().MCellRan4(high, low)` (8.2.6 and
/// 9.0.2) and `h.Random(seed)` (8.2.6).
#[test]
fn noise_has_neurodamus_ids_in_every_mode() {
    let seeds = Seeds { global: 7, stimulus: 5, minis: 1, synapse: 2, ion_channel: 3 };
    let noise = |mode, block, gid| {
        after_choosing(seeds.noise_in(mode, block, gid), Distribution::Normal { mean: 0.1, variance: 0.01 })
    };
    use RngMode::{Compatibility, UpMCellRan4};
    assert_eq!(noise(UpMCellRan4, 0, 0), [-0.0027657732549033476, -0.02429376771736802, 0.044646885860211184]);
    assert_eq!(noise(UpMCellRan4, 1, 11), [0.11365972725135594, 0.11190208428594658, 0.07967987776459344]);
    assert_eq!(noise(Compatibility, 0, 0), [0.2232326425839313, 0.028914717752115918, 0.0899800589498416]);
    assert_eq!(noise(Compatibility, 1, 11), [-0.025787676087668743, -0.06214314992784159, 0.19615029022623057]);
    assert_eq!(seeds.noise_in(RngMode::Random123, 4, 5), seeds.noise(4, 5).into());
    let wrapped: Stream = MCellRan4::new(4294957396, 12).into();
    assert_eq!(seeds.noise_in(UpMCellRan4, u32::MAX, u32::MAX), wrapped);
    let wrapped: Stream = Acg::new(u32::MAX, 55).unwrap().into();
    assert_eq!(seeds.noise_in(Compatibility, u32::MAX, u32::MAX), wrapped);
}

/// Spontaneous release in each mode; numbers by NEURON's `h.Random().MCellRan4(high, low)`, `negexp(1)`.
#[test]
fn spontaneous_release_has_neurodamus_ids_in_every_mode() {
    let seeds = Seeds { global: 7, minis: 5, stimulus: 1, synapse: 2, ion_channel: 3 };
    let intervals = |mode, gid, synapse, source| {
        after_choosing(
            seeds.minis_intervals_in(mode, gid, synapse, source, 9),
            Distribution::NegativeExponential { mean: 1.0 },
        )
    };
    use RngMode::{Compatibility, Random123, UpMCellRan4};
    assert_eq!(intervals(Compatibility, 10, 0, 3), [0.917455182939292, 4.168838091847291, 2.832926714503868]);
    assert_eq!(intervals(Compatibility, 11, 3, 3), [0.3772395508464014, 0.622680527427125, 0.011249153378140692]);
    assert_eq!(intervals(UpMCellRan4, 10, 0, 0), [2.2530160413815503, 3.2631033888531675, 0.12814245948167544]);
    assert_eq!(intervals(UpMCellRan4, 11, 3, 2), [1.2683067443421951, 0.9789180297525042, 2.903358000762611]);
    let pair = Seeds::populations(2, 9);
    assert_eq!(seeds.minis_intervals_in(Random123, 11, 3, 2, 9), seeds.minis_intervals(11, 3, pair).into());
    assert_eq!(seeds.minis_thinning_in(Random123, 11, 3, 2, 9), seeds.minis_thinning(11, 3, pair).into());
    let thinning = |mode| seeds.minis_thinning_in(mode, 11, 3, 2, 9);
    assert_eq!(thinning(UpMCellRan4), MCellRan4::new(3300, (2 << 24) + 262 + 12).into());
    assert_eq!(thinning(Compatibility), MCellRan4::new(300_300, 262 + 7).into());
    assert_eq!([Random123, Compatibility, UpMCellRan4].map(Seeds::minis_discarded), [1, 2, 2]);
}

#[test]
fn random123_is_the_default_mode() {
    assert_eq!(RngMode::default(), RngMode::Random123);
    assert_eq!("UpdatedMCell".parse(), Ok(RngMode::UpMCellRan4));
}
