//! Gap junctions equal NEURON's: half gap junctions whose `vgap` is transferred after every step (`source_var` and
//! `target_var`). `Exact` has NEURON's bits in every number, `Fast` stays within 1e-9 mV; results have the same bits
//! for every number of threads and any groups, for any coupled cells; passive cells have the coupling coefficient of
//! the textbook.
//!
//! `reference/gap_junctions.json` has NEURON 9.0.2's results for the cases of `neuron/gap_junctions.py`.

use loligo::prelude::*;
use loligo_tests::{Fingerprint, varied_network};
use loligo_validation::reproduce_cases;

#[test]
fn neurons_numbers() {
    assert_eq!(reproduce_cases("tests/reference/gap_junctions.json"), 13);
}

fn soma(cell: usize) -> Location {
    Location::new(cell, 0, 0.5)
}

/// A network of cells of various shapes, coupled between the soma of one and a dendrite of the
/// other.
fn coupled(cells: usize, with_integrators: bool, pairs: impl IntoIterator<Item = (usize, usize)>) -> Network {
    let mut network = varied_network(cells, 5, with_integrators);
    for (k, (a, b)) in pairs.into_iter().enumerate() {
        let dendrite = Location::new(b, 1 + k % 3, 0.6);
        let gap = network.gap_junction(soma(a), dendrite, 2e-4 * (1 + k % 5) as f64);
        if k % 7 == 0 {
            network.record(VariableRef::gap_junction(gap, GapSide::A, "i"));
            network.record(VariableRef::gap_junction(gap, GapSide::B, "vgap"));
        }
    }
    network
}

fn same_for_all(network: &Network, base: &Options, group_nodes: &[usize]) {
    let expected = Fingerprint::of_run(network, base, 15.0);
    assert!(expected.spikes.len() >= 30, "{} spikes are no test", expected.spikes.len());
    for threads in [1, 2, 3, 7] {
        for &group_nodes in group_nodes {
            let options = Options { threads, group_nodes, ..base.clone() };
            let found = Fingerprint::of_run(network, &options, 15.0);
            if let Some(difference) = expected.difference(&found) {
                panic!("{:?}, {threads} threads, {group_nodes} nodes a group: {difference}", base.numerics);
            }
        }
    }
}

const PROFILES: [Numerics; 2] = [Numerics::Exact, Numerics::Fast];

#[test]
fn pairs_have_the_same_bits_in_any_groups() {
    let network = coupled(30, false, (0..15).map(|k| (2 * k, 2 * k + 1)));
    for numerics in PROFILES {
        same_for_all(&network, &Options { numerics, ..Options::default() }, &[1, 100, 1_000_000]);
    }
}

#[test]
fn a_large_ring_has_the_same_bits_in_any_groups() {
    let network = coupled(90, false, (0..90).map(|k| (k, (k + 1) % 90)));
    for numerics in PROFILES {
        same_for_all(&network, &Options { numerics, ..Options::default() }, &[1, 700, 1_000_000]);
    }
}

#[test]
fn cells_far_apart_and_with_clamps_have_the_same_bits_in_any_groups() {
    let mut network = coupled(90, true, (0..40).map(|k| (k * 31 % 90, (k * 17 + 5) % 90)).filter(|(a, b)| a != b));
    let clamp = SEClamp { dur1: 5.0, amp1: -60.0, dur2: 5.0, amp2: -40.0, ..SEClamp::default() };
    network.cells[5].place("clamp", 0, 0.5, clamp);
    for (numerics, second_order) in
        [(Numerics::Fast, SecondOrder::BackwardEuler), (Numerics::Fast, SecondOrder::CrankNicolson)]
    {
        same_for_all(&network, &Options { numerics, second_order, ..Options::default() }, &[1, 500]);
    }
}

#[test]
fn a_gap_junction_is_two_half_gaps_and_two_transfers() {
    let pairs = || (0..20).map(|k| (k % 10, (3 * k + 1) % 10)).filter(|(a, b)| a != b);
    let mut joined = varied_network(10, 5, false);
    let mut by_hand = joined.clone();
    for (a, b) in pairs() {
        joined.gap_junction(soma(a), Location::new(b, 2, 1.0), 4e-4);
        let half = HalfGap { g: 4e-4, ..HalfGap::default() };
        let name = |cell: &Cell| format!("half gap {}", cell.points.len());
        let (name_a, name_b) = (name(&by_hand.cells[a]), name(&by_hand.cells[b]));
        let at_a = by_hand.cells[a].place(name_a, 0, 0.5, half);
        let at_b = by_hand.cells[b].place(name_b, 2, 1.0, half);
        by_hand.transfer(VariableRef::voltage(b, 2, 1.0), VariableRef::point(a, at_a, "vgap"));
        by_hand.transfer(VariableRef::voltage(a, 0, 0.5), VariableRef::point(b, at_b, "vgap"));
    }
    for numerics in PROFILES {
        let options = Options { numerics, ..Options::default() };
        let found = [&joined, &by_hand].map(|network| Fingerprint::of_run(network, &options, 15.0));
        assert_eq!(found[0].difference(&found[1]), None);
        assert!(found[0].difference(&Fingerprint::of_run(&varied_network(10, 5, false), &options, 15.0)).is_some());
    }
}

/// Two passive cells, one with a constant current: the deflection of the other is g / (g + G) of the first's, where G
/// is the membrane conductance of the other. Sizes and conductances are such that both reach their steady state within
/// the run.
#[test]
fn the_coupling_coefficient_of_passive_cells() {
    const LEAK: f64 = 2e-4; // S/cm2
    const REST: f64 = -65.0; // mV
    for (g, second_order) in
        [(1e-4, SecondOrder::BackwardEuler), (2e-3, SecondOrder::BackwardEuler), (5e-4, SecondOrder::CrankNicolson)]
    {
        let mut network = Network::new();
        for (name, size) in [("driven", 20.0), ("coupled", 30.0)] {
            let mut cell = Cell::new(name);
            cell.add_section(Section::cylinder("soma", size, size));
            cell.paint(Region::All, Pas { g: LEAK, e: REST });
            network.add_cell(cell);
        }
        network.cells[0].place("electrode", 0, 0.5, IClamp { delay: 0.0, dur: 1e9, amp: 0.02 });
        let gap = network.gap_junction(soma(0), soma(1), g);
        let voltages = [0, 1].map(|cell| network.record(VariableRef::voltage(cell, 0, 0.5)));
        let currents = [GapSide::A, GapSide::B].map(|side| network.record(VariableRef::gap_junction(gap, side, "i")));
        for numerics in PROFILES {
            let options = Options { numerics, second_order, ..Options::default() };
            let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
            simulation.run_until(300.0).expect("the run stays finite"); // 60 time constants
            let [driven, coupled] = voltages.map(|v| simulation.value(v).unwrap() - REST); // mV
            let [out, into] = currents.map(|i| simulation.value(i).unwrap()); // nA
            let area = std::f64::consts::PI * 30.0 * 30.0 * 1e-8; // cm2
            let membrane = LEAK * area * 1e6; // uS
            let coefficient = coupled / driven;
            assert!((coefficient / (g / (g + membrane)) - 1.0).abs() < 1e-9, "{g} uS: {coefficient}");
            assert!((out / (g * (driven - coupled)) - 1.0).abs() < 1e-9, "{out} nA");
            assert!((out + into).abs() < 1e-12, "{out} and {into} nA");
        }
    }
}

/// For any transfers, a simulation that is initialised again gives the same results as at first.
#[test]
fn the_same_run_again() {
    let mut network = varied_network(4, 5, false);
    network.gap_junction(soma(0), soma(1), 1e-3);
    let place = |cell: &mut Cell| cell.place("half gap", 0, 0.5, HalfGap { g: 1e-5, ..HalfGap::default() });
    let targets = [0, 1, 2].map(|cell| VariableRef::point(cell, place(&mut network.cells[cell]), "vgap"));
    let sources = ["m_hh", "ina", "i_cap"].map(|variable| VariableRef::section(3, 0, 0.5, variable));
    for (source, target) in sources.into_iter().zip(targets) {
        network.record(target.clone());
        network.transfer(source, target);
    }
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is sound");
    simulation.run_until(5.0).expect("the run stays finite");
    let first = Fingerprint::of(&simulation);
    simulation.initialize().expect("it did so before");
    simulation.run_until(5.0).expect("the run stays finite");
    assert_eq!(first.difference(&Fingerprint::of(&simulation)), None);
}
