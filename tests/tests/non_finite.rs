//! A run stops when a voltage is no longer finite. The error names cell, section, place, time, and, if a current or
//! state of a mechanism at that place is not finite either, the mechanism. Data recorded before remain, are finite, and
//! can be read; the simulation can be started anew with `initialize()`. If several cells fail, the error names the
//! first in time, for any groups and threads.

use loligo::SimulationError;
use loligo::prelude::*;

fn profiles() -> [Options; 2] {
    [Numerics::Exact, Numerics::Fast].map(|numerics| Options { numerics, ..Options::default() })
}

/// A soma and a dendrite, and a second cell that remains at rest.
fn cells() -> (Network, usize) {
    let mut network = Network::new();
    for name in ["neighbour", "victim"] {
        let mut cell = Cell::new(name);
        let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
        let dendrite = Section::cylinder("dend", 5.0, 0.5).with_segments(3).attached_to(soma, 1.0);
        cell.add_section(dendrite);
        cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 });
        network.add_cell(cell);
    }
    (network, 1)
}

struct Failure {
    cell: String,
    section: String,
    x: f64,
    t: f64,
    mechanism: Option<String>,
    message: String,
}

/// Runs until the error, and checks the properties common to all such errors.
fn failure(network: &Network, options: &Options, tstop: f64) -> Failure {
    let mut simulation = Simulation::new(network, options).expect("the model is sound");
    let error = simulation.run_until(tstop).expect_err("the voltage leaves the finite numbers");
    let message = error.to_string();
    let SimulationError::NonFinite { cell, section, x, voltage, t, mechanism } = error else { panic!("{message}") };
    assert!(!voltage.is_finite());
    let shown: f64 = format!("{t:.11e}").parse().expect("it is a number"); // without the clock's rounding error
    for part in [cell.as_str(), &section, &format!("t = {shown} ms"), &voltage.to_string()] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
    // The failed step has no sample.
    let whole = (t / options.dt).round() as usize;
    for recording in 0..simulation.recordings() {
        let samples = simulation.samples(recording).unwrap();
        assert!(samples.iter().all(|sample| sample.is_finite()));
        assert!(samples.len() >= whole, "{} samples until step {whole}", samples.len());
    }
    assert!(simulation.run_until(tstop + 1.0).is_err(), "a run that failed can't go on");
    simulation.initialize().expect("it starts again");
    assert_eq!((simulation.time(), simulation.steps()), (0.0, 0));
    assert_eq!(simulation.run_until(tstop).expect_err("the same run follows").to_string(), message);
    Failure { cell, section, x, t, mechanism, message }
}

#[test]
fn a_current_beyond_all_bounds() {
    for options in profiles() {
        let (mut network, victim) = cells();
        let clamp = IClamp { delay: 1.0, dur: 1e9, amp: 1e308 };
        network.cells[victim].place("electrode", 1, 0.5, clamp);
        network.record(VariableRef::voltage(victim, 0, 0.5));
        network.record(VariableRef::voltage(0, 0, 0.5));
        let failure = failure(&network, &options, 5.0);
        assert_eq!(failure.cell, "victim");
        assert!((failure.t - 1.025).abs() < 1e-6, "{}", failure.message);
        assert_eq!(failure.mechanism.as_deref(), Some("IClamp"), "{}", failure.message);
        assert!(failure.message.contains("IClamp"), "{}", failure.message);
    }
}

#[test]
fn a_conductance_beyond_all_bounds() {
    for options in profiles() {
        let (mut network, victim) = cells();
        let point = network.cells[victim].place("synapse", 1, 0.9, ExpSyn { tau: 2.0, e: 0.0 });
        network.send_events(TargetRef::Point { cell: victim, point }, 1.7e308, [2.0, 2.0]);
        network.record(VariableRef::voltage(victim, 1, 0.9));
        let failure = failure(&network, &options, 5.0);
        assert_eq!(
            (failure.cell.as_str(), failure.mechanism.as_deref()),
            ("victim", Some("ExpSyn")),
            "{}",
            failure.message
        );
        assert!((failure.t - 2.025).abs() < 1e-6, "{}", failure.message);
        assert!(failure.section == "dend" || failure.x == 1.0, "{}", failure.message);
    }
}

/// A negative conductance makes the voltage grow step by step until it overflows.
#[test]
fn a_negative_conductance() {
    for options in profiles() {
        let mut network = Network::new();
        let mut cell = Cell::new("victim");
        let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
        cell.paint(Region::All, Pas { g: 1e-4, e: -65.0 });
        let point = cell.place("synapse", soma, 0.5, Exp2Syn { tau1: 0.1, tau2: 1e6, e: 0.0 });
        let cell = network.add_cell(cell);
        network.send_events(TargetRef::Point { cell, point }, -0.25, [1.0]);
        network.record(VariableRef::voltage(cell, soma, 0.5));
        network.record(VariableRef::point(cell, point, "g"));
        let failure = failure(&network, &options, 200.0);
        assert_eq!((failure.cell.as_str(), failure.section.as_str()), ("victim", "soma"));
        assert!(failure.t > 2.0, "{}", failure.message);
    }
}

#[test]
fn a_waveform_that_is_not_a_number() {
    for options in profiles() {
        let (mut network, victim) = cells();
        let point = network.cells[victim].place("electrode", 0, 0.5, IClamp { delay: 0.0, dur: 1e9, amp: 0.0 });
        let waveform = Waveform::steps(vec![0.0, 3.0], vec![0.1, f64::NAN]);
        network.play(VariableRef::point(victim, point, "amp"), waveform);
        network.record(VariableRef::voltage(victim, 0, 0.5));
        let failure = failure(&network, &options, 5.0);
        assert_eq!(
            (failure.cell.as_str(), failure.mechanism.as_deref()),
            ("victim", Some("IClamp")),
            "{}",
            failure.message
        );
        assert!((failure.t - 3.025).abs() < 1e-6, "{}", failure.message);
    }
}

#[test]
fn the_first_failure_is_named_for_every_number_of_threads() {
    let mut network = Network::new();
    for k in 0..6 {
        let mut cell = Cell::new(format!("cell {k}"));
        let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
        cell.paint(Region::All, Hh::default());
        let delay = [9.0, 7.0, 5.0, 5.0, 6.0, 8.0][k]; // ms
        cell.place("electrode", soma, 0.5, IClamp { delay, dur: 1e9, amp: 1.7e308 });
        network.add_cell(cell);
        network.watch(SourceRef::voltage(k, soma, 0.5), 0.0);
        network.record(VariableRef::voltage(k, soma, 0.5));
    }
    for base in profiles() {
        for threads in [1, 2, 5] {
            for group_nodes in [1, 1000] {
                let options = Options { threads, group_nodes, ..base.clone() };
                let failure = failure(&network, &options, 20.0);
                assert_eq!(failure.cell, "cell 2", "{}", failure.message);
                assert!((failure.t - 5.025).abs() < 1e-6, "{}", failure.message);
            }
        }
    }
}
