//! Random numbers.

use crate::probe::{Case, Probe, network, numbers_of, same, section};
use loligo::prelude::*;

#[test]
fn streams_of_an_instance() {
    let Some(case) = Case::find("random") else { return };
    let lines: Vec<_> = case.lines().filter(|line| line.contains("Vector[0]")).map(numbers_of).collect();
    assert_eq!(lines.len(), 2);
    let mut cell = section();
    for name in ["a", "b"] {
        cell.place(name, 0, 0.5, Mechanism::new("RV"));
    }
    let mut probe = Probe::start(&network(case.catalogue(&["rv"]), cell), -65.0);
    for (k, expected) in lines.iter().enumerate() {
        same(&probe.elements(k, "a", 11), &expected[..11], "numbers of two streams");
    }
    probe.simulation.initialize().unwrap();
    let found = [0, 8, 10].map(|k| probe.point(0, &format!("a[{k}]")));
    same(&found, &case.printed("second init"), "a second run");
}

#[test]
fn the_older_generator() {
    let Some(case) = Case::find("precision_indices_net_send") else { return };
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("rnd0"));
    let mut probe = Probe::start(&network(case.catalogue(&["rnd0"]), cell), -65.0);
    same(&probe.elements_at(0.5, "a", "rnd0", 0..5), &case.printed("rnd default seed"), "from the first seed");
    probe.simulation.initialize().unwrap();
    same(&probe.elements_at(0.5, "a", "rnd0", 0..2), &case.printed("second finitialize"), "a second run");
}
