use std::slice;

use loligo_mechanisms::Numerics;

use super::{decayed, without_subnormals};
use crate::cells::Cells;
use crate::options::Options;
use crate::test_models::{MIDDLE, builtin, passive, placed, started};

const TAU: usize = 0; // ms
const E: usize = 1; // mV

/// A cell of one compartment with an `ExpSyn` for each pair of decay time (ms) and reversal potential (mV).
fn with_synapses(kinetics: &[(f64, f64)]) -> Cells {
    let mut synapses = placed(&builtin("ExpSyn"), 1, &vec![MIDDLE; kinetics.len()]);
    for (instance, &(tau, e)) in kinetics.iter().enumerate() {
        synapses.block.set(TAU, instance, tau);
        synapses.block.set(E, instance, e);
    }
    let options = Options { numerics: Numerics::Fast, ..Options::default() };
    started(slice::from_ref(&passive(vec![synapses])), options, |_, _| {})
}

fn count(kinetics: &[(f64, f64)]) -> usize {
    let cells = with_synapses(kinetics);
    cells.lumps.iter().flatten().map(|lumps| lumps.terms.block.len()).sum()
}

/// Decay times (ms) from 1 to 5 ms.
fn drawn(count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |k| 1.0 + 4.0 * k as f64 / (count - 1) as f64)
}

#[test]
fn terms_are_as_few_as_possible() {
    let e = [0.0, -75.0, -80.0]; // mV
    let each = |taus: &[f64], e: &[f64]| -> Vec<(f64, f64)> {
        taus.iter().flat_map(|&tau| e.iter().map(move |&e| (tau, e))).collect()
    };
    let many: Vec<f64> = drawn(300).collect();
    assert_eq!(count(&[(2.0, 0.0); 100]), 1);
    assert_eq!(count(&each(&[2.0], &e[..2])), 2);
    assert_eq!(count(&each(&[2.0], &e)), 2, "the ends of the reversal potentials");
    assert_eq!(count(&each(&[1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 8.0], &e)), 16);
    assert_eq!(count(&each(&many, &[0.0])), 24, "shared rates");
    assert_eq!(count(&each(&many, &e[..2])), 48, "shared rates for each reversal potential");
    assert_eq!(count(&each(&many, &e)), 48, "and for the ends of theirs");
    let own: Vec<(f64, f64)> = drawn(300).zip((0..300).map(|k| f64::from(-k) / 4.0)).collect();
    assert_eq!(count(&own), 48);
}

#[test]
fn few_lumps_or_a_wide_range_of_rates_have_terms_of_their_own() {
    let few: Vec<(f64, f64)> = drawn(35).map(|tau| (tau, 0.0)).collect();
    assert_eq!(count(&few), 35, "24 shared rates would not pay, as events add to all of them");
    let wide: Vec<(f64, f64)> = (0..40).map(|k| (10f64.powi(k - 10), 0.0)).collect();
    assert_eq!(count(&wide), 40);
    let slow: Vec<(f64, f64)> = drawn(300).map(|tau| (3e3 * tau, 0.0)).collect();
    assert_eq!(count(&slow), 300, "the rounding of shared factors would add up");
    let without_decay: Vec<(f64, f64)> = drawn(300).map(|tau| (if tau > 4.9 { 1e300 } else { tau }, 0.0)).collect();
    assert_eq!(count(&without_decay), 24 + 1, "a factor of 1 has no rate, but the others do");
    for odd in [f64::NAN, f64::INFINITY, f64::MAX] {
        assert_eq!(count(&[(2.0, odd), (2.0, 0.0), (2.0, -f64::MAX), (2.0, 0.0)]), 3);
    }
}

/// By multiplications for few steps, by an exponential for more.
#[test]
fn a_value_decays_as_by_the_product_of_its_factors() {
    for factor in [0.999_f64, 0.5, 1e-9, 1.0, -0.9] {
        let mut product = 3.0;
        for steps in 0..200 {
            let found = decayed(3.0, factor, || factor.abs().ln(), steps);
            let expected = without_subnormals(product);
            assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{factor}, {steps} steps: {found}, {expected}");
            product *= factor;
        }
    }
    assert_eq!([1, 20].map(|steps| decayed(3.0, 0.0, || f64::NEG_INFINITY, steps)), [0.0; 2]);
}
