//! The number of threads and the size of the groups of cells affect only the speed: spikes (their order included),
//! samples and times have the same bits for every number of threads and every `group_nodes`, in both kinds of
//! arithmetic, with cells of various shapes, noise, and delays down to less than a step.

use loligo::prelude::*;
use loligo_tests::{Fingerprint, network_without_delay, varied_network};

const TSTOP: f64 = 40.0; // ms

fn same_for_all(network: &Network, numerics: Numerics, group_nodes: &[usize], least_spikes: usize) {
    let base = Options { numerics, ..Options::default() };
    let expected = Fingerprint::of_run(network, &base, TSTOP);
    assert!(expected.spikes.len() >= least_spikes, "{} spikes are no test", expected.spikes.len());
    for threads in [1, 2, 3, 7] {
        for &group_nodes in group_nodes {
            let options = Options { threads, group_nodes, ..base.clone() };
            let found = Fingerprint::of_run(network, &options, TSTOP);
            if let Some(difference) = expected.difference(&found) {
                panic!("{numerics:?}, {threads} threads, {group_nodes} nodes a group: {difference}");
            }
        }
    }
}

#[test]
fn cells_that_meet_through_delays() {
    let network = varied_network(36, 1, false);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[1, 50, 500, 1_000_000], 100);
    }
}

#[test]
fn cells_that_meet_through_integrators_without_delay() {
    let network = varied_network(24, 2, true);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[1, 500], 100);
    }
}

/// A connection without delay has its effect within the step of its spike, also between groups.
#[test]
fn cells_that_meet_without_delay() {
    let network = network_without_delay(12, 3);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[1, 200], 50);
    }
}
