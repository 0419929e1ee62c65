//! The streams as generators of the `rand` family, and as stored values.

use loligo_random::{Acg, Distribution, Generator, MCellRan4, Random123, RngMode, Sampler, Seeds, Stream};
use rand_core::{Rng, SeedableRng};
use rand_distr::{Distribution as _, Normal, StandardUniform};

/// Mean and variance of many normal numbers that `rand_distr` makes from a stream.
fn moments(mut stream: impl Rng) -> (f64, f64) {
    let normal = Normal::new(2.0, 3.0).unwrap();
    let values: Vec<f64> = (0..20_000).map(|_| normal.sample(&mut stream)).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
    (mean, variance)
}

#[test]
fn rand_distr_draws_from_the_streams() {
    for (mean, variance) in [
        moments(Random123::new(1, 2, 3)),
        moments(MCellRan4::new(12345, 678)),
        moments(Acg::default()),
        moments(Stream::create(RngMode::Compatibility, &[], Some(5)).unwrap()),
        moments(Seeds::new(3).xoshiro(1, 2, 3)),
    ] {
        assert!((mean - 2.0).abs() < 0.1, "mean {mean}");
        assert!((variance - 9.0).abs() < 0.4, "variance {variance}");
    }
    let x: f64 = StandardUniform.sample(&mut Random123::new(0, 0, 0));
    assert_eq!(x, ((0xe169_c58d_6627_e8d5_u64 >> 11) as f64) * 2_f64.powi(-53));
}

#[test]
fn words_bytes_and_seeds_agree() {
    let mut seed = [0; 16];
    seed[0] = 1;
    seed[4] = 2;
    seed[8] = 3;
    let mut stream = Random123::from_seed(seed);
    assert_eq!(stream, Random123::new(1, 2, 3));
    let mut bytes = [0; 6];
    stream.fill_bytes(&mut bytes);
    assert_eq!(bytes[..4], 4212769771_u32.to_le_bytes());
    assert_eq!(bytes[4..], 983989504_u32.to_le_bytes()[..2]);
    assert_eq!(stream.sequence(), 2);

    let mut stream = MCellRan4::from_seed([5, 0, 0, 0, 6, 0, 0, 0]);
    assert_eq!(stream, MCellRan4::new(5, 6));
    let low = u64::from(stream.clone().next_u32());
    assert_eq!(stream.next_u64() & 0xffff_ffff, low);
}

#[test]
fn stored_samplers_go_on_where_they_were() {
    let normal = Distribution::Normal { mean: 1.0, variance: 2.0 };
    let mut sampler = Sampler::new(Random123::new(1, 2, 3), normal).unwrap();
    for _ in 0..5 {
        sampler.pick();
    }
    let text = serde_json::to_string(&sampler).unwrap();
    let mut restored: Sampler<Random123> = serde_json::from_str(&text).unwrap();
    assert_eq!(restored, sampler);
    for _ in 0..5 {
        assert_eq!(restored.pick(), sampler.pick());
    }
    let senseless = text.replace("\"variance\":2.0", "\"variance\":-2.0");
    assert_ne!(senseless, text);
    assert!(serde_json::from_str::<Sampler<Random123>>(&senseless).is_err());
}

#[test]
fn a_stored_stream_with_a_senseless_word_still_draws() {
    let text = serde_json::to_string(&Random123::new(1, 2, 3)).unwrap();
    let senseless = text.replace("\"word\":0", "\"word\":255");
    assert_ne!(senseless, text);
    let mut stream: Random123 = serde_json::from_str(&senseless).unwrap();
    stream.next_u32();
    assert!(stream.sequence() < 1 << 34);
}

#[test]
fn samplers_draw_from_all_streams() {
    fn mean_of_exponential(stream: impl Generator) -> f64 {
        let mut sampler = Sampler::new(stream, Distribution::NegativeExponential { mean: 2.0 }).unwrap();
        (0..20_000).map(|_| sampler.pick()).sum::<f64>() / 20_000.0
    }
    for mean in [
        mean_of_exponential(Random123::new(1, 2, 3)),
        mean_of_exponential(&mut MCellRan4::new(12345, 678)),
        mean_of_exponential(Acg::default()),
        mean_of_exponential(Stream::from(Acg::default())),
        mean_of_exponential(Seeds::new(3).xoshiro(1, 2, 3)),
    ] {
        assert!((mean - 2.0).abs() < 0.06, "mean {mean}");
    }
}

#[test]
fn streams_of_different_seeds_or_ids_differ() {
    let first = |seeds: Seeds, id| Generator::next_u32(&mut seeds.xoshiro(id, 0, 0));
    assert_eq!(first(Seeds::new(3), 1), first(Seeds::new(3), 1));
    assert_ne!(first(Seeds::new(3), 1), first(Seeds::new(4), 1));
    assert_ne!(first(Seeds::new(3), 1), first(Seeds::new(3), 2));
}

#[test]
fn stored_streams_of_all_kinds_go_on_where_they_were() {
    for (mode, ids) in
        [(RngMode::Compatibility, &[][..]), (RngMode::Random123, &[1, 2, 3]), (RngMode::UpMCellRan4, &[7])]
    {
        let mut stream = Stream::create(mode, ids, Some(5)).unwrap();
        for _ in 0..7 {
            stream.next_u32();
        }
        let text = serde_json::to_string(&stream).unwrap();
        let mut restored: Stream = serde_json::from_str(&text).unwrap();
        assert_eq!(restored, stream);
        assert_eq!([0; 100].map(|_| restored.next_u32()), [0; 100].map(|_| stream.next_u32()));
    }
}

#[test]
fn a_damaged_acg_is_refused() {
    let text = serde_json::to_string(&Acg::new(1, 7).unwrap()).unwrap();
    let next = text.split("\"next\":").nth(1).unwrap().split(',').next().unwrap();
    for senseless in [
        text.replace(&format!("\"next\":{next},"), "\"next\":7,"),
        text.replace("\"sums\":[", "\"sums\":[1,"),
        text.replace("\"waiting\":[", "\"waiting\":[1,"),
    ] {
        assert_ne!(senseless, text);
        assert!(serde_json::from_str::<Acg>(&senseless).is_err());
    }
    assert!(Acg::new(1, 6).is_err() && Acg::new(1, 99).is_err());
}

#[test]
fn an_acg_starts_over_when_reset() {
    let mut stream = Acg::new(4711, 20).unwrap();
    let first = [0; 300].map(|_| stream.next_u32());
    stream.reset();
    assert_eq!([0; 300].map(|_| stream.next_u32()), first);
    assert_eq!((stream.seed(), stream.size()), (4711, 20));
}
