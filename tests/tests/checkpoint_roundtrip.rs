//! A run that is interrupted at any step, saved as bytes, and restored elsewhere equals the uninterrupted run, to the
//! bit: samples, spikes and the final state, with noise, played waveforms, transfers, and events in flight, in `Exact`
//! and `Fast`, for all numbers of threads and ranks and sizes of groups before and after. The checkpoint itself is the
//! same for all of them. A checkpoint of another model, or a truncated or changed one, is rejected with a reason.

use loligo::prelude::*;
use loligo::{Checkpoint, CheckpointError, SimulationError};
use loligo_random::Random123;
use loligo_tests::{Dice, Fingerprint, in_ranks, varied_network};

const NETWORKS: u32 = 50;
const STEPS: u64 = 600;

/// The ranks, threads and groups with which a run is computed.
#[derive(Clone, Copy, Debug)]
struct Machine {
    ranks: usize,
    threads: usize,
    group_nodes: usize,
}

impl Machine {
    const ONE: Self = Self { ranks: 1, threads: 1, group_nodes: 8192 };

    fn drawn(dice: &mut Dice) -> Self {
        Self { ranks: 1 + dice.below(3), threads: 1 + dice.below(3), group_nodes: [1, 60, 500, 8192][dice.below(4)] }
    }
}

/// A network with all kinds of state that a checkpoint must save.
fn network(seed: u32, dice: &mut Dice) -> Network {
    let cells = 4 + dice.below(7);
    let mut network = varied_network(cells, seed, seed.is_multiple_of(3));
    for k in 0..2 + dice.below(3) {
        let train = NetStim { interval: 0.7, number: 1e9, start: 0.4, noise: [0.0, 1.0][k % 2] };
        let train = network.add_artificial_cell(format!("more {k}"), train);
        // Enough connections of one delay to share one queue item.
        let delay = dice.between(0.2, 9.0); // ms
        for cell in 0..cells {
            let target = TargetRef::Point { cell, point: k % 2 };
            network.connect(Connection::new(SourceRef::Artificial(train), target, dice.between(0.0, 4e-4), delay));
        }
        network.record(VariableRef::artificial(train, "event"));
    }
    for cell in 0..cells {
        let times: Vec<f64> = (0..6).map(|_| dice.between(0.0, 18.0)).collect(); // ms
        network.send_events(TargetRef::Point { cell, point: 1 }, dice.between(0.0, 2e-3), times);
        let mut times: Vec<f64> = (0..8).map(|_| dice.between(0.0, 15.0)).collect(); // ms
        times.sort_by(f64::total_cmp);
        times[3] = times[2];
        let values: Vec<f64> = times.iter().map(|_| dice.between(-0.05, 0.3)).collect(); // nA
        let waveform = match cell % 2 {
            0 => Waveform::continuous(times, values),
            _ => Waveform::steps(times, values),
        };
        network.play(VariableRef::point(cell, 2, "amp"), waveform);
    }
    for _ in 0..6 {
        let connection = dice.below(network.connections.len());
        network.change_weight(connection, dice.between(0.0, 16.0), dice.between(0.0, 3e-3)); // ms, uS
    }
    if seed % 4 == 1 {
        for cell in 1..cells {
            let gap = network.gap_junction(Location::new(0, 0, 0.5), Location::new(cell, 1, 0.7), 3e-4);
            network.record(VariableRef::gap_junction(gap, GapSide::B, "i"));
        }
    }
    if seed % 5 == 2 {
        let current = |cell, variable| VariableRef::section(cell, 1, 0.5, variable);
        network.record_segments(0, Region::All, "i_membrane_").expect("the cell is there");
        let source = SourceRef::Variable(current(1, "i_membrane_"));
        let connection = Connection::new(source, TargetRef::Point { cell: 2, point: 0 }, 3e-3, 0.8); // uS, ms
        network.connect(connection.with_threshold(0.01)); // nA
        network.watch(SourceRef::Variable(current(3, "i_membrane")), 1e-3); // mA/cm2
        let point = network.cells[2].place("follows", 0, 0.5, HalfGap { g: 1e-6, vgap: 0.0 }); // uS, mV
        network.transfer(current(0, "i_membrane_"), VariableRef::point(2, point, "vgap"));
    }
    network
}

/// Makes `steps` steps from a checkpoint, or from t = 0; returns the recorded data and the final
/// checkpoint.
fn run(
    network: &Network,
    options: &Options,
    machine: Machine,
    from: Option<&[u8]>,
    steps: u64,
) -> (Fingerprint, Checkpoint) {
    let options = Options { threads: machine.threads, group_nodes: machine.group_nodes, ..options.clone() };
    let ranks = in_ranks(machine.ranks, |rank| {
        let mut simulation = Simulation::with_communicator(network, &options, rank).expect("the model is sound");
        if let Some(bytes) = from {
            // Not from a new simulation: none of its earlier state may remain.
            simulation.run_until(3.0).expect("the run stays finite");
            let checkpoint = Checkpoint::from_bytes(bytes).expect("these are a checkpoint's bytes");
            simulation.restore(&checkpoint).expect("it is of this model");
        }
        let end = simulation.steps() + steps;
        while simulation.steps() < end {
            simulation
                .run_until(simulation.time() + options.dt * (end - simulation.steps()).min(170) as f64)
                .expect("it runs");
        }
        let checkpoint = simulation.checkpoint().expect("the run stays finite");
        (Fingerprint::of(&simulation), checkpoint)
    });
    let (recorded, checkpoint) = ranks.first().expect("there is a rank 0").clone();
    assert!(ranks.iter().all(|(_, other)| *other == checkpoint), "every rank gets the same checkpoint");
    (recorded, checkpoint)
}

/// The data recorded after the first `steps` steps.
fn tail(mut recorded: Fingerprint, steps: u64, spikes: usize) -> Fingerprint {
    recorded.samples.iter_mut().for_each(|samples| drop(samples.drain(..=steps as usize)));
    recorded.spikes.drain(..spikes);
    recorded
}

#[test]
fn an_interrupted_run_is_the_uninterrupted_one() {
    let mut in_flight = 0;
    for seed in 0..NETWORKS {
        let mut dice = Dice(Random123::new(seed, 31, 5));
        let network = network(100 + seed, &mut dice);
        let numerics = [Numerics::Fast, Numerics::Exact][seed as usize % 2];
        let second_order = [SecondOrder::BackwardEuler, SecondOrder::CrankNicolson][dice.below(4) / 3];
        let options = Options { numerics, second_order, ..Options::default() };
        let (whole, end) = run(&network, &options, Machine::ONE, None, STEPS);
        in_flight += usize::from(!whole.spikes.is_empty());

        let steps = dice.below(STEPS as usize) as u64;
        let (before, after) = (Machine::drawn(&mut dice), Machine::drawn(&mut dice));
        let case = format!("network {seed}, {numerics:?}, step {steps}, {before:?}, {after:?}");
        let (_, kept) = run(&network, &options, before, None, steps);
        let (_, kept_by_one) = run(&network, &options, Machine::ONE, None, steps);
        assert!(kept == kept_by_one, "{case}: the checkpoint depends on who computes");
        let (rest, end_of_rest) = run(&network, &options, after, Some(&kept.to_bytes()), STEPS - steps);
        let expected = tail(whole, steps, kept.spike_count());
        if let Some(difference) = expected.difference(&rest) {
            panic!("{case}: {difference}");
        }
        assert!(end_of_rest == end, "{case}: the states at the end differ");
    }
    assert!(in_flight > NETWORKS as usize / 2, "networks that are silent are no test");
}

#[test]
fn a_checkpoint_of_t_0_and_one_in_the_future_can_be_gone_back_and_forth_to() {
    let network = varied_network(5, 3, true);
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is sound");
    let start = simulation.checkpoint().expect("it is sound");
    simulation.run_until(12.0).expect("it runs");
    let end = simulation.checkpoint().expect("it is sound");
    assert_eq!(end.spike_count(), simulation.spike_count());
    simulation.restore(&start).expect("it is of this model");
    assert_eq!((simulation.time(), simulation.spike_count()), (0.0, 0));
    simulation.run_until(12.0).expect("it runs");
    assert!(simulation.checkpoint().expect("it is sound") == end);
    simulation.initialize().expect("it is sound");
    assert!(simulation.checkpoint().expect("it is sound") == start);
}

/// The differing part named in the message of a rejected checkpoint.
fn refusal(checkpoint: &Checkpoint, network: &Network, options: &Options) -> String {
    let mut simulation = Simulation::new(network, options).expect("the model is sound");
    simulation.run_until(1.0).expect("it runs");
    let before = simulation.checkpoint().expect("it is sound");
    let refused = simulation.restore(checkpoint).expect_err("it is of another model");
    assert!(simulation.checkpoint().expect("it is sound") == before, "a refusal changes nothing");
    assert!(matches!(refused, SimulationError::Engine(_)));
    refused.to_string()
}

#[test]
fn one_of_another_model_is_refused_with_what_differs() {
    let network = varied_network(4, 8, true);
    let options = Options::default();
    let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
    simulation.run_until(5.0).expect("it runs");
    let checkpoint = simulation.checkpoint().expect("it is sound");
    let changed = |change: &dyn Fn(&mut Network)| {
        let mut network = network.clone();
        change(&mut network);
        refusal(&checkpoint, &network, &options)
    };
    type Change<'a> = &'a dyn Fn(&mut Network);
    let cases: [(&str, Change); 8] = [
        ("nseg", &|network| network.cells[1].sections[1].discretization = Discretization::Fixed(7)),
        ("mechanisms", &|network| network.cells[2].paint(Region::All, Pas { g: 2e-4, e: -65.0 })),
        ("mechanisms", &|network| network.cells[3].set("excitatory.tau2", 3.25)),
        ("artificial cells", &|network| {
            network.add_artificial_cell("new", NetStim::default());
        }),
        ("connections", &|network| network.connections.update_all(|k, c| c.delay += f64::from(u8::from(k == 5)))),
        ("connections", &|network| {
            network.connections.update_all(|k, c| c.weight[0] *= 1.0 + f64::from(u8::from(k == 5)))
        }),
        ("waveforms", &|network| {
            let waveform = Waveform::steps(vec![9.0], vec![0.1]);
            network.play(VariableRef::point(0, 2, "amp"), waveform);
        }),
        ("gap junctions", &|network| {
            network.transfer(VariableRef::voltage(0, 0, 0.5), VariableRef::point(1, 2, "amp"));
        }),
    ];
    for (named, change) in cases {
        let message = changed(change);
        assert!(message.contains(named), "{named}: {message}");
    }
    for (other, differs) in [
        (Options { dt: 0.05, ..options.clone() }, "dt (0.025 ms there, 0.05 ms here)"),
        (Options { celsius: 20.0, ..options.clone() }, "celsius (6.3 degC there, 20 degC here)"),
        (
            Options { second_order: SecondOrder::CrankNicolsonCurrents, ..options.clone() },
            "the order of the step (0 there, 2 here)",
        ),
        (Options { numerics: Numerics::Exact, ..options.clone() }, "the numerics (fast there, exact here)"),
        // The first of several differences
        (
            Options { celsius: 20.0, numerics: Numerics::Exact, ..options.clone() },
            "celsius (6.3 degC there, 20 degC here)",
        ),
    ] {
        let message = refusal(&checkpoint, &network, &other);
        assert!(message.contains(&format!("; what differs is {differs}: ")), "{message}");
    }
    // Weights that change during the run.
    let mut changing = network.clone();
    changing.change_weight(0, 2.0, 1e-3); // ms, uS
    let message = refusal(&checkpoint, &changing, &Options { dt: 0.05, ..options.clone() });
    assert!(message.contains("what differs is dt (0.025 ms there, 0.05 ms here)"), "{message}");
}

/// A weight that was set by the user is not reset by an earlier change.
#[test]
fn weights_stay_as_they_were_set() {
    let mut network = varied_network(4, 8, false);
    for connection in 0..network.connections.len() {
        network.change_weight(connection, 2.0, 1e-3); // ms, uS
        network.change_weight(connection, 14.0, 2e-3);
    }
    let start = || Simulation::new(&network, &Options::default()).expect("the model is sound");
    let mut simulation = start();
    simulation.run_until(5.0).expect("it runs");
    for connection in 0..network.connections.len() {
        simulation.set_weight(connection, 0.0).expect("there is such a connection");
    }
    let checkpoint = simulation.checkpoint().expect("it is sound");
    simulation.run_until(20.0).expect("it runs");
    let mut resumed = start();
    resumed.restore(&checkpoint).expect("it is of this model");
    resumed.run_until(20.0).expect("it runs");
    assert!(resumed.checkpoint().expect("it is sound") == simulation.checkpoint().expect("it is sound"));

    network.change_weight(0, 16.0, 0.0);
    assert!(refusal(&checkpoint, &network, &Options::default()).contains("weights that change"));
}

#[test]
fn other_recordings_and_another_initial_voltage_are_no_other_model() {
    let network = varied_network(4, 8, false);
    let options = Options::default();
    let mut simulation = Simulation::new(&network, &options).expect("the model is sound");
    simulation.run_until(5.0).expect("it runs");
    let checkpoint = simulation.checkpoint().expect("it is sound");
    simulation.run_until(9.0).expect("it runs");
    let mut other = network.clone();
    let v = other.record(VariableRef::voltage(2, 1, 0.5));
    let mut resumed = Simulation::new(&other, &Options { v_init: -70.0, ..options }).expect("the model is sound");
    resumed.restore(&checkpoint).expect("it is of this model");
    resumed.run_until(9.0).expect("it runs");
    assert_eq!(resumed.samples(0).unwrap().last(), simulation.samples(0).unwrap().last());
    assert_eq!(resumed.samples(v).unwrap().len() as u64, resumed.steps() - checkpoint.steps());
    assert_eq!(resumed.sample_times(v).unwrap().last().copied(), Some(resumed.time()));
}

#[test]
fn one_that_is_cut_short_or_changed_is_refused_with_a_reason() {
    let network = varied_network(3, 2, true);
    let mut simulation = Simulation::new(&network, &Options::default()).expect("the model is sound");
    simulation.run_until(4.0).expect("it runs");
    let bytes = simulation.checkpoint().expect("it is sound").to_bytes();
    assert!(Checkpoint::from_bytes(&bytes).is_ok());
    for length in (0..bytes.len()).step_by(7) {
        let refused = Checkpoint::from_bytes(&bytes[..length]).expect_err("its end is missing");
        match length {
            0 => assert_eq!(refused, CheckpointError::NoCheckpoint),
            _ => assert!(matches!(refused, CheckpointError::CutShort { found, .. } if found == length as u64)),
        }
    }
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        assert!(Checkpoint::from_bytes(&changed).is_err(), "byte {place} was changed");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(Checkpoint::from_bytes(&longer), Err(CheckpointError::Damaged));
    assert_eq!(Checkpoint::from_bytes(b"[run]\ntstop = 5\n"), Err(CheckpointError::NoCheckpoint));
}
