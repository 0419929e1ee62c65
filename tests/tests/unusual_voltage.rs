//! A run that leaves -200 to 200 mV names the first voltage that did, with its place and time: the same for any number
//! of ranks and threads and any groups, in both kinds of arithmetic.

use loligo::UnusualVoltage;
use loligo::prelude::*;
use loligo_tests::{in_ranks, varied_network};

fn profiles() -> [Options; 2] {
    [Numerics::Exact, Numerics::Fast].map(|numerics| Options { numerics, ..Options::default() })
}

/// Thirty cells with electrodes at the dendrites of three of them: the first current is too small, the last one is later.
fn network() -> Network {
    let mut network = varied_network(30, 5, true);
    for (cell, delay, amp) in [(7, 1.0, 1.0), (19, 2.0, 500.0), (23, 1.5, 200.0), (3, 1.5, 200.0)] {
        let dendrite = network.cells[cell].section("dend1").expect("each cell has dendrites");
        network.cells[cell].place("electrode", dendrite, 0.5, IClamp { delay, dur: 2.0, amp }); // ms, ms, nA
    }
    network
}

fn unusual(network: &Network, options: &Options, ranks: usize) -> Option<UnusualVoltage> {
    let mut found = in_ranks(ranks, |rank| {
        let mut simulation = Simulation::with_communicator(network, options, rank).expect("it can be run");
        simulation.run_until(5.0).expect("voltages stay finite"); // ms
        simulation.unusual_voltage()
    });
    found.swap_remove(0)
}

#[test]
fn the_first_place_and_time_do_not_depend_on_the_machine() {
    let network = network();
    for options in profiles() {
        let found = unusual(&network, &options, 1).expect("two currents are far too large");
        assert_eq!((&*found.cell, &*found.section), ("cell 3", "dend1"), "{found}");
        assert!((1.5..1.6).contains(&found.t) && found.voltage > 200.0, "{found}");
        for (ranks, threads, group_nodes) in [(1, 2, 1), (1, 3, 100), (2, 1, 1), (3, 2, 1000)] {
            let options = Options { threads, group_nodes, ..options.clone() };
            assert_eq!(unusual(&network, &options, ranks).as_ref(), Some(&found), "{ranks} ranks, {threads} threads");
        }
        let text = found.to_string();
        assert!(text.contains("the voltage of cell \"cell 3\" at dend1(0.5) left -200 to 200 mV at t = 1.5"), "{text}");
    }
}

#[test]
fn sound_runs_have_none_and_a_new_start_forgets() {
    for options in profiles() {
        assert_eq!(unusual(&varied_network(30, 5, true), &options, 1), None);
        let network = network();
        let mut simulation = Simulation::new(&network, &options).expect("it can be run");
        simulation.run_until(1.4).expect("voltages stay finite"); // ms
        let checkpoint = simulation.checkpoint().expect("it has a state");
        simulation.run_until(5.0).expect("voltages stay finite");
        let found = simulation.unusual_voltage();
        assert!(found.is_some());
        simulation.restore(&checkpoint).expect("it is the same model");
        assert_eq!(simulation.unusual_voltage(), None);
        simulation.run_until(5.0).expect("voltages stay finite");
        assert_eq!(simulation.unusual_voltage(), found);
        simulation.initialize().expect("it starts again");
        assert_eq!(simulation.unusual_voltage(), None);
    }
}

#[test]
fn a_negative_voltage_and_one_before_a_fault_are_found() {
    for options in profiles() {
        let mut cell = Cell::new("c");
        cell.add_section(Section::soma(10.0)); // um
        cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 }); // S/cm2, mV
        cell.place("electrode", 0, 0.5, IClamp { delay: 1.0, dur: 1.0, amp: -200.0 }); // ms, ms, nA
        cell.place("fault", 0, 0.5, IClamp { delay: 3.0, dur: 1.0, amp: 1e308 });
        let mut network = Network::new();
        network.add_cell(cell);
        let mut simulation = Simulation::new(&network, &options).expect("it can be run");
        assert!(simulation.run_until(5.0).is_err());
        let found = simulation.unusual_voltage().expect("it was far below");
        assert!(found.voltage < -200.0 && (found.t - 1.025).abs() < 1e-9, "{found}");
    }
}
