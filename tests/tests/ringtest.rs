//! NEURON's public ring benchmark gives NEURON's spikes, each at NEURON's time; so does a small ring of this
//! project.
//!
//! The public one is built from its topology file and compared with its spike list (ms with six digits), neither of
//! which is part of this project: 16 rings of 8 cells, some 20 sections each, 100 ms, 688 spikes.
//!
//! `reference/small_ring.json` has NEURON 9.0.2's results for the small ring (`neuron/small_ring.py`): exact doubles, 0
//! ULP for `Exact`, 1e-9 mV and the same steps for `Fast`.

use loligo::prelude::*;
use loligo_benches::ring::{self, Topology};
use loligo_tests::{numbers, outside_reference, project_file, read_json};

#[test]
fn the_soma_of_the_public_ring() {
    let mut cell = Cell::new("cell");
    cell.add_section(ring::soma());
    let cable = cell.cable().expect("the geometry is sound");
    let geometry = &cable.geometry[0];
    assert_eq!(geometry.length, 12.6157); // um
    assert_eq!(geometry.diameter[0], 12.615699768066404); // um
    assert_eq!(geometry.area[0], 500.0029545802403); // um2
    assert_eq!(cable.resistance_to_parent(cable.node_at(0, 0.5)), 0.05046250273670748); // MOhm
}

#[test]
fn the_public_ring() {
    let (Some(topology), Some(spikes)) =
        (outside_reference("ringtest/topo_default.json"), outside_reference("ringtest/spikes_default.txt"))
    else {
        return;
    };
    let network = ring::network(&Topology::read(&topology).expect("the topology is sound"), true);
    assert_eq!(network.cells.len(), 128);
    let text = std::fs::read_to_string(spikes).expect("the spikes are text");
    let mut expected: Vec<(usize, f64)> = text
        .lines()
        .map(|line| {
            let (t, gid) = line.split_once(' ').expect("time and gid");
            (gid.trim().parse().expect("a gid"), t.parse().expect("a time"))
        })
        .collect();
    assert_eq!(expected.len(), 688);
    expected.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let mut simulation =
            Simulation::new(&network, &Options { numerics, ..Options::default() }).expect("the model is sound");
        simulation.run_until(100.0).expect("the run stays finite");
        let gid = |source: usize| match &simulation.sources()[source] {
            SourceRef::Variable(VariableRef::Section { cell, .. }) => Some(*cell),
            _ => None,
        };
        let mut found: Vec<(usize, f64)> =
            simulation.spikes().iter().filter_map(|spike| Some((gid(spike.source)?, spike.t))).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        assert_eq!(found.len(), expected.len(), "{numerics:?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                found.0 == expected.0 && (found.1 - expected.1).abs() <= 1e-6,
                "{numerics:?}: {found:?}, NEURON {expected:?}"
            );
        }
    }
}

/// The ring of `neuron/small_ring.py`; the connections from each soma record its spikes.
fn small_ring() -> Network {
    const CELLS: usize = 5;
    let mut network = Network::new();
    for k in 0..CELLS {
        let size = k as f64;
        let section = |name: &str, length, diameter, segments| {
            Section::cylinder(name, length, diameter).with_segments(segments).with_axial_resistance(100.0)
        };
        let mut cell = Cell::new(format!("cell {k}"));
        let soma = cell.add_section(section("soma", 18.0 + size, 16.0, 1));
        let trunk = cell.add_section(section("trunk", 150.0 + 10.0 * size, 1.5, 5).attached_to(soma, 1.0));
        let left = cell.add_section(section("left", 80.0, 1.0, 3).attached_to(trunk, 1.0));
        cell.add_section(section("right", 80.0, 1.0, 3).attached_to(trunk, 1.0));
        let hh = ["soma", "left", "right"].map(str::to_owned).to_vec();
        cell.paint(Region::Sections(hh), Hh::default());
        cell.paint(SectionKind::Dendrite, Pas { g: 1e-4, e: -65.0 });
        cell.place("excitation", left, 0.5, Exp2Syn { tau1: 0.3, tau2: 2.5, e: 0.0 });
        cell.place("inhibition", trunk, 0.1, ExpSyn { tau: 5.0, e: -80.0 });
        network.add_cell(cell);
    }
    for k in 0..CELLS {
        for (step, point, weight, delay) in [(1, 0, 0.03, 1.0 + 0.2 * k as f64), (2, 1, 0.004, 2.5)] {
            let target = TargetRef::Point { cell: (k + step) % CELLS, point };
            let connection = Connection::new(SourceRef::voltage(k, 0, 0.5), target, weight, delay);
            network.connect(connection.with_threshold(0.0));
        }
    }
    let start = NetStim { interval: 20.0, number: 3.0, start: 1.0, noise: 0.0 };
    let start = network.add_artificial_cell("start", start);
    let target = TargetRef::Point { cell: 0, point: 0 };
    network.connect(Connection::new(SourceRef::Artificial(start), target, 0.04, 1.0));
    network
}

#[test]
fn a_small_ring() {
    let reference = read_json(&project_file("tests/reference/small_ring.json"));
    let mut network = small_ring();
    let v = network.record(VariableRef::voltage(2, 3, 0.9));
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let mut simulation =
            Simulation::new(&network, &Options { numerics, ..Options::default() }).expect("the model is sound");
        simulation.run_until(100.0).expect("the run stays finite");
        for (cell, spikes) in reference["spikes_ms"].as_array().expect("a list of cells").iter().enumerate() {
            let expected = numbers(spikes);
            assert!(expected.len() > 4);
            assert_eq!(simulation.spikes_of_connection(2 * cell), expected, "cell {cell}, {numerics:?}");
        }
        let expected = numbers(&reference["v_right2_mV"]);
        let found: Vec<f64> = simulation.samples(v).unwrap().iter().copied().step_by(100).collect();
        assert_eq!(found.len(), expected.len());
        let bound = if numerics == Numerics::Exact { 0.0 } else { 1e-9 }; // mV
        for (k, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!((found - expected).abs() <= bound, "{numerics:?}, sample {k}: {found} mV, NEURON {expected} mV");
        }
    }
}
