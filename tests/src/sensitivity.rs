//! The differences between runs, and those that the last bits of the initial voltage make.

use loligo::prelude::*;

/// A run of a network until `tstop` (ms).
pub fn run(network: &Network, options: &Options, tstop: f64) -> Simulation {
    let mut simulation = Simulation::new(network, options).unwrap_or_else(|error| panic!("{error}"));
    simulation.run_until(tstop).unwrap_or_else(|error| panic!("{error}"));
    simulation
}

/// The largest difference of a recording in two runs.
pub fn difference(first: &Simulation, second: &Simulation, recording: usize) -> f64 {
    let [first, second] = [first, second].map(|run| run.samples(recording).expect("it is recorded"));
    first.iter().zip(second).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The largest difference of each recording that a change of the initial voltage in its last bits makes in `Exact`; `exact`
/// is the run without a change.
pub fn sensitivity(network: &Network, options: &Options, tstop: f64, exact: &Simulation) -> Vec<f64> {
    let mut largest = vec![0.0_f64; exact.recordings()];
    for bits in 1..=8 {
        let v_init = f64::from_bits(options.v_init.to_bits() + bits);
        let other = run(network, &Options { v_init, numerics: Numerics::Exact, ..options.clone() }, tstop);
        for (recording, largest) in largest.iter_mut().enumerate() {
            *largest = largest.max(difference(exact, &other, recording));
        }
    }
    largest
}
