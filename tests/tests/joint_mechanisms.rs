//! Mechanisms in NMODL on the same nodes are computed together, in machine code. The baseline's vectors have neither:
//! every set of vector instructions gives its bits. Variables that follow the voltage are stored only if they are
//! observed; read without that, they have the same values.

use loligo::prelude::*;
use loligo::{Catalogue, Lanes, Mechanism, nmodl};
use loligo_tests::{Fingerprint, project_file};

/// Three cells of different mechanisms in three regions each, with a calcium pool that one of the mechanisms reads.
fn network() -> Network {
    network_of(|_, _| {})
}

/// The same with changes to each cell, by its number.
fn network_of(change: impl Fn(usize, &mut Cell)) -> Network {
    let loaded = nmodl::load(Catalogue::builtin(), [project_file("mechanisms/layer5")]);
    let mut network = Network::with_catalogue(loaded.unwrap_or_else(|error| panic!("{error}")).catalogue);
    for k in 0..3 {
        let mut cell = Cell::new(format!("cell[{k}]"));
        let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
        let trunk = cell.add_section(Section::cylinder("trunk", 300.0, 2.0).with_segments(21 + 6 * k));
        let side = cell.add_section(Section::cylinder("side", 200.0, 1.0).with_segments(131));
        assert!(cell.connect(trunk, End::Zero, soma, 1.0));
        assert!(cell.connect(side, End::Zero, soma, 0.0));
        cell.paint(Region::All, Mechanism::new("pas").with("g", 5e-5).with("e", -80.0));
        cell.paint(Region::All, Mechanism::new("l5_ih").with("gbar", 1e-4));
        for (section, density) in [("soma", 0.5), ("trunk", 0.01)] {
            for (name, gbar) in [("l5_nat", density), ("l5_kv31", 0.1 * density), ("l5_cahva", 1e-4), ("l5_sk", 1e-3)] {
                cell.paint(Region::section_named(section), Mechanism::new(name).with("gbar", gbar));
            }
            cell.paint(Region::section_named(section), Mechanism::new("l5_ca"));
        }
        if k == 1 {
            cell.paint(Region::section_named("trunk"), Mechanism::new("l5_im").with("gbar", 1e-4));
        }
        change(k, &mut cell);
        cell.place("step", soma, 0.5, IClamp { delay: 1.0, dur: 20.0, amp: 0.6 + 0.1 * k as f64 });
        network.add_cell(cell);
        network.record(VariableRef::voltage(k, 0, 0.5));
        network.record(VariableRef::voltage(k, 1, 0.9));
        network.record(VariableRef::section(k, 1, 0.5, "cai"));
        network.watch(SourceRef::voltage(k, 0, 0.5), 0.0);
    }
    network
}

fn options(numerics: Numerics, lanes: Lanes) -> Options {
    Options { numerics, lanes, celsius: 34.0, v_init: -75.0, ..Options::default() }
}

#[test]
fn machine_code_and_joined_mechanisms_keep_their_bits() {
    let network = network();
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let expected = Fingerprint::of_run(&network, &options(numerics, Lanes::baseline()), 15.0);
        assert!(expected.spikes.len() >= 3, "{} spikes are no test", expected.spikes.len());
        for lanes in Lanes::available() {
            let own = Fingerprint::of_run(&network, &options(numerics, lanes), 15.0);
            assert_eq!(expected.difference(&own), None, "{numerics:?}, {lanes:?}");
        }
    }
}

/// A mechanism that writes the current that it reads, and one that changes its own copy of a concentration: the ion keeps
/// its values until they are stored.
#[test]
fn copies_of_ion_variables_are_the_mechanisms_own() {
    let files = ["mechanisms/layer5", "tests/ion_mods"].map(project_file);
    let catalogue = nmodl::load(Catalogue::builtin(), files).unwrap_or_else(|error| panic!("{error}")).catalogue;
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    cell.add_section(Section::cylinder("dend", 300.0, 2.0).with_segments(21).attached_to(soma, 1.0));
    cell.paint(Region::All, Mechanism::new("pas").with("g", 5e-5).with("e", -75.0));
    for name in ["ca_own", "k_ca_local", "l5_cahva", "l5_sk"] {
        cell.paint(Region::All, Mechanism::new(name));
    }
    for (name, gbar) in [("l5_nat", 0.5), ("l5_kv31", 0.05)] {
        cell.paint(Region::section_named("soma"), Mechanism::new(name).with("gbar", gbar));
    }
    cell.place("step", soma, 0.5, IClamp { delay: 1.0, dur: 20.0, amp: 0.6 });
    let mut network = Network::with_catalogue(catalogue);
    network.add_cell(cell);
    network.watch(SourceRef::voltage(0, 0, 0.5), 0.0);
    for variable in ["v", "cai", "ica", "drive_ca_own"] {
        network.record(VariableRef::section(0, 0, 0.5, variable));
        network.record(VariableRef::section(0, 1, 0.5, variable));
    }
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let expected = Fingerprint::of_run(&network, &options(numerics, Lanes::baseline()), 15.0);
        assert!(!expected.spikes.is_empty(), "no test without spikes");
        for lanes in Lanes::available() {
            let own = Fingerprint::of_run(&network, &options(numerics, lanes), 15.0);
            assert_eq!(expected.difference(&own), None, "{numerics:?}, {lanes:?}");
        }
    }
}

/// Somas whose parameters have other values than most instances, so that their region needs a plan of its own: all of one
/// region (`l5_ca`), some of them (`l5_nat`), and values that are set between and within epochs.
#[test]
fn regions_with_other_values_keep_their_bits() {
    let mut network = network_of(|k, cell| {
        let soma = || Region::section_named("soma");
        cell.paint(soma(), Mechanism::new("l5_nap").with("gbar", 1e-4));
        cell.paint(soma(), Mechanism::new("l5_ca").with("tau", 80.0 + k as f64).with("gamma", 0.01));
        cell.paint(soma(), Mechanism::new("l5_nat").with("gbar", 0.5).with("vshift", if k == 1 { 0.0 } else { -4.0 }));
    });
    let tau = Waveform::steps(vec![0.0, 2.0, 3.0, 6.0, 9.0], vec![81.0, 460.0, 81.0, 460.0, 90.0]); // ms
    (0..3).for_each(|k| network.play(VariableRef::section(k, 0, 0.5, "tau_l5_ca"), tau.clone()));
    let shift = |k| VariableRef::section(k, 0, 0.5, "vshift_l5_nat").into();
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let run = |lanes| {
            let mut simulation = Simulation::new(&network, &options(numerics, lanes)).unwrap();
            let mut shifts = vec![simulation.handle(&shift(1)).unwrap()];
            shifts.extend([0, 2].map(|k| simulation.handle(&shift(k)).unwrap()));
            simulation.run_until(4.0).unwrap();
            simulation.set(shifts[0], -4.0).unwrap(); // mV: all have another value
            simulation.run_until(8.0).unwrap();
            shifts.iter().for_each(|&shift| simulation.set(shift, 0.0).unwrap()); // none has
            simulation.run_until(11.0).unwrap();
            simulation.set(shifts[1], 2.0).unwrap(); // some
            simulation.run_until(15.0).unwrap();
            Fingerprint::of(&simulation)
        };
        let expected = run(Lanes::baseline());
        assert!(expected.spikes.len() >= 3, "{} spikes are no test", expected.spikes.len());
        for lanes in Lanes::available() {
            assert_eq!(expected.difference(&run(lanes)), None, "{numerics:?}, {lanes:?}");
        }
    }
}

/// At some steps a part of the trunk is outside of the polynomials: it alone is computed by the formulas.
#[test]
fn voltages_beyond_the_polynomials_keep_their_bits() {
    let mut network = network_of(|_, cell| {
        let trunk = cell.section("trunk").expect("it has one");
        cell.place("strong", trunk, 0.9, IClamp { delay: 2.0, dur: 0.5, amp: 40.0 });
        cell.place("back", trunk, 0.9, IClamp { delay: 4.0, dur: 0.5, amp: -60.0 });
    });
    network.record(VariableRef::section(1, 1, 0.9, "m_l5_nat"));
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let expected = Fingerprint::of_run(&network, &options(numerics, Lanes::baseline()), 8.0);
        let voltages: Vec<f64> = expected.samples[1].iter().map(|&bits| f64::from_bits(bits)).collect(); // mV
        assert!(voltages.iter().any(|&v| v > 130.0) && voltages.iter().any(|&v| v < -130.0), "within the polynomials");
        for lanes in Lanes::available() {
            let own = Fingerprint::of_run(&network, &options(numerics, lanes), 8.0);
            assert_eq!(expected.difference(&own), None, "{numerics:?}, {lanes:?}");
        }
    }
}

/// Variables that are read without being recorded, by place and name: functions of the voltage, and copies of variables of
/// ions.
const READ: [(usize, f64, &str); 7] = [
    (0, 0.5, "minf_l5_nat"),
    (1, 0.5, "htau_l5_nat"),
    (2, 0.2, "minf_l5_ih"),
    (1, 0.5, "cai_l5_sk"),
    (0, 0.5, "eca_l5_cahva"),
    (1, 0.9, "cai_l5_ca"),
    (0, 0.5, "ica_l5_ca"),
];

/// In epochs of many steps, and of a single one: then the groups of cells make their steps together.
#[test]
fn variables_that_are_not_computed_in_every_step_can_be_read_at_any_time() {
    read_at_any_time(network);
    read_at_any_time(|| {
        let mut network = network_of(|_, cell| {
            cell.place("synapse", 0, 0.5, ExpSyn::default());
        });
        let delay = 0.025; // ms, one step
        let target = TargetRef::Point { cell: 1, point: 0 };
        network.connect(Connection::new(SourceRef::voltage(0, 0, 0.5), target, 1e-4, delay));
        network
    });
}

/// Compares variables that are recorded with those that are found when they are read.
fn read_at_any_time(network: impl Fn() -> Network) {
    let variables = READ.map(|(section, x, name)| VariableRef::section(1, section, x, name));
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = options(numerics, Lanes::detect());
        let mut recording = network();
        let recorded = variables.clone().map(|variable| recording.record(variable));
        let mut recording = Simulation::new(&recording, &options).unwrap();
        let mut simulation = Simulation::new(&network(), &options).unwrap();
        for until in [0.0, 5.0, 5.025] {
            // Found anew after every part of the run, so that the first time it was not stored.
            recording.run_until(until).unwrap();
            simulation.run_until(until).unwrap();
            for (variable, &recorded) in variables.iter().zip(&recorded) {
                let handle = simulation.handle(&variable.clone().into()).unwrap();
                let expected = *recording.samples(recorded).unwrap().last().unwrap();
                assert_eq!(simulation.read(handle).unwrap(), expected, "{numerics:?}, {until} ms, {variable:?}");
            }
        }
        // A state of a simulation that does not store them.
        let mut other = Simulation::new(&network(), &options).unwrap();
        other.run_until(5.025).unwrap();
        let checkpoint = other.checkpoint().unwrap();
        simulation.run_until(8.0).unwrap();
        simulation.restore(&checkpoint).unwrap();
        for (variable, &recorded) in variables.iter().zip(&recorded) {
            let handle = simulation.handle(&variable.clone().into()).unwrap();
            let expected = *recording.samples(recorded).unwrap().last().unwrap();
            assert_eq!(simulation.read(handle).unwrap(), expected, "{numerics:?}, restored, {variable:?}");
        }
    }
}

/// A procedure that a user calls sets variables that follow the voltage: they have its values until the next step, whether
/// they were stored before or not.
#[test]
fn a_called_procedure_sets_variables_that_follow_the_voltage() {
    let variable = |name: &str| VariableRef::section(1, 0, 0.5, name).into();
    let loaded = nmodl::load(Catalogue::builtin(), [project_file("mechanisms/layer5")]);
    let catalogue = loaded.unwrap_or_else(|error| panic!("{error}")).catalogue;
    let l5_nat = catalogue.find("l5_nat").unwrap();
    let signature = l5_nat.signature();
    let following: Vec<&str> =
        signature.follows_voltage.iter().map(|&column| &*signature.variable(column).name).collect();
    assert_eq!(following, ["minf", "mtau", "hinf", "htau"]);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let mut simulation = Simulation::new(&network(), &options(numerics, Lanes::detect())).unwrap();
        simulation.run_until(5.0).unwrap();
        let state = simulation.handle(&variable("m_l5_nat")).unwrap();
        simulation.call(state, "rates", &[-38.0]).unwrap(); // mV
        let [minf, hinf] = ["minf_l5_nat", "hinf_l5_nat"].map(|name| simulation.handle(&variable(name)).unwrap());
        let called = [minf, hinf].map(|handle| simulation.read(handle).unwrap());
        assert!((called[0] - 0.6).abs() < 0.05, "{numerics:?}: m above its half activation: {called:?}");
        simulation.run_until(5.025).unwrap();
        let after = [minf, hinf].map(|handle| simulation.read(handle).unwrap());
        assert_ne!(called, after, "{numerics:?}");
    }
}

/// Recordings of `network`.
const RECORDED: usize = 9;

/// Recordings decide which variables are stored, and never change other values.
#[test]
fn observation_of_some_mechanisms_does_not_change_bits() {
    let observed: [&[&str]; 4] = [
        &["minf_l5_nat", "ina"],
        &["g_l5_kv31", "htau_l5_nat", "ik"],
        &["minf_l5_ih", "zinf_l5_sk", "ica"],
        &["mtau_l5_cahva", "hinf_l5_cahva", "g_l5_sk", "i_l5_ih"],
    ];
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let run = |names: &[&str]| {
            let mut network = network();
            let recorded = RECORDED;
            for name in names {
                network.record(VariableRef::section(1, 1, 0.5, *name));
            }
            let mut own = Fingerprint::of_run(&network, &options(numerics, Lanes::detect()), 8.0);
            own.samples.truncate(recorded);
            own
        };
        let expected = run(&[]);
        for names in observed {
            assert_eq!(expected.difference(&run(names)), None, "{numerics:?}, {names:?}");
        }
    }
}
