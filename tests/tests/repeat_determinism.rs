//! A simulation is a value: its results depend on nothing outside it, and no state remains from one run to the next.
//! `initialize()` and a second run, a second simulation of the same network, simultaneous simulations in other threads,
//! a run in many small pieces instead of one: all give the same bits.

use std::ops::ControlFlow;
use std::thread;

use loligo::prelude::*;
use loligo_tests::{Fingerprint, varied_network};

const TSTOP: f64 = 30.0; // ms

fn profiles() -> [Options; 2] {
    [Numerics::Exact, Numerics::Fast].map(|numerics| Options { numerics, ..Options::default() })
}

fn assert_same(expected: &Fingerprint, found: &Fingerprint, what: &str) {
    if let Some(difference) = expected.difference(found) {
        panic!("{what}: {difference}");
    }
}

#[test]
fn a_simulation_can_go_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Simulation>();
}

#[test]
fn a_second_run_of_one_simulation() {
    for options in profiles() {
        for with_integrators in [false, true] {
            let network = varied_network(15, 5, with_integrators);
            let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
            simulation.run_until(TSTOP).expect("the run stays finite");
            let first = Fingerprint::of(&simulation);
            assert!(first.spikes.len() > 30, "{} spikes are no test", first.spikes.len());
            for stop in [TSTOP, 7.3, TSTOP] {
                simulation.initialize().expect("it starts again");
                simulation.run_until(stop).expect("the run stays finite");
            }
            assert_same(&first, &Fingerprint::of(&simulation), "run again");
        }
    }
}

/// A waveform changes a parameter; at the start of the next run the parameter has its initial value
/// again.
#[test]
fn a_second_run_after_waveforms() {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    cell.paint(Region::All, Pas::default());
    for name in ["steps", "ramp"] {
        cell.place(name, soma, 0.5, IClamp { delay: 0.0, dur: 1e9, amp: 0.05 });
    }
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.play(VariableRef::point(cell, 0, "amp"), Waveform::steps(vec![2.0, 4.0], vec![0.2, -0.1]));
    network.play(VariableRef::point(cell, 1, "amp"), Waveform::continuous(vec![1.0, 3.0, 4.0], vec![0.0, 0.3, 0.1]));
    network.record(VariableRef::voltage(cell, soma, 0.5));
    for options in profiles() {
        let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
        simulation.run_until(5.0).expect("the run stays finite");
        let first = Fingerprint::of(&simulation);
        simulation.initialize().expect("it starts again");
        simulation.run_until(5.0).expect("the run stays finite");
        assert_same(&first, &Fingerprint::of(&simulation), "run again");
    }
}

#[test]
fn a_second_simulation() {
    for options in profiles() {
        let network = varied_network(15, 6, true);
        let first = Fingerprint::of_run(&network, &options, TSTOP);
        // Another model in between, with other random streams and other mechanisms.
        Fingerprint::of_run(&varied_network(5, 7, false), &options, 5.0);
        assert_same(&first, &Fingerprint::of_run(&network, &options, TSTOP), "another simulation");
        assert_same(&first, &Fingerprint::of_run(&network.clone(), &options, TSTOP), "a clone's simulation");
    }
}

#[test]
fn simulations_at_once() {
    let models: Vec<(Network, Options)> = (0..4)
        .map(|k| {
            let [exact, fast] = profiles();
            let options = if k % 2 == 0 { exact } else { fast };
            let celsius = 6.3 + f64::from(k); // the tables of hh differ
            (varied_network(10, 20 + k, k < 2), Options { celsius, threads: 1 + k as usize % 2, ..options })
        })
        .collect();
    let alone: Vec<_> = models.iter().map(|(network, options)| Fingerprint::of_run(network, options, TSTOP)).collect();
    let together: Vec<_> = thread::scope(|scope| {
        let run = |(network, options): &(Network, Options)| Fingerprint::of_run(network, options, TSTOP);
        let threads: Vec<_> = models.iter().map(|model| scope.spawn(move || run(model))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the run ends well")).collect()
    });
    for (alone, together) in alone.iter().zip(&together) {
        assert_same(alone, together, "at once");
    }
}

#[test]
fn a_run_in_pieces() {
    for options in profiles() {
        for with_integrators in [false, true] {
            let network = varied_network(12, 8, with_integrators);
            let whole = Fingerprint::of_run(&network, &options, TSTOP);

            let mut steps = Simulation::new(&network, &options).expect("the model is sound");
            while steps.time() < TSTOP - options.dt / 2.0 {
                steps.step().expect("the run stays finite");
            }
            assert_same(&whole, &Fingerprint::of(&steps), "step by step");

            let mut pieces = Simulation::new(&network, &options).expect("the model is sound");
            for stop in [0.31, 0.33, 5.0, 5.0, 17.77, TSTOP] {
                pieces.run_until(stop).expect("the run stays finite");
            }
            assert_same(&whole, &Fingerprint::of(&pieces), "in pieces");

            let mut broken = Simulation::new(&network, &options).expect("the model is sound");
            broken.run_with(TSTOP, |_| ControlFlow::Break(())).expect("the run stays finite");
            assert!(broken.time() < TSTOP, "a report answered with Break ends the run");
            broken.run_until(TSTOP).expect("the run stays finite");
            assert_same(&whole, &Fingerprint::of(&broken), "interrupted and resumed");
        }
    }
}

/// The epoch, in which groups of cells advance without exchange, follows from the shortest delay. A spike at the very
/// beginning of an epoch must not be delivered late, wherever between two steps it is due.
#[test]
fn a_run_in_steps_with_delays_of_every_kind() {
    for delay in [0.1, 0.11, 0.1125, 0.113, 0.12, 0.125, 0.6, 0.61] {
        let mut network = varied_network(12, 9, false);
        network.connections.update_all(|_, connection| connection.delay = delay);
        for options in profiles() {
            let whole = Fingerprint::of_run(&network, &options, TSTOP);
            let mut steps = Simulation::new(&network, &options).expect("the model is sound");
            while steps.time() < TSTOP - options.dt / 2.0 {
                steps.step().expect("the run stays finite");
            }
            assert_same(&whole, &Fingerprint::of(&steps), &format!("delays of {delay} ms"));
        }
    }
}
