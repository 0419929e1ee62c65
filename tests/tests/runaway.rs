//! Artificial cells that fire without pause end a run with an error that names the cell and says if connections excite
//! it or its own parameters do; data that wait for delivery, or to be handed on, are limited in bytes. A request to
//! stop ends a run at the end of an epoch; continuing from there gives the same bits.

use std::ops::ControlFlow;

use loligo::prelude::*;
use loligo::{Recorded, SimulationError, Sink, SinkError, StopRequest};
use loligo_tests::{Fingerprint, in_ranks, varied_network};

fn profiles() -> [Options; 2] {
    [Numerics::Exact, Numerics::Fast].map(|numerics| Options { numerics, ..Options::default() })
}

/// Name of the cell that fires without pause, time (ms), and true if it is in a loop.
fn runaway(network: &Network, options: &Options) -> (String, f64, bool) {
    let run = |mut simulation: Simulation| simulation.run_until(1000.0);
    let error = Simulation::new(network, options).and_then(run).expect_err("it does not get to the end");
    let message = error.to_string();
    let SimulationError::Runaway { cell, t, in_loop, .. } = error else { panic!("{message}") };
    assert!(message.contains(&format!("\"{cell}\"")), "{message}");
    assert_eq!(message.contains("give one of them a longer delay"), in_loop, "{message}");
    assert_eq!(message.contains("look at its parameters"), !in_loop, "{message}");
    (cell, t, in_loop)
}

#[test]
fn a_cell_that_fires_by_itself_is_named() {
    for options in profiles() {
        for ib in [1e9, 1e12, 1e100] {
            let mut network = Network::new();
            network.add_artificial_cell("quiet", IntFire2 { taus: 20.0, taum: 10.0, ib: 0.5 });
            let cell = network.add_artificial_cell("loud", IntFire2 { taus: 20.0, taum: 10.0, ib });
            network.watch(SourceRef::Artificial(cell), 0.0);
            let (name, t, in_loop) = runaway(&network, &options);
            assert_eq!((&*name, in_loop), ("loud", false), "{ib}");
            assert!(t < 0.025, "{ib}: {t} ms");
        }
        let mut network = Network::new();
        let train =
            network.add_artificial_cell("train", NetStim { interval: 1e-9, number: 1e15, start: 3.0, noise: 0.0 });
        network.watch(SourceRef::Artificial(train), 0.0);
        let (name, t, in_loop) = runaway(&network, &options);
        assert_eq!((&*name, in_loop), ("train", false));
        assert!((3.0..3.025).contains(&t), "{t} ms");
    }
}

#[test]
fn cells_that_excite_each_other_at_once_are_named() {
    let kinds: [fn(&mut Network, &str) -> usize; 3] = [
        |network, name| network.add_artificial_cell(name, IntFire1 { tau: 10.0, refrac: 0.0 }),
        |network, name| network.add_artificial_cell(name, IntFire2::default()),
        |network, name| network.add_artificial_cell(name, IntFire4::default()),
    ];
    for options in profiles() {
        for (kind, add) in kinds.iter().enumerate() {
            for delay in [0.0, 1e-9] {
                let mut network = Network::new();
                let bystander = network.add_artificial_cell("bystander", IntFire1::default());
                let [a, b] = ["a", "b"].map(|name| add(&mut network, name));
                for (from, to) in [(a, b), (b, a), (a, bystander)] {
                    let target = TargetRef::Artificial(to);
                    network.connect(Connection::new(SourceRef::Artificial(from), target, 5.0, delay));
                }
                network.send_events(TargetRef::Artificial(a), 5.0, [1.0]);
                let (name, t, in_loop) = runaway(&network, &options);
                assert!(in_loop && ["a", "b"].contains(&&*name), "kind {kind}, delay {delay}: {name}");
                assert!(t >= 1.0, "kind {kind}, delay {delay}: {t} ms");
            }
        }
    }
}

#[test]
fn a_fast_train_is_no_runaway() {
    let mut network = Network::new();
    // The number of spikes of 10,000 neurons that fire 1,000 times a second.
    let train = network.add_artificial_cell("train", NetStim { interval: 1e-4, number: 1e15, start: 0.0, noise: 1.0 });
    network.watch(SourceRef::Artificial(train), 0.0);
    let mut simulation = Simulation::new(&network, &Options::default()).unwrap();
    simulation.run_until(10.0).unwrap();
    assert!((98_000..102_000).contains(&simulation.spike_count()), "{}", simulation.spike_count());
}

/// A spike train that drives a synapse of a cell.
fn driven(interval: f64, delay: f64) -> Network {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    cell.paint(Region::All, Pas::default());
    let point = cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 });
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    network.record(VariableRef::voltage(cell, soma, 0.5));
    network.add_artificial_cell("silent", NetStim { start: 1e6, ..NetStim::default() });
    let train = network.add_artificial_cell("train", NetStim { interval, number: 1e15, start: 0.0, noise: 0.0 });
    let target = TargetRef::Point { cell, point };
    network.connect(Connection::new(SourceRef::Artificial(train), target, 1e-6, delay));
    // This connection never delivers a spike, but limits the epoch.
    network.connect(Connection::new(SourceRef::voltage(cell, soma, 0.5), target, 0.0, 1.0).with_threshold(100.0));
    network
}

#[test]
fn events_that_pile_up_have_bounds() {
    for base in profiles() {
        let options = Options { event_room: 1 << 20, ..base };
        let mut simulation = Simulation::new(&driven(0.01, 1e6), &options).unwrap();
        let error = simulation.run_until(1e4).unwrap_err();
        let message = error.to_string();
        let SimulationError::TooManyEvents { sender, events, t, .. } = error else { panic!("{message}") };
        assert_eq!(sender.as_deref(), Some("train"), "{message}");
        // 1 MiB of events of 16 to 100 bytes.
        assert!((10_000..70_000).contains(&events), "{message}");
        assert!(t > 50.0, "{message}");
        // With more memory allowed, the same is no error.
        let options = Options { event_room: 1 << 30, ..options };
        Simulation::new(&driven(0.01, 1e6), &options).unwrap().run_until(200.0).unwrap();
    }
}

/// A sink that counts what it receives.
#[derive(Default)]
struct Counts {
    most: usize,
    spikes: usize,
    samples: usize,
}

impl Sink for Counts {
    fn take(&mut self, recorded: &Recorded) -> Result<(), SinkError> {
        self.most = self.most.max(recorded.spikes().len());
        self.spikes += recorded.spikes().len();
        self.samples += recorded.samples(0).map_or(0, <[f64]>::len);
        Ok(())
    }
}

#[test]
fn spikes_are_handed_on_as_soon_as_there_are_many() {
    let network = driven(0.001, 1.0);
    let whole = Fingerprint::of_run(&network, &Options::default(), 20.0);
    let options = Options { recording_room: 2000, ..Options::default() };
    assert_eq!(Fingerprint::of_run(&network, &options, 20.0), whole);
    for ranks in [1, 2] {
        let counts = in_ranks(ranks, |rank| {
            let mut simulation = Simulation::with_communicator(&network, &options, rank).unwrap();
            let mut counts = Counts::default();
            simulation.run_into(&mut counts, 20.0, |_| ControlFlow::Continue(())).unwrap();
            counts
        });
        // 1,000 spikes in each ms and an epoch of about 40 steps: the allowed room is exceeded by at
        // most the spikes of one epoch.
        assert!(counts[0].most < 4000, "{} ranks: {} spikes", ranks, counts[0].most);
        assert_eq!((counts[0].spikes, counts[0].samples), (whole.spikes.len(), whole.samples[0].len()));
    }
}

#[test]
fn a_run_that_is_stopped_goes_on_to_the_same_bits() {
    for (base, with_integrators) in profiles().into_iter().flat_map(|base| [(base.clone(), true), (base, false)]) {
        let network = varied_network(9, 3, with_integrators);
        let whole = Fingerprint::of_run(&network, &base, 30.0);
        for ranks in [1, 2] {
            let stopped = in_ranks(ranks, |rank| {
                let asked = rank.rank() == 0;
                let mut simulation = Simulation::with_communicator(&network, &base, rank).unwrap();
                let stop = StopRequest::default();
                simulation.stop_when(stop.clone());
                simulation.run_until(4.0).unwrap();
                if asked {
                    assert!(!stop.stop() && stop.stop() && stop.is_requested());
                }
                simulation.run_until(30.0).unwrap();
                assert!((simulation.time() - 4.0).abs() < 1e-9, "it was asked before: {} ms", simulation.time());
                stop.withdraw();
                simulation
                    .run_with(30.0, |progress| {
                        if asked && progress.t < 20.0 {
                            stop.stop();
                        }
                        ControlFlow::Continue(())
                    })
                    .unwrap();
                assert!(simulation.time() < 20.0, "{} ms", simulation.time());
                stop.withdraw();
                simulation.run_until(30.0).unwrap();
                Fingerprint::of(&simulation)
            });
            assert_eq!(stopped[0].difference(&whole), None);
        }
    }
}
