//! The number of ranks and the distribution of cells to them affect only the speed: rank 0 ends with the same spikes
//! (their order included), samples and times, to the bit, as a single rank, for every number of threads in each, every
//! size of groups, both kinds of arithmetic, with noise, artificial cells that take input, and delays down to zero. An
//! error in one rank ends all ranks with that error.

use std::ops::ControlFlow;

use loligo::prelude::*;
use loligo::{Distribution, SimulationError};
use loligo_tests::{Fingerprint, in_ranks, network_without_delay, varied_network};

const TSTOP: f64 = 30.0; // ms

/// The results in rank 0 of a run with `count` ranks.
fn run(network: &Network, options: &Options, count: usize) -> Fingerprint {
    let ranks = in_ranks(count, |rank| {
        let mut simulation = Simulation::with_communicator(network, options, rank).expect("the model is sound");
        simulation.run_until(TSTOP / 3.0).expect("the run stays finite");
        simulation.run_until(TSTOP).expect("the run stays finite");
        Fingerprint::of(&simulation)
    });
    ranks.into_iter().next().expect("there is a rank 0")
}

fn same_for_all(network: &Network, numerics: Numerics, group_nodes: &[usize], least_spikes: usize) {
    let base = Options { numerics, ..Options::default() };
    let expected = Fingerprint::of_run(network, &base, TSTOP);
    assert!(expected.spikes.len() >= least_spikes, "{} spikes are no test", expected.spikes.len());
    for ranks in 1..=4 {
        for threads in [1, 2, 3, 7] {
            for &group_nodes in group_nodes {
                let distribution = match threads {
                    1 | 3 => Distribution::default(),
                    _ => Distribution::RoundRobin,
                };
                let options = Options { threads, group_nodes, distribution, ..base.clone() };
                if let Some(difference) = expected.difference(&run(network, &options, ranks)) {
                    panic!("{numerics:?}, {ranks} ranks, {threads} threads, {group_nodes} nodes a group: {difference}");
                }
            }
        }
    }
}

#[test]
fn cells_that_meet_through_delays() {
    let network = varied_network(36, 1, false);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[1, 500, 1_000_000], 80);
    }
}

#[test]
fn cells_that_meet_through_integrators_without_delay() {
    let network = varied_network(24, 2, true);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[500], 100);
    }
}

#[test]
fn cells_that_meet_without_delay() {
    let network = network_without_delay(12, 3);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[200], 50);
    }
}

/// Spike trains with simultaneous events at one synapse, waveforms, the user's events, and recorded artificial cells.
#[test]
fn events_of_one_instant() {
    let mut network = varied_network(9, 4, false);
    for k in 0..6 {
        let train = NetStim { interval: 0.5, number: 1e9, start: 1.0, noise: 0.0 };
        let train = network.add_artificial_cell(format!("regular {k}"), train);
        for cell in 0..9 {
            let weight = 1e-4 * (1.0 + 0.37 * k as f64); // uS
            let delay = [1.0, 1.5, 2.0][(k + cell) % 3]; // ms
            let target = TargetRef::Point { cell, point: k % 2 };
            network.connect(Connection::new(SourceRef::Artificial(train), target, weight, delay));
        }
        network.record(VariableRef::artificial(train, "event"));
    }
    for cell in 0..9 {
        network.send_events(TargetRef::Point { cell, point: 0 }, 1e-3, [3.0, 4.5, 3.0, 2.0]);
        let waveform = Waveform::steps(vec![0.0, 3.0, 4.5], vec![0.0, 0.1, 0.3]);
        network.play(VariableRef::point(cell, 2, "amp"), waveform);
    }
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[1, 500], 100);
    }
}

/// Couples pairs of cells, soma to dendrite, and records two of the gap junctions.
fn coupled(network: &mut Network, pairs: impl IntoIterator<Item = (usize, usize)>) {
    for (k, (a, b)) in pairs.into_iter().enumerate() {
        let gap = network.gap_junction(Location::new(a, 0, 0.5), Location::new(b, 1, 0.7), 2e-4 * (1 + k % 5) as f64);
        if k < 2 {
            network.record(VariableRef::gap_junction(gap, GapSide::A, "i"));
            network.record(VariableRef::gap_junction(gap, GapSide::B, "vgap"));
        }
    }
}

#[test]
fn coupled_cells_in_one_rank() {
    let mut network = varied_network(16, 13, false);
    coupled(&mut network, (0..8).map(|k| (2 * k, 2 * k + 1)));
    for numerics in [Numerics::Exact, Numerics::Fast] {
        same_for_all(&network, numerics, &[1, 500], 40);
    }
}

/// A ring of gap junctions that is too large for one unit.
fn large_coupled_ring(seed: u32) -> Network {
    const CELLS: usize = 120;
    const LARGEST_UNIT: usize = 2048; // nodes, as in the engine
    let mut network = varied_network(CELLS, seed, false);
    coupled(&mut network, (0..CELLS).map(|k| (k, (k + 1) % CELLS)));
    let nodes = |cell: &Cell| cell.cable().expect("the geometry is sound").len();
    assert!(network.cells.iter().map(nodes).sum::<usize>() > LARGEST_UNIT);
    network
}

/// The ranks exchange the voltages in every step.
#[test]
fn coupled_cells_in_different_ranks() {
    let network = large_coupled_ring(14);
    for (ranks, numerics) in [(2, Numerics::Exact), (2, Numerics::Fast), (3, Numerics::Fast), (4, Numerics::Exact)] {
        let options = Options { numerics, ..Options::default() };
        let expected = Fingerprint::of_run(&network, &options, TSTOP);
        for threads in [1, 3] {
            let options = Options { threads, group_nodes: 500, ..options.clone() };
            assert_eq!(expected.difference(&run(&network, &options, ranks)), None, "{numerics:?}, {ranks} ranks");
        }
    }
}

/// Endless events in one rank, while the others wait for its voltages: at t = 0 and later.
#[test]
fn a_storm_of_events_among_coupled_cells_ends_all() {
    for start in [0.0, 2.0] {
        let mut network = large_coupled_ring(15);
        let train =
            network.add_artificial_cell("too fast", NetStim { interval: 1e-9, number: 1e18, start, noise: 0.0 });
        let target = TargetRef::Point { cell: 3, point: 0 };
        network.connect(Connection::new(SourceRef::Artificial(train), target, 0.0, 1.0));
        let errors = in_ranks(3, |rank| {
            let made = Simulation::with_communicator(&network, &Options::default(), rank);
            made.and_then(|mut simulation| simulation.run_until(TSTOP))
                .expect_err("it never gets past that")
                .to_string()
        });
        assert!(errors[0].contains("\"too fast\" (NetStim) fires without pause"), "{}", errors[0]);
        assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
    }
}

/// Costs measured in three ranks are the same in all, and change the distribution of the cells.
#[test]
fn costs_measured_or_given() {
    let network = varied_network(12, 12, false);
    let expected = Fingerprint::of_run(&network, &Options::default(), TSTOP);
    let options = Options { profile: true, group_nodes: 1, ..Options::default() };
    let measured = in_ranks(3, |rank| {
        let mut simulation = Simulation::with_communicator(&network, &options, rank).expect("the model is sound");
        simulation.run_until(5.0).expect("the run stays finite");
        simulation.measured_costs().expect("the ranks speak")
    });
    assert!(measured.iter().all(|costs| costs == &measured[0]) && measured[0].len() == 12, "{measured:?}");
    assert!(measured[0].iter().all(|cost| *cost > 0.0), "{measured:?}");
    let given: Vec<f64> = (0..12).map(|cell| f64::from(cell * cell % 5)).collect();
    for costs in [measured[0].clone(), given] {
        let distribution = Distribution::LongestProcessingTimeFirst { costs: Some(costs) };
        let options = Options { distribution, ..Options::default() };
        assert_eq!(expected.difference(&run(&network, &options, 3)), None);
    }
    for costs in [vec![1.0; 11], vec![f64::NAN; 12], vec![-1.0; 12]] {
        let distribution = Distribution::LongestProcessingTimeFirst { costs: Some(costs) };
        let options = Options { distribution, ..Options::default() };
        let error = Simulation::new(&network, &options).expect_err("the costs are wrong").to_string();
        assert!(error.contains("cost"), "{error}");
    }
}

#[test]
fn more_ranks_than_cells() {
    let network = varied_network(2, 5, false);
    let expected = Fingerprint::of_run(&network, &Options::default(), TSTOP);
    assert_eq!(expected.difference(&run(&network, &Options::default(), 7)), None);
    let empty = Network::new();
    let expected = Fingerprint::of_run(&empty, &Options::default(), TSTOP);
    assert_eq!(expected.difference(&run(&empty, &Options::default(), 3)), None);
}

/// Two cells in two ranks whose voltages become infinite or NaN; that with the higher index is the
/// first.
#[test]
fn an_error_in_one_rank_ends_all_with_it() {
    let mut network = varied_network(8, 6, false);
    for (cell, delay) in [(2, 7.0), (5, 4.0)] {
        network.cells[cell].place("too much", 0, 0.5, IClamp { delay, dur: 1e9, amp: 1.7e308 });
    }
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = Options { numerics, ..Options::default() };
        let alone = Simulation::new(&network, &options).and_then(|mut simulation| simulation.run_until(TSTOP));
        let expected = alone.expect_err("the voltage leaves the finite numbers");
        assert!(matches!(&expected, SimulationError::NonFinite { cell, .. } if cell == "cell 5"), "{expected}");
        for count in 2..=4 {
            let errors = in_ranks(count, |rank| {
                let mut simulation = Simulation::with_communicator(&network, &options, rank).expect("it is sound");
                let error = simulation.run_until(TSTOP).expect_err("the voltage leaves the finite numbers");
                assert!(simulation.run_until(TSTOP + 1.0).is_err(), "a run that failed can't go on");
                let (t, samples) = (simulation.time(), simulation.samples(0).unwrap().len());
                assert!(
                    simulation.rank() > 0 || samples as f64 >= t / options.dt - 1.0,
                    "{samples} samples until {t} ms"
                );
                simulation.initialize().expect("it starts again");
                assert_eq!(simulation.run_until(TSTOP), Err(error.clone()), "the same run follows");
                error
            });
            assert_eq!(errors, vec![expected.clone(); count], "{numerics:?}");
        }
    }
}

/// Endless events in one rank only.
#[test]
fn a_storm_of_events_in_one_rank_ends_all() {
    let mut network = varied_network(4, 7, false);
    let train = NetStim { interval: 1e-9, number: 1e18, start: 2.0, noise: 0.0 };
    let train = network.add_artificial_cell("too fast", train);
    let target = TargetRef::Point { cell: 3, point: 0 };
    network.connect(Connection::new(SourceRef::Artificial(train), target, 0.0, 1.0));
    let errors = in_ranks(2, |rank| {
        let mut simulation = Simulation::with_communicator(&network, &Options::default(), rank).expect("it is sound");
        simulation.run_until(TSTOP).expect_err("it never gets past 2 ms").to_string()
    });
    assert!(errors[0].contains("t = 2.0"), "{}", errors[0]);
    assert_eq!(errors[0], errors[1]);
}

#[test]
fn ranks_that_were_not_given_the_same_say_so() {
    let network = varied_network(4, 8, false);
    let errors = in_ranks(3, |rank| {
        let dt = if rank.rank() == 2 { 0.05 } else { 0.025 }; // ms
        let made = Simulation::with_communicator(&network, &Options { dt, ..Options::default() }, rank);
        made.expect_err("one rank differs").to_string()
    });
    for error in errors {
        assert!(error.contains("rank 2 was given another network or other options"), "{error}");
    }
}

#[test]
fn a_model_with_errors_in_one_rank_starts_in_none() {
    let network = varied_network(4, 9, false);
    let errors = in_ranks(2, |rank| {
        let dt = if rank.rank() == 1 { -1.0 } else { 0.025 }; // ms
        let made = Simulation::with_communicator(&network, &Options { dt, ..Options::default() }, rank);
        made.expect_err("one rank has no simulation").to_string()
    });
    assert!(errors[0].starts_with("rank 1 did not start: ") && errors[0].contains("dt (ms) = -1"), "{}", errors[0]);
    assert!(errors[1].contains("dt (ms) = -1"), "{}", errors[1]);
}

#[test]
fn a_rank_that_is_gone_is_an_error_not_a_wait() {
    let network = varied_network(4, 10, false);
    let outcomes = in_ranks(3, |rank| {
        let mut simulation = Simulation::with_communicator(&network, &Options::default(), rank).expect("it is sound");
        if simulation.rank() == 1 {
            return Ok(());
        }
        simulation.run_until(TSTOP)
    });
    for rank in [0, 2] {
        let error = outcomes[rank].as_ref().expect_err("rank 1 is gone").to_string();
        assert!(error.contains("is gone"), "{error}");
    }
}

/// A request to stop in one rank stops all.
#[test]
fn a_run_that_one_rank_stops_stops_in_all() {
    let network = varied_network(4, 11, false);
    let times = in_ranks(3, |rank| {
        let mut simulation = Simulation::with_communicator(&network, &Options::default(), rank).expect("it is sound");
        let stops = simulation.rank() == 1;
        let report = |progress: loligo::Progress| match stops && progress.t > 15.0 {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        simulation.run_with(100.0, report).expect("the run stays finite");
        simulation.time()
    });
    assert!(times[0] > 15.0 && times[0] < 50.0, "{times:?}");
    assert!(times.iter().all(|t| *t == times[0]), "{times:?}");
}
