//! The numbers that the comments of the examples state are those of their runs.

use std::path::Path;

use loligo::Simulation;
use loligo_format::{Model, ModelFile};

fn model(name: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.toml"));
    ModelFile::load(path).unwrap_or_else(|errors| panic!("{errors}"))
}

fn run(model: &Model) -> Simulation {
    let mut simulation = Simulation::new(&model.network, &model.options).expect("the model is sound");
    simulation.run_until(model.tstop).expect("the run stays finite");
    assert_eq!(simulation.unusual_voltage(), None);
    simulation
}

/// Times of the spikes of each source, ms.
fn spikes(simulation: &Simulation) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); simulation.sources().len()];
    for spike in simulation.spikes() {
        times[spike.source].push(spike.t);
    }
    times
}

fn intervals(times: &[f64]) -> Vec<f64> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn the_squid_fires_three_times() {
    let model = model("hh_soma");
    assert_eq!((model.tstop, spikes(&run(&model))[0].len()), (40.0, 3));
}

#[test]
fn numbers_of_cells_and_spikes() {
    assert_eq!(model("ensemble").network.cells.len(), 61);
    assert_eq!(model("ring").network.cells.len(), 8);
    let noisy = model("noisy_network").network;
    let count = |name: &str| noisy.cells.iter().filter(|cell| cell.name.starts_with(name)).count();
    assert_eq!((count("exc"), count("inh"), noisy.cells.len()), (160, 40, 200));
    let netstim = run(&model("netstim"));
    assert!(spikes(&netstim).iter().any(|times| times.len() == 5), "five spikes of the NetStim");
}

#[test]
fn each_spike_of_the_first_of_two_cells_excites_the_second() {
    let times = spikes(&run(&model("two_cells")));
    assert!(!times[0].is_empty() && times[0].len() == times[1].len());
    assert!(times[0].iter().zip(&times[1]).all(|(first, second)| (2.0..10.0).contains(&(second - first))), "{times:?}");
}

#[test]
fn two_waves_run_round_the_ring_until_they_meet() {
    let simulation = run(&model("gap_junctions"));
    let times: Vec<f64> = spikes(&simulation).iter().map(|times| times[0]).collect();
    assert_eq!(times.len(), 10);
    assert!((0..5).all(|k| times[k] < times[k + 1]) && (6..10).all(|k| times[k] == times[10 - k]), "{times:?}");
}

#[test]
fn the_m_current_slows_the_firing() {
    let intervals = intervals(&spikes(&run(&model("mod_files")))[0]);
    assert!(intervals.len() > 10 && intervals.windows(2).all(|pair| pair[0] < pair[1]), "{intervals:?}");
}

#[test]
fn the_first_spike_of_the_pyramidal_cell_decreases_with_distance() {
    let model = model("pyramidal");
    let simulation = run(&model);
    let first = spikes(&simulation)[0][0] + 5.0; // ms
    let until = (first / model.options.dt) as usize;
    let peak = |recording: usize| {
        let samples = simulation.samples(recording).expect("it is recorded");
        samples[..until].iter().copied().fold(f64::MIN, f64::max)
    };
    assert!(peak(0) > peak(1) && peak(1) > peak(2), "{} {} {} mV", peak(0), peak(1), peak(2));
}

#[test]
fn a_current_and_a_synapse_together_make_the_layer_5_cell_fire_twice() {
    let times = spikes(&run(&model("layer5")));
    let cell = times.iter().find(|times| times.first().is_some_and(|t| *t < 60.0)).expect("it fires");
    let within = |from: f64, to: f64| cell.iter().filter(|t| (from..to).contains(*t)).count();
    assert_eq!([within(50.0, 60.0), within(60.0, 300.0), within(300.0, 370.0)], [1, 0, 2], "{cell:?}");
}

#[test]
fn a_climbing_fibre_makes_the_purkinje_cell_fire_a_burst() {
    let times = spikes(&run(&model("purkinje")));
    let cell = times.iter().max_by_key(|times| times.len()).expect("it fires");
    let fast = intervals(&cell.iter().copied().filter(|t| (60.0..77.0).contains(t)).collect::<Vec<_>>());
    let before = intervals(&cell.iter().copied().filter(|t| *t < 60.0).collect::<Vec<_>>());
    assert!(fast.len() >= 3 && before.iter().sum::<f64>() / before.len() as f64 > 1.5 * fast[0], "{cell:?}");
}
