//! Published vectors, and NEURON 9.0.2's behaviour in edge cases.

use loligo_random::{Distribution, MCellRan4, Random123, RandomError, Sampler, philox::philox4x32_10};

/// The vectors that the authors of Philox publish with their library.
#[test]
fn philox_published_vectors() {
    let ones = u32::MAX;
    assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    assert_eq!(philox4x32_10([ones; 4], [ones; 2]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    assert_eq!(
        philox4x32_10([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
        [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
    );
}

#[test]
fn counter_carries_into_id3() {
    let mut stream = Random123::new(1, 2, 3);
    stream.set_sequence((1 << 34) - 1).unwrap();
    assert_eq!(stream.next_f64(), 0.5973580736673069);
    assert_eq!(stream.ids(), [1, 2, 4]);
    assert_eq!(stream.next_f64(), 0.5422894471459349);
    assert_eq!(stream.next_f64(), 0.0023865150282190847);
    assert_eq!(stream.sequence(), 2);

    let mut last = Random123::new(u32::MAX, u32::MAX, u32::MAX);
    last.set_sequence((1 << 34) - 2).unwrap();
    last.next_u32();
    last.next_u32();
    assert_eq!(last.ids(), [0, 0, 0]);
    assert_eq!(last.next_f64(), 0.3990464707838729);
}

#[test]
fn positions() {
    let mut stream = Random123::new(1, 2, 3);
    assert_eq!(stream.set_sequence(1 << 34), Err(RandomError::Sequence { sequence: 1 << 34 }));
    for (given, expected) in [
        (-1.0, 0),
        (3.9, 3),
        (17179869184.0, 0),
        (17179869189.0, 5),
        (549755813895.0, 7),
        (1099511627775.0, 17179869183),
        (1099511627776.0, 0),
        (f64::NAN, 0),
        (f64::INFINITY, 0),
    ] {
        stream.set_sequence_wrapping(given);
        assert_eq!(stream.sequence(), expected, "{given}");
    }
}

#[test]
fn new_ids_wait_for_the_next_block() {
    let mut stream = Random123::new(1, 2, 3);
    stream.next_f64();
    stream.set_ids(7, 8, 9);
    let values: Vec<f64> = (0..4).map(|_| stream.next_f64()).collect();
    assert_eq!(values, [0.22910290974446038, 0.12487032890206429, 0.12655526885610183, 0.3331551441612758]);
}

#[test]
fn mcell_ran4_instances() {
    assert_eq!(MCellRan4::of_instance(1, 0).sequence(), 3276331375);
    assert_eq!(MCellRan4::of_instance(2, 5).sequence(), 1387864037);
    let mut stream = MCellRan4::new(u32::MAX, 3);
    let first = stream.next_u32();
    assert_eq!(stream.sequence(), 0);
    stream.next_u32();
    stream.reset();
    assert_eq!(stream.next_u32(), first);
}

#[test]
fn second_deviate_outlives_the_stream_but_not_the_distribution() {
    let standard = Distribution::Normal { mean: 0.0, variance: 1.0 };
    let mut sampler = Sampler::new(Random123::new(1, 2, 3), standard).unwrap();
    let first = sampler.pick();
    assert_eq!(first, 1.1697705780078251);

    let mut moved = sampler.clone().with_generator(MCellRan4::new(9, 9));
    assert_eq!(moved.pick(), 0.6540212446585365);
    assert_eq!(moved.generator().sequence(), 9);

    sampler.generator_mut().reset();
    assert_eq!(sampler.clone().pick(), 0.6540212446585365);
    sampler.set_distribution(standard).unwrap();
    assert_eq!(sampler.pick(), first);
}

#[test]
fn default_is_random_without_arguments() {
    let mut sampler = Sampler::default();
    assert_eq!(sampler.pick(), 0.12337666044615356);
    assert_eq!(sampler.pick(), 0.22181530998840662);
    assert_eq!(sampler.pick(), 1.1865808780577545);
    let same = Sampler::new(Random123::new(0, 55, 0), sampler.distribution()).unwrap();
    assert_eq!(same, Sampler::default());
}

#[test]
fn erlang_of_vanishing_product_is_infinite() {
    let narrow = Distribution::Erlang { mean: 100.0, variance: 1.0 };
    let mut sampler = Sampler::new(Random123::new(1, 2, 3), narrow).unwrap();
    assert_eq!(sampler.pick(), f64::INFINITY);
    assert_eq!(sampler.generator().sequence(), 10000);
}

#[test]
fn full_range_of_whole_numbers() {
    let all = Distribution::DiscreteUniform { low: i64::MIN, high: i64::MAX };
    let mut sampler = Sampler::new(Random123::new(1, 2, 3), all).unwrap();
    let limit = 2_f64.powi(63);
    assert!((0..100).all(|_| (-limit..=limit).contains(&sampler.pick())));
}

#[test]
fn impossible_parameters_are_refused_with_their_values() {
    use Distribution::*;
    let (nan, mean, variance) = (f64::NAN, 5.0, -1.0);
    let refused = [
        Uniform { low: nan, high: 1.0 },
        Uniform { low: -1e308, high: 1e308 },
        Normal { mean, variance },
        LogNormal { mean, variance },
        LogNormal { mean: 0.0, variance: 1.0 },
        NegativeExponential { mean: f64::INFINITY },
        Poisson { mean: -1.0 },
        Poisson { mean: 746.0 },
        Binomial { trials: 3, probability: 1.5 },
        Erlang { mean, variance },
        Erlang { mean: 1e5, variance: 1.0 },
        Geometric { probability: 1.0 },
        Geometric { probability: -0.1 },
        HyperGeometric { mean: 10.0, variance: 50.0 },
        HyperGeometric { mean: 0.0, variance: 1.0 },
        Weibull { alpha: 0.0, beta: 1.0 },
        Weibull { alpha: 2.0, beta: -1.0 },
    ];
    for distribution in refused {
        let error = Sampler::new(Random123::new(1, 2, 3), distribution).unwrap_err();
        assert!(matches!(error, RandomError::Parameter { .. }), "{distribution:?}: {error}");
    }
    let error = Sampler::new(Random123::new(1, 2, 3), Normal { mean, variance }).unwrap_err();
    assert_eq!(error.to_string(), "normal: variance = -1, but it must be at least 0");
}

/// The intervals of a `NetStim` of interval 7 ms and noise 0.7 that starts at 3 ms.
#[test]
fn netstim_intervals() {
    let (interval, noise) = (7.0, 0.7);
    let mut stream = Random123::new(11, 22, 33);
    let mut next = || (1.0 - noise) * interval + noise * interval * stream.negexp(1.0);
    let mut time = 3.0 + next() - interval * (1.0 - noise);
    let spikes = [
        13.537767726338643,
        17.026732622173512,
        21.566185242631356,
        23.978099529409505,
        31.985622786708056,
        57.316831232653165,
        63.37402720326292,
        67.82058075918864,
        78.57146974709535,
        85.62006719780354,
        102.84214998609262,
        110.85255276930582,
    ];
    for spike in spikes {
        assert_eq!(time, spike);
        time += next();
    }
    assert_eq!(stream.sequence(), 13);
}
