//! Synapses whose states decay linearly are computed in `Fast` as sums, one for each node and set of parameters, or fewer if
//! there are many of these. The sums are those of the instances, which `Exact` computes one by one:
//!
//! - voltages are within 1e-9 mV and spikes belong to the same steps, for random networks of synapses with mixed kinetics,
//!   weights that are 0 or negative, simultaneous events, delays of one step, several connections to one synapse;
//! - a recording of a synapse changes no bit of a voltage; it has the values of `Exact` and those that are read on demand;
//! - results are the same bits for any number of threads and ranks, size of groups and vectors, from a checkpoint, and in a second
//!   run of one simulation;
//! - parameters and states can be set during a run, and parameters be played;
//! - all this holds for synapses in NMODL, whose texts show that they can be summed.

use loligo::nmodl::load;
use loligo::prelude::*;
use loligo::{Catalogue, Checkpoint, Lanes, ValueRef};
use loligo_random::Random123;
use loligo_tests::{Dice, Fingerprint, in_ranks};

const TSTOP: f64 = 40.0; // ms

/// Synapses of a cell.
const SYNAPSES: usize = 60;

/// A synapse of one of several kinetics, or rarely of one of its own.
fn synapse(dice: &mut Dice) -> Mechanism {
    let tau = match dice.below(10) {
        0 => dice.between(0.3, 12.0),
        kind => [0.5, 1.7, 2.0, 8.0][kind % 4],
    }; // ms
    let e = [0.0, 0.0, -80.0, -70.0][dice.below(4)]; // mV
    match dice.below(2) {
        0 => ExpSyn { tau, e }.into(),
        _ => Exp2Syn { tau1: 0.2, tau2: tau, e }.into(),
    }
}

/// A synapse with its own decay time, and mostly its own reversal potential or scale of the conductance.
fn drawn_synapse(dice: &mut Dice) -> Mechanism {
    let tau = dice.between(1.0, 8.0); // ms
    let e = [0.0, -80.0, dice.between(-90.0, 0.0)][dice.below(3)]; // mV
    match dice.below(4) {
        0 => ExpSyn { tau, e }.into(),
        1 => Exp2Syn { tau1: dice.between(0.2, 0.9), tau2: tau, e: 0.0 }.into(),
        2 => Mechanism::new("ScaledSyn").with("tau", tau).with("gmax", dice.between(0.1, 2.0)).with("e", -10.0),
        _ => Mechanism::new("ScaledSyn").with("gmax", dice.between(0.1, 2.0)).with("e", e),
    }
}

/// Cells with synapses of few kinetics at few nodes, and inputs and connections to these.
fn network(seed: u32) -> Network {
    network_of(Network::new(), SYNAPSES, synapse, seed)
}

/// The same with synapses of many kinetics.
fn drawn_network(seed: u32) -> Network {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/synapse_mods");
    let loaded = load(Catalogue::builtin(), [file]).unwrap_or_else(|errors| panic!("{errors}"));
    network_of(Network::with_catalogue(loaded.catalogue), 10 * SYNAPSES, drawn_synapse, seed)
}

fn network_of(mut network: Network, synapses: usize, synapse: fn(&mut Dice) -> Mechanism, seed: u32) -> Network {
    let dice = &mut Dice(Random123::new(seed, 23, 5));
    let cells = 3 + dice.below(4);
    for k in 0..cells {
        let mut cell = Cell::new(format!("cell {k}"));
        let soma = cell.add_section(Section::cylinder("soma", 15.0, 15.0)); // um
        cell.paint(SectionKind::Soma, Hh { table: false, ..Hh::default() });
        for section in 0..1 + dice.below(3) {
            let dendrite = Section::dendrite(format!("dend{section}"), dice.between(50.0, 200.0), 1.5);
            cell.add_section(dendrite.with_segments(1 + dice.below(4)).attached_to(soma, 1.0));
        }
        cell.paint(SectionKind::Dendrite, Pas { g: 1e-4, e: -65.0 });
        for point in 0..synapses {
            let section = dice.below(cell.sections.len());
            cell.place(format!("synapse {point}"), section, [0.1, 0.5, 1.0][dice.below(3)], synapse(dice));
        }
        network.add_cell(cell);
        network.watch(SourceRef::voltage(k, soma, 0.5), -10.0);
        network.record(VariableRef::voltage(k, soma, 0.5));
    }
    for k in 0..8 {
        let train = NetStim { interval: 3.0, number: 1e9, start: 0.5, noise: [0.0, 1.0][k % 2] };
        let train = network.add_artificial_cell(format!("train {k}"), train);
        for _ in 0..SYNAPSES * cells / 4 {
            let target = TargetRef::Point { cell: dice.below(cells), point: dice.below(synapses) };
            let weight = match dice.below(12) {
                0 => 0.0,
                1 => -1e-5,
                _ => dice.between(0.0, 4e-4),
            }; // uS
            let delay = [0.025, 1.0, 1.0, 1.0125][dice.below(4)]; // ms
            network.connect(Connection::new(SourceRef::Artificial(train), target, weight, delay));
        }
    }
    for cell in 0..cells {
        let target = TargetRef::Point { cell: (cell + 1) % cells, point: dice.below(synapses) };
        let connection = Connection::new(SourceRef::voltage(cell, 0, 0.5), target, 3e-3, 0.8); // uS, ms
        network.connect(connection.with_threshold(-10.0));
        for point in [1, 2, 2, 3] {
            network.send_events(TargetRef::Point { cell, point }, 1e-4, [5.0, 5.0, 7.0125]); // uS, ms
        }
    }
    network
}

/// A network as the other one, of synapses in NMODL: random release, depression, plasticity. Every synapse has one
/// connection, since the order of simultaneous events matters to them.
fn library_network(seed: u32) -> Network {
    let dice = &mut Dice(Random123::new(seed, 29, 5));
    let loaded = load(Catalogue::builtin(), ["loligo:synapses"]).unwrap_or_else(|errors| panic!("{errors}"));
    let mut network = Network::with_catalogue(loaded.catalogue);
    let trains: Vec<usize> = (0..6)
        .map(|k| {
            let train = NetStim { interval: 4.0, number: 1e9, start: 0.5, noise: [0.0, 1.0][k % 2] };
            network.add_artificial_cell(format!("train {k}"), train)
        })
        .collect();
    for k in 0..3 {
        let mut cell = Cell::new(format!("cell {k}"));
        let soma = cell.add_section(Section::cylinder("soma", 15.0, 15.0)); // um
        cell.paint(SectionKind::Soma, Hh { table: false, ..Hh::default() });
        cell.add_section(Section::dendrite("dend", 150.0, 1.5).with_segments(3).attached_to(soma, 1.0)); // um
        cell.paint(SectionKind::Dendrite, Pas { g: 1e-4, e: -65.0 });
        for point in 0..SYNAPSES {
            let several = [1.0, 2.0][dice.below(2)];
            let synapse = match dice.below(4) {
                0 => Mechanism::new("ProbAmpaNmda").with("sites", several).with("nmda_ratio", dice.between(0.2, 1.0)),
                1 => Mechanism::new("ProbGaba").with("b_ratio", 0.3).with("use", dice.between(0.2, 0.9)),
                2 => Mechanism::new("TsodyksMarkram").with("tau", 3.0 * several).with("use", 0.4),
                _ => Mechanism::new("StdpSyn").with("tau", dice.between(1.0, 5.0)),
            };
            cell.place(format!("synapse {point}"), dice.below(2), [0.1, 0.5][dice.below(2)], synapse);
        }
        let cell = network.add_cell(cell);
        network.watch(SourceRef::voltage(cell, soma, 0.5), -10.0);
        network.record(VariableRef::voltage(cell, soma, 0.5));
        for point in 0..SYNAPSES {
            let source = SourceRef::Artificial(trains[dice.below(trains.len())]);
            let target = TargetRef::Point { cell, point };
            network.connect(Connection::new(source, target, dice.between(0.0, 1e-3), 1.0)); // uS, ms
        }
    }
    network
}

/// All synapses' variables of the first two cells.
fn recorded(mut network: Network) -> (Network, Vec<(usize, VariableRef)>) {
    let mut recordings = Vec::new();
    for cell in 0..2 {
        for (point, placed) in network.cells[cell].points.clone().iter().enumerate() {
            let variables: &[&str] = match &*placed.mechanism.name {
                "Exp2Syn" => &["A", "B", "g", "i"],
                "ProbAmpaNmda" => &["ampa_d", "nmda_r", "g_nmda", "released", "i"],
                "ProbGaba" => &["rise_a", "decay_b", "g_b", "i"],
                _ => &["g", "i"],
            };
            for variable in variables {
                let variable = VariableRef::point(cell, point, *variable);
                recordings.push((network.record(variable.clone()), variable));
            }
        }
    }
    (network, recordings)
}

fn options(numerics: Numerics) -> Options {
    Options { numerics, ..Options::default() }
}

fn started(network: &Network, numerics: Numerics) -> Simulation {
    Simulation::new(network, &options(numerics)).expect("the model is sound")
}

fn run_until(simulation: &mut Simulation, t: f64) {
    simulation.run_until(t).expect("the run stays finite");
}

fn assert_close(exact: &Simulation, fast: &Simulation, cells: usize, what: &str) {
    for cell in 0..cells {
        let [a, b] = [exact, fast].map(|simulation| simulation.samples(cell).expect("it is recorded"));
        let difference = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(difference <= 1e-9, "{what}, cell {cell}: {difference:e} mV");
        assert_eq!(a.len(), b.len());
    }
    let spikes = |simulation: &Simulation| simulation.spikes();
    assert_eq!(spikes(exact), spikes(fast), "{what}");
}

/// Networks of built-in synapses, of synapses in NMODL, and as many of synapses of many kinetics.
fn networks(built_in: u32, library: u32) -> impl Iterator<Item = (String, Network)> {
    let built_in = (0..built_in).map(|seed| (format!("network {seed}"), network(seed)));
    let drawn = (0..library).map(|seed| (format!("network of many kinetics {seed}"), drawn_network(seed)));
    let library = (0..library).map(|seed| (format!("library network {seed}"), library_network(seed)));
    built_in.chain(library).chain(drawn)
}

#[test]
fn sums_are_those_of_the_instances() {
    let mut spikes = 0;
    for (name, network) in networks(30, 15) {
        let [exact, fast] = [Numerics::Exact, Numerics::Fast].map(|numerics| {
            let mut simulation = started(&network, numerics);
            run_until(&mut simulation, TSTOP);
            simulation
        });
        assert_close(&exact, &fast, network.cells.len(), &name);
        let count = |simulation: &Simulation| {
            simulation.spikes().iter().filter(|spike| !simulation.sources()[spike.source].is_artificial()).count()
        };
        spikes += count(&fast);
    }
    assert!(spikes > 60, "{spikes} spikes are no test");
}

#[test]
fn recordings_have_the_instances_values_and_change_nothing() {
    for (name, plain) in networks(6, 4) {
        let cells = plain.cells.len();
        let mut unrecorded = started(&plain, Numerics::Fast);
        run_until(&mut unrecorded, TSTOP);
        let (network, recordings) = recorded(plain);
        let mut fast = started(&network, Numerics::Fast);
        run_until(&mut fast, TSTOP);
        for cell in 0..cells {
            assert_eq!(unrecorded.samples(cell).unwrap(), fast.samples(cell).unwrap(), "{name}");
        }
        assert_eq!(unrecorded.spikes(), fast.spikes());
        let mut exact = started(&network, Numerics::Exact);
        run_until(&mut exact, TSTOP);
        for (recording, _) in recordings {
            let [a, b] = [&exact, &fast].map(|simulation| simulation.samples(recording).expect("it is recorded"));
            let largest = a.iter().copied().map(f64::abs).fold(0.0, f64::max);
            for (a, b) in a.iter().zip(b) {
                assert!((a - b).abs() <= 1e-11 * largest, "{:?}: {a:e}, {b:e}", fast.recording_name(recording));
            }
        }
    }
}

/// Between two samples come no events: what is read is what was recorded.
#[test]
fn values_on_demand_are_those_that_are_recorded() {
    let mut network = network(0);
    network.connections = Vec::new().into();
    for point in 0..SYNAPSES {
        network.send_events(TargetRef::Point { cell: point % 2, point }, 1e-4, [5.0, 5.0]); // uS, ms
    }
    let (network, recordings) = recorded(network);
    let mut simulation = started(&network, Numerics::Fast);
    for t in [3.0, 6.0, 20.0125, TSTOP, 400.0] {
        run_until(&mut simulation, t);
        let mut others = 0;
        for (recording, variable) in &recordings {
            let handle = simulation.handle(&ValueRef::from(variable.clone())).expect("there is such a variable");
            let read = simulation.read(handle).expect("it is this simulation's");
            let last = *simulation.samples(*recording).expect("it is recorded").last().expect("there are samples");
            assert_eq!(read.to_bits(), last.to_bits(), "{:?} at {t} ms", simulation.recording_name(*recording));
            others += usize::from(read != 0.0);
        }
        assert_eq!(others > 0, t > 5.0, "{t} ms: {others} are not 0");
    }
}

#[test]
fn groups_threads_and_ranks_make_no_difference() {
    for (_, network) in networks(3, 3) {
        let (network, _) = recorded(network);
        let expected = Fingerprint::of_run(&network, &options(Numerics::Fast), TSTOP);
        for lanes in Lanes::available() {
            let found = Fingerprint::of_run(&network, &Options { lanes, ..options(Numerics::Fast) }, TSTOP);
            assert!(expected.difference(&found).is_none(), "{lanes:?}");
        }
        for (ranks, threads, group_nodes) in [(1, 1, 1), (1, 2, 20), (2, 1, 8192), (3, 2, 1)] {
            let options = Options { threads, group_nodes, ..options(Numerics::Fast) };
            let results = in_ranks(ranks, |rank| {
                let mut simulation = Simulation::with_communicator(&network, &options, rank).expect("it is sound");
                run_until(&mut simulation, 17.0);
                run_until(&mut simulation, TSTOP);
                Fingerprint::of(&simulation)
            });
            let difference = expected.difference(&results[0]);
            assert!(difference.is_none(), "{ranks} ranks, {threads} threads, {group_nodes} nodes: {difference:?}");
        }
    }
}

/// The recorded data from `t` (ms) on.
fn tail(simulation: &Simulation, steps: usize) -> Vec<Vec<u64>> {
    let samples = (0..simulation.recordings()).map(|recording| simulation.samples(recording).expect("it is recorded"));
    samples.map(|samples| samples[samples.len() - steps..].iter().map(|x| x.to_bits()).collect()).collect()
}

#[test]
fn a_run_goes_on_from_a_checkpoint_and_starts_anew() {
    for (name, network) in networks(4, 3) {
        let (network, _) = recorded(network);
        let mut first = started(&network, Numerics::Fast);
        run_until(&mut first, 13.3);
        let tau = match &*network.cells[1].points[4].mechanism.name {
            "Exp2Syn" => "tau2",
            "ProbAmpaNmda" => "ampa_decay",
            "ProbGaba" => "b_decay",
            _ => "tau",
        };
        let tau = ValueRef::from(VariableRef::point(1, 4, tau));
        let changed = first.handle(&tau).expect("it is a parameter");
        first.set(changed, 5.0).expect("it is this simulation's");
        let checkpoint = first.checkpoint().expect("the run stays finite").to_bytes();
        run_until(&mut first, TSTOP);
        for group_nodes in [1, 8192] {
            let mut second = Simulation::new(&network, &Options { group_nodes, ..options(Numerics::Fast) }).unwrap();
            run_until(&mut second, 2.0);
            second.restore(&Checkpoint::from_bytes(&checkpoint).expect("it is one")).expect("it is of this model");
            assert!(second.checkpoint().expect("it has not failed").to_bytes() == checkpoint, "the state is the same");
            run_until(&mut second, TSTOP);
            assert!(tail(&first, 1000) == tail(&second, 1000), "{name}, {group_nodes} nodes a group");
        }
        let other = first.handle(&tau).expect("it is a parameter");
        let before = started(&network, Numerics::Fast).read(other).expect("it is the same model's");
        first.set(other, before).expect("it is this simulation's");
        first.initialize().expect("it starts anew");
        run_until(&mut first, TSTOP);
        let mut fresh = started(&network, Numerics::Fast);
        run_until(&mut fresh, TSTOP);
        assert!(tail(&first, 1000) == tail(&fresh, 1000), "{name} anew");
    }
}

fn is_exp2(network: &Network, point: usize) -> bool {
    network.cells[1].points[point].mechanism.name == "Exp2Syn"
}

#[test]
fn parameters_and_states_can_be_set_while_a_model_runs() {
    for (seed, network) in (0..8).map(network).chain((0..4).map(drawn_network)).enumerate() {
        let run = |options: &Options| {
            let mut simulation = Simulation::new(&network, options).expect("the model is sound");
            for (t, point, factor) in [(4.0, 2, 2.0), (9.025, 5, 0.5), (9.025, 6, 3.0), (20.0, 2, 0.25)] {
                run_until(&mut simulation, t);
                let variables = match is_exp2(&network, point) {
                    true => ["tau2", "B", "e"],
                    false => ["tau", "g", "e"],
                };
                for variable in variables {
                    let handle = simulation.handle(&VariableRef::point(1, point, variable).into()).expect("it exists");
                    let value = simulation.read(handle).expect("it is this simulation's");
                    simulation.set(handle, factor * value).expect("it is this simulation's");
                    if variable == "g" || variable == "B" {
                        assert_eq!(simulation.read(handle).unwrap(), factor * value);
                    }
                }
            }
            run_until(&mut simulation, TSTOP);
            simulation
        };
        let [exact, fast] = [Numerics::Exact, Numerics::Fast].map(|numerics| run(&options(numerics)));
        assert_close(&exact, &fast, network.cells.len(), &format!("network {seed}"));
        let alone = run(&Options { group_nodes: 1, ..options(Numerics::Fast) });
        assert!(tail(&alone, 1000) == tail(&fast, 1000));
    }
}

#[test]
fn played_parameters_belong_to_their_instance_alone() {
    for (seed, mut network) in (0..4).map(network).chain((0..2).map(drawn_network)).enumerate() {
        for point in [3, 7] {
            let times = vec![0.0, 11.0, 25.0]; // ms
            let waveform = match point {
                3 => Waveform::continuous(times, vec![-80.0, 0.0, -50.0]),
                _ => Waveform::steps(times, vec![-80.0, 0.0, -50.0]),
            }; // mV
            network.play(VariableRef::point(0, point, "e"), waveform);
        }
        let [exact, fast] = [Numerics::Exact, Numerics::Fast].map(|numerics| {
            let mut simulation = started(&network, numerics);
            run_until(&mut simulation, TSTOP);
            simulation
        });
        assert_close(&exact, &fast, network.cells.len(), &format!("network {seed}"));
    }
}
