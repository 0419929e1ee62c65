//! Charge is conserved in every step: current from electrodes leaves the cell through its membrane, as capacitive or
//! ionic current, and axial currents only redistribute it. Summed over all segments of a cell,
//!
//! sum of area (i_cap + i_membrane) = sum of electrode currents,
//!
//! within rounding, in `Exact` and `Fast`. i_cap is the recorded value. The step is implicit: each membrane current has
//! its value at the new voltage (backward Euler) or at the middle voltage (Crank-Nicolson) with the conductance of the
//! step. Recorded currents belong to the old voltage; all of them are ohmic, i = g (v - e), and are converted to the
//! voltage of the step.

use loligo::prelude::*;
use loligo_tests::varied_cell;

/// The largest imbalance in a run of a cell relative to the sum of the absolute currents, and the number of steps
/// compared.
fn imbalance(cell: Cell, options: &Options, steps: usize) -> (f64, usize) {
    let cable = cell.cable().expect("the geometry is sound");
    let mut network = Network::new();
    let index = network.add_cell(cell.clone());
    let synapse = |point| TargetRef::Point { cell: index, point };
    network.send_events(synapse(0), 3e-3, [2.0, 6.0, 6.5, 11.0]);
    network.send_events(synapse(1), 2e-3, [4.0, 9.0]);

    // A current that leaves the cell: recording, e (mV), factor to nA, and the recordings of v that
    // belong to it.
    struct Outflow {
        current: usize,
        e: f64,
        factor: f64,
        v: usize,
    }
    let (mut ohmic, mut capacitive) = (Vec::new(), Vec::new());
    let mut voltage_of_node = vec![usize::MAX; cable.len()];
    for (section, described) in cell.sections.iter().enumerate() {
        let segments = described.segments();
        for k in 0..segments {
            let x = (k as f64 + 0.5) / segments as f64;
            let node = cable.node_at(section, x) as usize;
            let factor = cable.area[node] * 1e-2; // mA/cm2 times um2 are 1e-2 nA
            let v = network.record(VariableRef::voltage(index, section, x));
            voltage_of_node[node] = v;
            capacitive.push((network.record(VariableRef::section(index, section, x, "i_cap")), factor));
            for (variable, e) in [("i_pas", -65.0), ("il_hh", -54.3), ("ina", 50.0), ("ik", -77.0)] {
                let before = network.recordings.len();
                let current = network.record(VariableRef::section(index, section, x, variable));
                if network.check().is_empty() {
                    ohmic.push(Outflow { current, e, factor, v });
                } else {
                    network.recordings.truncate(before); // this cell lacks that mechanism
                }
            }
        }
    }
    for (point, e) in [(0, 0.0), (1, -80.0)] {
        let node = cable.node_at(cell.points[point].section, cell.points[point].x) as usize;
        let current = network.record(VariableRef::point(index, point, "i"));
        ohmic.push(Outflow { current, e, factor: 1.0, v: voltage_of_node[node] });
    }
    let electrode = network.record(VariableRef::point(index, 2, "i"));

    let mut simulation = Simulation::new(&network, options).expect("the model is sound");
    let share = if options.second_order == SecondOrder::BackwardEuler { 1.0 } else { 0.5 };
    let mut worst: f64 = 0.0;
    for _ in 0..steps {
        simulation.step().expect("the run stays finite");
    }
    for step in 1..=steps {
        let sample = |recording: usize| simulation.samples(recording).unwrap()[step];
        let mut sum = -sample(electrode); // nA
        let mut amount = sum.abs();
        let mut add = |current: f64| {
            sum += current;
            amount += current.abs();
        };
        for &(current, factor) in &capacitive {
            add(sample(current) * factor);
        }
        for outflow in &ohmic {
            let (old, new) = (simulation.samples(outflow.v).unwrap()[step - 1], sample(outflow.v)); // mV
            let counts = old + share * (new - old); // mV
            add(sample(outflow.current) * outflow.factor * (counts - outflow.e) / (old - outflow.e));
        }
        worst = worst.max(sum.abs() / amount.max(1e-6));
    }
    (worst, steps)
}

#[test]
fn what_goes_in_comes_out() {
    for numerics in [Numerics::Exact, Numerics::Fast] {
        for second_order in [SecondOrder::BackwardEuler, SecondOrder::CrankNicolson] {
            let mut worst: f64 = 0.0;
            for index in 0..12 {
                let options = Options { numerics, second_order, ..Options::default() };
                let (imbalance, _) = imbalance(varied_cell(index, 31), &options, 600);
                assert!(imbalance < 1e-9, "cell {index}, {numerics:?}, {second_order:?}: {imbalance:e}");
                worst = worst.max(imbalance);
            }
            println!("{numerics:?}, {second_order:?}: imbalance <= {worst:.1e} of the sum of amounts");
        }
    }
}
