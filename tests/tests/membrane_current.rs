//! The membrane current of a segment, `i_membrane_` (nA), equals that of NEURON's `CVode.use_fast_imem`: every bit in
//! `Exact`, and in `Fast` within 1e-9 of the largest of the cell. Its sum over a cell is the current from electrodes.
//! Its bits do not depend on the number of threads and the groups of cells, and recording it changes no other result.
//!
//! `reference/membrane_current.json` has NEURON 9.0.2's results for the cases of `neuron/membrane_current.py`.

use loligo::prelude::*;
use loligo_tests::{Fingerprint, in_ranks, varied_cell, varied_network};
use loligo_validation::reproduce_cases;

const ORDERS: [SecondOrder; 2] = [SecondOrder::BackwardEuler, SecondOrder::CrankNicolson];
const PROFILES: [Numerics; 2] = [Numerics::Exact, Numerics::Fast];

#[test]
fn neurons_numbers() {
    assert_eq!(reproduce_cases("tests/reference/membrane_current.json"), 13);
}

/// A cell with hh and pas, synapses, and electrodes: a current step, others in a dendrite and at an end, optionally a
/// voltage clamp.
fn network(index: usize, with_clamp: bool) -> Network {
    let mut cell = varied_cell(index, 43);
    let last = cell.sections.len() - 1;
    cell.place("dendritic", 2, 0.3, IClamp { delay: 3.0, dur: 4.0, amp: -0.04 }); // ms, ms, nA
    cell.place("distal", last, 1.0, IClamp { delay: 5.0, dur: 2.0, amp: 0.05 });
    if with_clamp {
        cell.place("clamp", 1, 0.5, SEClamp { dur1: 7.0, amp1: -60.0, rs: 20.0, ..SEClamp::default() });
    }
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.send_events(TargetRef::Point { cell, point: 0 }, 3e-3, [2.0, 6.0, 6.5, 11.0]); // uS, ms
    network.send_events(TargetRef::Point { cell, point: 1 }, 2e-3, [4.0, 9.0]);
    network
}

fn simulate(network: &Network, options: &Options) -> Simulation {
    let mut simulation = Simulation::new(network, options).expect("the model is sound");
    simulation.run_until(15.0).expect("it stays finite");
    simulation
}

/// The largest absolute value of some recordings, and their largest difference between two runs.
fn largest(recordings: impl Iterator<Item = usize>, a: &Simulation, b: &Simulation) -> (f64, f64) {
    let (mut size, mut difference) = (0.0_f64, 0.0_f64);
    for recording in recordings {
        for (a, b) in a.samples(recording).unwrap().iter().zip(b.samples(recording).unwrap()) {
            size = size.max(a.abs());
            difference = difference.max((a - b).abs());
        }
    }
    (size, difference)
}

#[test]
fn fast_stays_close() {
    let mut worst = 0.0_f64;
    for second_order in ORDERS {
        for index in 0..40 {
            let mut network = network(index, false);
            let currents = network.record_segments(0, Region::All, "i_membrane_").unwrap();
            let [exact, fast] =
                PROFILES.map(|numerics| simulate(&network, &Options { numerics, second_order, ..Options::default() }));
            let (size, difference) = largest(currents, &exact, &fast);
            worst = worst.max(difference / size);
            assert!(difference <= 1e-9 * size, "cell {index}: {difference} nA apart, the largest is {size} nA");
        }
    }
    println!("within {worst:.1e} of the largest current");
}

/// Charge is conserved: current that enters through electrodes leaves through the membrane.
#[test]
fn sums_are_the_currents_of_electrodes() {
    let mut worst = 0.0_f64;
    for numerics in PROFILES {
        for second_order in ORDERS {
            for index in 0..12 {
                let mut network = network(index, false);
                let currents = network.record_segments(0, Region::All, "i_membrane_").unwrap();
                let electrodes: Vec<usize> =
                    (2..5).map(|point| network.record(VariableRef::point(0, point, "i"))).collect();
                let simulation = simulate(&network, &Options { numerics, second_order, ..Options::default() });
                for step in 0..=simulation.steps() as usize {
                    let sample = |recording: usize| simulation.samples(recording).unwrap()[step];
                    let brought: f64 = electrodes.iter().map(|&electrode| sample(electrode)).sum(); // nA
                    let leaves: f64 = currents.clone().map(sample).sum(); // nA
                    let amount: f64 = currents.clone().map(|current| sample(current).abs()).sum();
                    let error = (leaves - brought).abs() / amount.max(0.1);
                    worst = worst.max(error);
                    assert!(error < 1e-10, "cell {index}, step {step}: {brought} nA in, {leaves} nA out");
                }
            }
        }
    }
    println!("within {worst:.1e} of the sum of amounts");
}

/// The same with a voltage clamp, whose current is that at the voltage at the end of the step.
#[test]
fn sums_are_the_current_of_a_clamp() {
    for numerics in PROFILES {
        let mut network = network(3, true);
        let currents = network.record_segments(0, Region::All, "i_membrane_").unwrap();
        let electrodes: Vec<usize> = (2..6).map(|point| network.record(VariableRef::point(0, point, "i"))).collect();
        let simulation = simulate(&network, &Options { numerics, ..Options::default() });
        for step in 1..=simulation.steps() as usize {
            let sample = |recording: usize| simulation.samples(recording).unwrap()[step];
            let brought: f64 = electrodes.iter().map(|&electrode| sample(electrode)).sum(); // nA
            let leaves: f64 = currents.clone().map(sample).sum(); // nA
            assert!((leaves - brought).abs() < 1e-9, "step {step}: {brought} nA in, {leaves} nA out");
        }
    }
}

#[test]
fn by_area_it_is_a_density_and_ends_have_what_sits_there() {
    for numerics in PROFILES {
        let mut network = network(5, false);
        let cell = &network.cells[0];
        let last = cell.sections.len() - 1;
        let segments: Vec<f64> = cell.segments().unwrap().iter().map(|place| place.x).collect();
        let cable = cell.cable().unwrap();
        let areas: Vec<f64> = cell
            .segments()
            .unwrap()
            .iter()
            .map(|place| cable.area[cable.node_at(place.section, place.x) as usize])
            .collect();
        network.cells[0].place("at the end", last, 1.0, ExpSyn { tau: 2.0, e: 0.0 });
        let point = network.cells[0].points.len() - 1;
        network.send_events(TargetRef::Point { cell: 0, point }, 1e-3, [1.0]);
        let currents = network.record_segments(0, Region::All, "i_membrane_").unwrap();
        let densities = network.record_segments(0, Region::All, "i_membrane").unwrap();
        assert_eq!((currents.len(), densities.len()), (segments.len(), segments.len()));
        let end = network.record(VariableRef::section(0, last, 1.0, "i_membrane_"));
        let root = network.record(VariableRef::section(0, 0, 0.0, "i_membrane_"));
        let density_at_end = network.record(VariableRef::section(0, last, 1.0, "i_membrane"));
        let simulation = simulate(&network, &Options { numerics, ..Options::default() });
        for ((current, density), area) in currents.zip(densities.clone()).zip(areas) {
            let pairs = simulation.samples(current).unwrap().iter().zip(simulation.samples(density).unwrap());
            pairs.for_each(|(current, density)| assert_eq!(current.to_bits(), (density * area * 0.01).to_bits()));
        }
        assert!(simulation.samples(root).unwrap().iter().all(|&current| current == 0.0));
        assert!(simulation.samples(end).unwrap().iter().any(|&current| current < -0.01)); // nA, inwards
        let of_last_segment = densities.last().unwrap();
        assert_eq!(simulation.samples(density_at_end).unwrap(), simulation.samples(of_last_segment).unwrap());
        assert_eq!(simulation.recording_unit(end).unwrap(), "nA");
        assert_eq!(simulation.recording_unit(density_at_end).unwrap(), "mA/cm2");
    }
}

/// The currents of some cells are recorded, one is the source of a connection, one is transferred to
/// another cell.
fn looked_at(network: &Network) -> Network {
    let mut network = network.clone();
    for cell in (0..network.cells.len()).step_by(4) {
        network.record_segments(cell, Region::All, "i_membrane_").unwrap();
    }
    network
}

#[test]
fn bits_do_not_depend_on_recordings_threads_or_ranks() {
    let plain = varied_network(40, 21, false);
    let recorded = looked_at(&plain);
    let mut used = recorded.clone();
    let source = SourceRef::Variable(VariableRef::section(4, 1, 0.5, "i_membrane_"));
    let target = TargetRef::Point { cell: 7, point: 0 };
    used.connect(Connection::new(source, target, 4e-3, 0.7).with_threshold(0.005)); // uS, ms, nA
    used.cells[9].place("gap", 0, 0.5, HalfGap { g: 1e-5, vgap: 0.0 });
    let point = used.cells[9].points.len() - 1;
    used.transfer(VariableRef::section(2, 1, 0.5, "i_membrane"), VariableRef::point(9, point, "vgap"));
    used.record(VariableRef::point(9, point, "vgap"));
    for numerics in PROFILES {
        let options = Options { numerics, ..Options::default() };
        let without = Fingerprint::of_run(&plain, &options, 12.0);
        let mut with = Fingerprint::of_run(&recorded, &options, 12.0);
        with.samples.truncate(plain.recordings.len());
        assert_eq!(without.difference(&with), None, "what is recorded changes what is computed");
        let expected = Fingerprint::of_run(&used, &options, 12.0);
        assert!(expected.spikes.len() > 50);
        for (threads, group_nodes) in [(1, 1), (2, 500), (3, 100)] {
            let options = Options { threads, group_nodes, ..options.clone() };
            let found = Fingerprint::of_run(&used, &options, 12.0);
            assert_eq!(expected.difference(&found), None, "{numerics:?}, {threads} threads, {group_nodes} nodes");
        }
        let ranks = in_ranks(3, |rank| {
            let mut simulation = Simulation::with_communicator(&used, &options, rank).unwrap();
            simulation.run_until(12.0).unwrap();
            Fingerprint::of(&simulation)
        });
        assert_eq!(expected.difference(&ranks[0]), None, "{numerics:?}, three ranks");
    }
}

/// A restored run, with currents recorded or not when the checkpoint was made, has the same currents from the next step
/// on.
#[test]
fn a_restored_run_has_the_same_currents() {
    let plain = varied_network(6, 5, true);
    let recorded = looked_at(&plain);
    for numerics in PROFILES {
        let options = Options { numerics, ..Options::default() };
        let whole = {
            let mut simulation = Simulation::new(&recorded, &options).unwrap();
            simulation.run_until(10.0).unwrap();
            simulation
        };
        let mut first = Simulation::new(&plain, &options).unwrap();
        first.run_until(6.0).unwrap();
        let mut rest = Simulation::new(&recorded, &options).unwrap();
        rest.run_until(2.0).unwrap();
        rest.restore(&first.checkpoint().unwrap()).unwrap();
        assert_eq!(rest.value(plain.recordings.len()).unwrap(), 0.0); // nA, not the earlier value
        rest.run_until(10.0).unwrap();
        for recording in plain.recordings.len()..recorded.recordings.len() {
            let (all, last) = (whole.samples(recording).unwrap(), rest.samples(recording).unwrap());
            assert!(last.len() > 150 && all.ends_with(last), "{}", whole.recording_name(recording).unwrap());
        }
    }
}

#[test]
fn regions_in_a_file_are_segments() {
    let model = loligo_format::ModelFile::parse(
        r#"
        [run]
        tstop = 1.0
        [[cell]]
        name = "c"
        count = 3
        section = [
            { name = "soma", L = 20.0, diam = 20.0 },
            { name = "dend", parent = "soma", L = 100.0, diam = 2.0, nseg = 3 },
            { name = "apic", parent = "soma", L = 100.0, diam = 2.0, nseg = 2 },
        ]
        paint = [{ region = "all", mechanism = "pas" }]
        [[record]]
        cell = "c[1:3]"
        region = ["soma", "apical"]
        variable = ["i_membrane_", "v"]
        every = 4
        [[record]]
        region = "dend"
        variable = "i_membrane"
        "#,
        "model.toml",
    )
    .unwrap();
    let mut expected = model.network.clone();
    expected.recordings.clear();
    for cell in [1, 2] {
        for variable in ["i_membrane_", "v"] {
            let places = expected.record_segments(cell, Region::sections_named(["soma", "apic"]), variable).unwrap();
            assert_eq!(places.len(), 3);
        }
    }
    expected.recordings.iter_mut().for_each(|recording| recording.every = 4);
    for cell in 0..3 {
        assert_eq!(expected.record_segments(cell, Region::section_named("dend"), "i_membrane").unwrap().len(), 3);
    }
    assert_eq!(model.network.recordings, expected.recordings);
    assert!(expected.record_segments(3, Region::All, "v").is_err());
    assert!(expected.record_segments(0, Region::section_named("dendr"), "v").is_err());
}
