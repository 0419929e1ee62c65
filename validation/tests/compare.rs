//! Tests that the comparison finds each difference, its size and position, and that the bounds are
//! applied.

use std::collections::BTreeMap;

use loligo_validation::compare::{Bounds, Position, Quantity, compare, ulp_distance};
use loligo_validation::thinning::thin;
use loligo_validation::vocabulary::{Definition, Geometry, PointProcess, Probe, Results};

fn model() -> Definition {
    let v = Probe::Membrane { sec: "a".into(), x: 0.5, var: "v".into() };
    let ina = Probe::Membrane { sec: "a".into(), x: 0.5, var: "ina".into() };
    let clamp = Probe::Object { id: "c".into(), var: "i".into() };
    let point = PointProcess {
        id: "c".into(),
        kind: "SEClamp".into(),
        sec: "a".into(),
        x: 0.5,
        params: [("rs".to_owned(), 0.01.into())].into(),
        r123: None,
    };
    Definition { points: vec![point], probes: vec![v, ina, clamp], ..Definition::default() }
}

fn results() -> Results {
    let geometry = Geometry { length: 10.0, diam: vec![2.0], area: vec![60.0], ri: vec![1e30], ri_at_1: 0.1 };
    Results {
        n_fadvance: 20,
        t_end: 0.5,
        probes: vec![
            (0..21).map(|i| -65.0 + 0.1 * f64::from(i)).collect(),
            (0..21).map(|i| -0.01 * f64::from(i)).collect(),
            (0..21).map(|i| 3.0 - f64::from(i)).collect(),
        ],
        spikes: BTreeMap::from([(3, vec![1.5, 2.5])]),
        t: Some((0..21).map(|i| 0.025 * f64::from(i)).collect()),
        geometry: BTreeMap::from([("a".to_owned(), geometry)]),
        ..Results::default()
    }
}

/// After a change: true if within the `Exact` bounds, true if within `Fast`, and the quantities
/// that are out of the exact ones.
fn after(change: impl Fn(&mut Results)) -> (bool, bool, Vec<Quantity>) {
    let (expected, mut found) = (results(), results());
    change(&mut found);
    let comparison = compare(&model(), &expected, &found);
    let out = comparison.violations(Bounds::Exact).map(|d| d.quantity.clone()).collect();
    (comparison.within(Bounds::Exact), comparison.within(Bounds::Fast), out)
}

#[test]
fn equal_results_agree_exactly() {
    assert_eq!(after(|_| {}), (true, true, vec![]));
}

#[test]
fn one_bit_of_voltage_is_allowed_by_fast_only() {
    let (exact, fast, out) = after(|r| r.probes[0][7] = r.probes[0][7].next_up());
    assert_eq!((exact, fast), (false, true));
    assert_eq!(out, [Quantity::Trace { index: 0, probe: "a(0.5).v".into() }]);
}

#[test]
fn the_bounds_of_fast_follow_the_kind_of_quantity() {
    let fast = |change: &dyn Fn(&mut Results)| after(change).1;
    assert!(fast(&|r| r.probes[0][7] += 0.9e-9));
    assert!(!fast(&|r| r.probes[0][7] += 1.1e-9));
    assert!(fast(&|r| r.probes[1][7] += 0.9e-9));
    assert!(!fast(&|r| r.probes[1][7] += 1.1e-9));
    // corresponds to 1e-9 mV over 0.01 MOhm
    assert!(fast(&|r| r.probes[2][7] += 0.9e-7));
    assert!(!fast(&|r| r.probes[2][7] += 1.1e-7));
    assert!(fast(&|r| *r.spikes.entry(3).or_default() = vec![1.5, 2.5 + 0.9e-9]));
    assert!(!fast(&|r| *r.spikes.entry(3).or_default() = vec![1.5, 2.525]));
    assert!(!fast(&|r| *r.spikes.entry(3).or_default() = vec![1.5]));
    assert!(!fast(&|r| r.t_end = r.t_end.next_up()));
    assert!(!fast(&|r| r.n_fadvance += 1));
    assert!(!fast(&|r| r.probes[0][3] = f64::NAN));
    assert!(!fast(&|r| r.probes[0].truncate(20)));
    assert!(!fast(&|r| r.probes.truncate(2)));
    assert!(!fast(&|r| r.geometry.clear()));
    let area = |factor: f64| move |r: &mut Results| r.geometry.values_mut().for_each(|g| g.area[0] *= factor);
    assert!(fast(&area(1.0 + 1e-13)));
    assert!(!fast(&area(1.0 + 1e-11)));
}

#[test]
fn a_difference_tells_how_much_and_when() {
    let (expected, mut found) = (results(), results());
    found.probes[0][4] += 1e-6;
    found.probes[0][9] += 1e-3;
    let comparison = compare(&model(), &expected, &found);
    let worst = comparison.violations(Bounds::Fast).next().expect("1e-3 mV is out of bounds");
    assert_eq!(worst.at, Some(Position::Time(0.025 * 9.0)));
    assert_eq!(worst.first, Some(Position::Time(0.025 * 4.0)));
    assert!((comparison.voltage() - 1e-3).abs() < 1e-9);
}

#[test]
fn ulps_are_counted_across_zero() {
    assert_eq!(ulp_distance(1.0, 1.0), 0);
    assert_eq!(ulp_distance(0.0, -0.0), 0);
    assert_eq!(ulp_distance(1.0, 1.0_f64.next_up()), 1);
    assert_eq!(ulp_distance(-5e-324, 5e-324), 2);
    assert_eq!(ulp_distance(f64::NAN, f64::NAN), 0);
    assert_eq!(ulp_distance(f64::NAN, 1.0), u64::MAX);
    assert_eq!(ulp_distance(f64::MAX, f64::INFINITY), 1);
}

#[test]
fn thinned_results_still_tell_every_bit() {
    let (whole, mut other) = (results(), results());
    let thinned = thin(&whole, 10);
    assert_eq!(thinned.probes[0].len(), 3);
    assert!(compare(&model(), &thinned, &whole).within(Bounds::Exact));
    assert!(compare(&model(), &whole, &thinned).within(Bounds::Exact));
    // a sample that was removed
    other.probes[1][13] = other.probes[1][13].next_up();
    let comparison = compare(&model(), &thinned, &other);
    assert!(!comparison.within(Bounds::Exact));
    assert!(comparison.within(Bounds::Fast));
}
