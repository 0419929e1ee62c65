//! Values that are set while a network runs have the same effect as values set between steps by a user of NEURON
//! (`tests/neuron/interventions.py`): scheduled in advance, through handles, from a file, and after restoring a
//! checkpoint.

use loligo::ValueRef;
use loligo::prelude::*;
use loligo_tests::{numbers, project_file, read_json};

fn network() -> Network {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Hh::default());
    let synapse = cell.place("synapse", soma, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    let mut network = Network::new();
    let cell = network.add_cell(cell);
    let train = NetStim { interval: 3.0, number: 10.0, start: 1.0, noise: 0.0 }; // ms
    let train = network.add_artificial_cell("train", train);
    let target = TargetRef::Point { cell, point: synapse };
    network.connect(Connection::new(SourceRef::Artificial(train), target, 0.005, 1.0)); // uS, ms
    network.record(VariableRef::voltage(cell, soma, 0.5));
    network
}

/// The changes with which the reference was made.
fn changes() -> Vec<(f64, ValueRef, f64)> {
    let reference = read_json(&project_file("tests/reference/interventions.json"));
    let change = |change: &serde_json::Value| {
        let value = match change["value"].as_str().unwrap() {
            "e" => VariableRef::point(0, 0, "e").into(),
            "weight" => ValueRef::Weight { connection: 0, weight: 0 },
            "celsius" => ValueRef::Celsius,
            variable => VariableRef::section(0, 0, 0.5, variable).into(),
        };
        (change["t"].as_f64().unwrap(), value, change["to"].as_f64().unwrap())
    };
    reference["changes"].as_array().unwrap().iter().map(change).collect()
}

fn expected() -> Vec<f64> {
    numbers(&read_json(&project_file("tests/reference/interventions.json"))["v"])
}

fn exact() -> Options {
    Options { numerics: Numerics::Exact, ..Options::default() }
}

fn assert_same(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found.to_bits(), expected.to_bits(), "step {step}: {found} instead of {expected} mV");
    }
}

#[test]
fn interventions_are_neurons() {
    let mut network = network();
    for (t, value, to) in changes() {
        network.intervene(t, value, to);
    }
    let mut simulation = Simulation::new(&network, &exact()).unwrap();
    simulation.run_until(30.0).unwrap(); // ms
    assert_same(simulation.samples(0).unwrap(), &expected());
    // Parameters have their initial values again.
    simulation.initialize().unwrap();
    simulation.run_until(30.0).unwrap(); // ms
    assert_same(simulation.samples(0).unwrap(), &expected());
    let fast = Options { threads: 2, ..Options::default() };
    let mut simulation = Simulation::new(&network, &fast).unwrap();
    simulation.run_until(30.0).unwrap(); // ms
    for (found, expected) in simulation.samples(0).unwrap().iter().zip(expected()) {
        assert!((found - expected).abs() <= 1e-9, "{found} instead of {expected} mV");
    }
}

#[test]
fn values_set_by_handles_are_neurons_and_survive_a_checkpoint() {
    let network = network();
    let mut simulation = Simulation::new(&network, &exact()).unwrap();
    let mut found = Vec::new();
    for (k, (t, value, to)) in changes().into_iter().enumerate() {
        simulation.run_until(t).unwrap();
        if k > 0 && k % 2 == 0 {
            let checkpoint = simulation.checkpoint().unwrap();
            found.extend_from_slice(simulation.samples(0).unwrap());
            simulation = Simulation::new(&network, &exact()).unwrap();
            simulation.restore(&checkpoint).unwrap();
        }
        let handle = simulation.handle(&value).unwrap();
        simulation.set(handle, to).unwrap();
        assert_eq!(simulation.read(handle).unwrap(), to);
    }
    simulation.run_until(30.0).unwrap(); // ms
    found.extend_from_slice(simulation.samples(0).unwrap());
    assert_same(&found, &expected());
}

#[test]
fn interventions_of_a_file_are_neurons() {
    let text = r#"
        [run]
        tstop = 30.0
        numerics = "exact"
        [[cell]]
        name = "cell"
        [[cell.section]]
        name = "soma"
        L = 20.0
        diam = 20.0
        [[cell.paint]]
        region = "all"
        mechanism = "hh"
        [[cell.point]]
        name = "synapse"
        mechanism = "ExpSyn"
        section = "soma"
        tau = 2.0
        e = 0.0
        [[artificial_cell]]
        name = "train"
        mechanism = "NetStim"
        interval = 3.0
        number = 10
        start = 1.0
        [[connection]]
        from = "train"
        to = "cell.synapse"
        weight = 0.005
        delay = 1.0
        [[record]]
        place = "cell.soma(0.5)"
        [[intervention]]
        t = 5.0
        set = { "cell.soma(0.5).gnabar_hh" = 0.08 }
        [[intervention]]
        t = 8.0
        set = { "cell.synapse.e" = -40.0 }
        [[intervention]]
        t = 10.0
        set = { "cell.soma(0.5).v" = -50.0 }
        [[intervention]]
        t = 12.0
        set = { "cell.soma(0.5).m_hh" = 0.2 }
        [[intervention]]
        t = 15.0
        set = { celsius = 10.0 }
        globals = { k_ion = { ki0 = 54.4 } }
    "#;
    let model = loligo_format::ModelFile::parse(text, "interventions.toml").unwrap();
    let mut simulation = Simulation::new(&model.network, &model.options).unwrap();
    simulation.run_until(18.0).unwrap(); // ms
    assert_same(simulation.samples(0).unwrap(), &expected()[..721]);
}

#[test]
fn what_cannot_be_set_is_an_error() {
    let mut network = network();
    network.intervene(1.0, VariableRef::section(0, 0, 0.5, "gnabar_hhh"), 0.1);
    network.intervene(1.0, VariableRef::section(0, 0, 0.5, "i_cap"), 0.1);
    network.intervene(f64::NAN, ValueRef::Celsius, 6.3);
    network.intervene(1.0, ValueRef::Weight { connection: 0, weight: 3 }, 1.0);
    network.intervene(1.0, ValueRef::Global { mechanism: "na_ion".into(), global: "nai9".into() }, 1.0);
    network.intervene(1.0, VariableRef::point(0, 0, "tau"), -1.0);
    network.intervene(1.0, ValueRef::Celsius, -300.0);
    network.intervene(1.0, ValueRef::Global { mechanism: "na_ion".into(), global: "nai0".into() }, -1.0);
    let errors: Vec<String> = network.check().iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 8, "{errors:?}");
    for (error, part) in errors.iter().zip([
        "gnabar_hh",
        "i_cap",
        "time",
        "weight",
        "nai0",
        "ExpSyn's tau = -1",
        "absolute zero",
        "nai0 = -1",
    ]) {
        assert!(error.contains(part), "{error}");
    }
    let mut simulation = Simulation::new(&self::network(), &exact()).unwrap();
    assert!(simulation.handle(&VariableRef::voltage(7, 0, 0.5).into()).is_err());
    assert!(simulation.handle(&VariableRef::point(0, 3, "e").into()).is_err());
    let of_junction = simulation.handle(&VariableRef::gap_junction(3, GapSide::A, "i").into()).unwrap_err();
    assert!(of_junction.to_string().contains("gap junction 3"), "{of_junction}");
    let v = simulation.handle(&VariableRef::voltage(0, 0, 0.5).into()).unwrap();
    assert!(simulation.set(v, f64::NAN).is_err());
    let tau = simulation.handle(&VariableRef::point(0, 0, "tau").into()).unwrap();
    let celsius = simulation.handle(&ValueRef::Celsius).unwrap();
    assert!(simulation.set(celsius, -300.0).is_err());
    assert!(simulation.set(tau, -1.0).is_err() && simulation.read(tau).unwrap() == 2.0); // ms
}

#[test]
fn variables_that_neuron_keeps_once_answer_with_what_to_do() {
    let mut network = network();
    network.record(VariableRef::section(0, 0, 0.5, "minf_hh"));
    let errors = network.check();
    assert!(errors.len() == 1 && errors[0].to_string().contains("record m_hh, or compute it"), "{errors:?}");
}

#[test]
fn budgets_end_a_run() {
    let mut simulation = Simulation::new(&network(), &Options::default()).unwrap();
    let stop = loligo::StopRequest::default();
    simulation.stop_when(stop.clone());
    stop.stop_at(3.0); // ms
    simulation.run_until(1e9).unwrap(); // ms
    assert!((simulation.time() - 3.0).abs() < 1e-9, "{} ms", simulation.time());
    stop.withdraw();
    stop.stop_after(std::time::Duration::from_millis(20));
    simulation.run_until(1e9).unwrap(); // ms
    assert!(simulation.time() > 3.0 && simulation.time() < 1e9, "{} ms", simulation.time());
    stop.withdraw();
    let t = simulation.time();
    simulation.run_until(t + 1.0).unwrap(); // ms
    assert!(simulation.time() > t);
}

#[test]
fn a_handle_of_another_simulation_is_an_error_where_it_shows() {
    let mut large = network();
    large.cells[0].place("more", 0, 0.5, ExpSyn::default());
    large.cells[0].place("and_more", 0, 0.5, ExpSyn::default());
    let mut of_large = Simulation::new(&large, &exact()).unwrap();
    let mut small = Simulation::new(&network(), &exact()).unwrap();
    let last = of_large.handle(&VariableRef::point(0, 0, "e").into()).unwrap(); // the oldest comes last
    assert_eq!(small.read(last), Err(loligo::SimulationError::ForeignHandle));
    assert_eq!(small.set(last, 1.0), Err(loligo::SimulationError::ForeignHandle));
}
