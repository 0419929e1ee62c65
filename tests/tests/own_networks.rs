//! Networks of some cells with mechanisms written outside the project's crates: synapses with plasticity (self events,
//! watched conditions, all connections of an instance), with random release and spikes of their own, with pointers to a
//! voltage or a state elsewhere, an artificial cell, arrays and globals. They give NEURON's numbers for the same
//! equations in NMODL (`tests/neuron/own_mechanisms/`, measured by `tests/neuron/own_networks.py`): with delays down to
//! zero, with simultaneous events, with cycles of pointers, and with values that are set between steps. `Exact` is
//! equal to the bit, `Fast` stays within 1e-9 mV; the bits depend neither on the numbers of ranks and threads and the
//! sizes of groups, nor on an interruption.

#[expect(dead_code, reason = "the example's main")]
#[path = "../../crates/loligo/examples/own_mechanisms/main.rs"]
mod own_mechanisms;

use std::collections::HashMap;

use loligo::ValueRef;
use loligo::prelude::*;
use loligo_tests::{Machine, numbers, project_file, read_json, run_on};
use serde_json::Value;

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap()
}

fn index(value: &Value, key: &str) -> usize {
    value[key].as_u64().unwrap() as usize
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap()
}

fn cell(name: &str, branched: bool) -> Cell {
    let mut cell = Cell::new(name);
    let mut parent = cell.add_section(Section::cylinder("soma", 20.0, 20.0).with_axial_resistance(100.0)); // um, ohm cm
    let dendrites = [(200.0, 2.0), (150.0, 1.5), (100.0, 1.0)]; // um
    for (k, (length, diam)) in dendrites.into_iter().enumerate().filter(|_| branched) {
        let section = Section::cylinder(format!("dend{k}"), length, diam).with_axial_resistance(100.0);
        let section = cell.add_section(section.with_segments(3).attached_to(parent, 1.0));
        parent = if k == 0 { section } else { parent };
    }
    let leak = [(1e-5, -70.0), (2e-5, -60.0), (3e-5, -80.0)]; // S/cm2, mV
    let leak = leak.into_iter().enumerate().fold(Mechanism::new("multileak"), |leak, (k, (g, level))| {
        leak.with(format!("g[{k}]"), g).with(format!("level[{k}]"), level)
    });
    cell.paint(Region::All, Hh::default());
    cell.paint(Region::All, Mechanism::new("cahva").with("pbar", 2e-5)); // cm/s
    cell.paint(Region::All, Mechanism::new("cadpump").with("depth", 0.6)); // um
    cell.paint(Region::All, Mechanism::new("skca").with("gbar", 5e-4)); // S/cm2
    cell.paint(Region::All, leak);
    cell
}

fn mechanism(own: &Value) -> Mechanism {
    let mut mechanism = Mechanism::new(text(own, "mechanism"));
    for (name, value) in own["parameters"].as_object().unwrap() {
        match value {
            Value::Array(elements) => {
                for (k, element) in elements.iter().enumerate() {
                    mechanism = mechanism.with(format!("{name}[{k}]"), element.as_f64().unwrap());
                }
            }
            value => mechanism = mechanism.with(name, value.as_f64().unwrap()),
        }
    }
    match own.get("stream") {
        Some(ids) => mechanism.with_stream([0, 1, 2].map(|k| ids[k].as_u64().unwrap() as u32)),
        None => mechanism,
    }
}

/// End time of the second runs in the reference, ms.
const AGAIN: f64 = 8.0;

/// The network of a case; its recordings are those of the case, in their order.
fn network(case: &Value, every: usize) -> Network {
    let branched = case["branched"].as_bool().unwrap();
    let mut cells: Vec<_> = (0..index(case, "cells")).map(|k| cell(&format!("cell{k}"), branched)).collect();
    let mut points = HashMap::new();
    for own in list(case, "points") {
        let cell = index(own, "cell");
        let point = cells[cell].place(text(own, "name"), index(own, "section"), number(own, "x"), mechanism(own));
        points.insert(text(own, "name"), (cell, point));
    }
    let mut network = Network::with_catalogue(own_mechanisms::catalogue().unwrap());
    network.set_global("cahva", "vshift", number(case, "vshift")); // mV
    network.set_global("burster", "spikes", number(case, "burst"));
    for cell in cells {
        network.add_cell(cell);
    }
    let artificial = list(case, "artificial").iter();
    let artificial: HashMap<_, _> = artificial
        .map(|own| (text(own, "name"), network.add_artificial_cell(text(own, "name"), mechanism(own))))
        .collect();

    let variable = |own: &Value| match own.get("of").map(|name| name.as_str().unwrap()) {
        None => {
            VariableRef::section(index(own, "cell"), index(own, "section"), number(own, "x"), text(own, "variable"))
        }
        Some(name) => match (points.get(name), artificial.get(name)) {
            (Some(&(cell, point)), _) => VariableRef::point(cell, point, text(own, "variable")),
            (None, cell) => VariableRef::artificial(*cell.unwrap(), text(own, "variable")),
        },
    };
    for pointer in list(case, "pointers") {
        network.point_to(variable(pointer), variable(&pointer["to"]));
    }
    for own in list(case, "connections") {
        let source = match own["source"].as_str() {
            None => {
                let place = &own["source"];
                SourceRef::voltage(index(place, "cell"), index(place, "section"), number(place, "x"))
            }
            Some(name) => match points.get(name) {
                Some(&(cell, point)) => SourceRef::Point { cell, point },
                None => SourceRef::Artificial(artificial[name]),
            },
        };
        let target = match points.get(text(own, "target")) {
            Some(&(cell, point)) => TargetRef::Point { cell, point },
            None => TargetRef::Artificial(artificial[text(own, "target")]),
        };
        network.connect(Connection {
            weight: numbers(&own["weight"]),
            threshold: own.get("threshold").map(|threshold| threshold.as_f64().unwrap()), // mV
            ..Connection::new(source, target, 0.0, number(own, "delay"))
        });
    }
    for own in case["interventions"].as_array().into_iter().flatten() {
        let value = &own["value"];
        let value = match (value["connection"].as_u64(), value["global"].as_str()) {
            (Some(connection), _) => {
                ValueRef::Weight { connection: connection as usize, weight: index(value, "weight") }
            }
            (None, Some("celsius")) => ValueRef::Celsius,
            (None, Some(global)) => {
                ValueRef::Global { mechanism: text(value, "mechanism").to_owned(), global: global.to_owned() }
            }
            (None, None) => variable(value).into(),
        };
        network.intervene(number(own, "t"), value, number(own, "to"));
    }
    for own in list(case, "recorded") {
        let variable = variable(own);
        network.record_as(network.name_of(&variable), variable, every);
    }
    network
}

fn options(case: &Value, numerics: Numerics) -> Options {
    Options { celsius: number(case, "celsius"), numerics, ..Options::default() }
}

/// Compares a run with NEURON's: all bits in `Exact`; in `Fast` spikes within 1e-9 ms, voltages within 1e-9 mV, and
/// other variables within 1e-9 of their largest value. Returns the difference found.
fn difference(case: &Value, every: usize, numerics: Numerics) -> Option<String> {
    let exact = numerics == Numerics::Exact;
    let network = network(case, every);
    let mut simulation = Simulation::new(&network, &options(case, numerics)).unwrap();
    simulation.run_until(number(case, "tstop")).unwrap();
    for source in list(case, "spikes") {
        let (connection, expected) = (source[0].as_u64().unwrap() as usize, numbers(&source[1]));
        let own = simulation.spikes_of_connection(connection);
        let same = |(own, expected): (&f64, &f64)| own == expected || !exact && (own - expected).abs() < 1e-9;
        if own.len() != expected.len() || !own.iter().zip(&expected).all(same) {
            let source = &case["connections"][connection]["source"];
            return Some(format!("spikes of {source} are {own:?}, not {expected:?} (ms)"));
        }
    }
    different_samples(&simulation, &case["samples"], numerics)
        .or_else(|| different_weights(&mut simulation, &case["weights"], numerics))
}

/// The first weight at the end of a run that differs from NEURON's.
fn different_weights(simulation: &mut Simulation, expected: &Value, numerics: Numerics) -> Option<String> {
    for (connection, expected) in expected.as_array().unwrap().iter().enumerate() {
        for (weight, expected) in numbers(expected).into_iter().enumerate() {
            let handle = simulation.handle(&ValueRef::Weight { connection, weight }).unwrap();
            let own = simulation.read(handle).unwrap();
            let same = match numerics {
                Numerics::Exact => own.to_bits() == expected.to_bits(),
                Numerics::Fast => (own - expected).abs() <= 1e-9 * expected.abs(),
            };
            if !same {
                return Some(format!("weight {weight} of connection {connection} is {own:?}, not {expected:?}"));
            }
        }
    }
    None
}

/// The first sample of any recording that differs from NEURON's.
fn different_samples(simulation: &Simulation, expected: &Value, numerics: Numerics) -> Option<String> {
    let mut first: Option<(usize, String)> = None;
    for (recording, expected) in expected.as_array().unwrap().iter().enumerate() {
        let name = simulation.recording_name(recording).unwrap();
        let (own, expected) = (simulation.samples(recording).unwrap(), numbers(expected));
        assert_eq!(own.len(), expected.len(), "{name}");
        let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        let allowed = if name.ends_with(").v") { 1e-9 } else { 1e-9 * largest };
        let differs = |k: &usize| match numerics {
            Numerics::Exact => own[*k].to_bits() != expected[*k].to_bits(),
            Numerics::Fast => (own[*k] - expected[*k]).abs() > allowed,
        };
        if let Some(k) = (0..own.len()).find(differs)
            && first.as_ref().is_none_or(|(sample, _)| k < *sample)
        {
            let t = simulation.sample_times(recording).unwrap()[k]; // ms
            first = Some((k, format!("{name} is {:?}, not {:?}, at {t} ms", own[k], expected[k])));
        }
    }
    first.map(|(_, difference)| difference)
}

fn reference() -> (Vec<Value>, usize) {
    let reference = read_json(&project_file("tests/reference/own_networks.json"));
    (list(&reference, "cases").to_vec(), index(&reference, "every"))
}

fn all_agree(differences: impl IntoIterator<Item = (String, Option<String>)>) {
    let failed: Vec<_> =
        differences.into_iter().filter_map(|(name, difference)| Some(format!("{name}: {}", difference?))).collect();
    assert!(failed.is_empty(), "{} cases differ:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn exact_gives_neurons_bits() {
    let (cases, every) = reference();
    all_agree(cases.iter().map(|case| (text(case, "name").to_owned(), difference(case, every, Numerics::Exact))));
}

#[test]
fn fast_is_near_neuron() {
    let (cases, every) = reference();
    all_agree(cases.iter().map(|case| (text(case, "name").to_owned(), difference(case, every, Numerics::Fast))));
}

const MACHINES: [Machine; 6] = [(1, 2, 1), (1, 3, 8192), (2, 1, 8192), (2, 2, 1), (3, 1, 1), (3, 2, 8192)];

#[test]
fn machines_do_not_matter() {
    let (cases, _) = reference();
    let compared = cases.iter().flat_map(|case| [Numerics::Exact, Numerics::Fast].map(|numerics| (case, numerics)));
    all_agree(compared.map(|(case, numerics)| {
        let (network, options) = (network(case, 3), options(case, numerics));
        let (tstop, one) = (20.0, (1, 1, 8192)); // ms
        let (expected, end) = run_on(one, &network, &options, None, tstop);
        let difference = MACHINES.into_iter().find_map(|machine| {
            let (own, own_end) = run_on(machine, &network, &options, None, tstop);
            let difference =
                expected.difference(&own).or_else(|| (own_end != end).then(|| "the ends differ".to_owned()));
            difference.map(|difference| format!("{numerics:?}, {machine:?}: {difference}"))
        });
        (text(case, "name").to_owned(), difference)
    }));
}

#[test]
fn interruptions_do_not_matter() {
    let (cases, _) = reference();
    let compared = cases.iter().flat_map(|case| [Numerics::Exact, Numerics::Fast].map(|numerics| (case, numerics)));
    all_agree(compared.enumerate().map(|(k, (case, numerics))| {
        let (network, options) = (network(case, 1), options(case, numerics));
        let (tstop, one) = (25.0, (1, 1, 8192)); // ms
        let (mut expected, end) = run_on(one, &network, &options, None, tstop);
        let middle = tstop * (0.3 + 0.01 * (k % 60) as f64); // ms
        let (first, checkpoint) = run_on(MACHINES[k % MACHINES.len()], &network, &options, None, middle);
        let (mut rest, own_end) =
            run_on(MACHINES[(k / 2) % MACHINES.len()], &network, &options, Some(&checkpoint), tstop);
        for (expected, first) in expected.samples.iter_mut().zip(&first.samples) {
            expected.drain(..first.len());
        }
        // Of the spikes at the time of the interruption, some come before it, others after.
        rest.spikes.splice(0..0, first.spikes);
        rest.spikes.sort_by(|(t, source), (other_t, other)| {
            f64::from_bits(*t).total_cmp(&f64::from_bits(*other_t)).then(source.cmp(other))
        });
        let difference = expected.difference(&rest).or_else(|| (own_end != end).then(|| "the ends differ".to_owned()));
        (text(case, "name").to_owned(), difference.map(|difference| format!("{numerics:?}, {middle} ms: {difference}")))
    }));
}

/// A second run starts with the final values of the first, as in NEURON: pointers and computed
/// variables.
#[test]
fn a_second_run_is_neurons() {
    let (cases, every) = reference();
    // If values were set, a second run starts with their initial values here, and with the final ones in NEURON.
    all_agree(cases.iter().filter(|case| case.get("again").is_some()).map(|case| {
        let network = network(case, every);
        let mut simulation = Simulation::new(&network, &options(case, Numerics::Exact)).unwrap();
        simulation.run_until(number(case, "tstop")).unwrap();
        simulation.initialize().unwrap();
        simulation.run_until(AGAIN).unwrap();
        (text(case, "name").to_owned(), different_samples(&simulation, &case["again"], Numerics::Exact))
    }));
}

/// If a voltage is set, that of an adjacent end of a section, which has no area, follows in the next step: recordings
/// and spike sources have the same values in both kinds of arithmetic.
#[test]
fn ends_follow_set_voltages_with_the_next_step() {
    let run = |numerics, second_order| {
        let mut network = Network::with_catalogue(own_mechanisms::catalogue().unwrap());
        let mut cell = Cell::new("cell");
        let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
        let dend = cell.add_section(Section::cylinder("dend", 150.0, 2.0).attached_to(soma, 1.0)); // um
        cell.paint(Region::All, Pas::default());
        let mut other = cell.clone();
        other.name = "other".to_owned();
        let lif = other.place("fires", soma, 0.5, Mechanism::new("lif").with("thresh", -30.0)); // mV
        for cell in [cell, other] {
            network.add_cell(cell);
        }
        // In one cell interventions set voltages, in the other events do, at the ends of steps.
        for (t, section, x, to) in [(1.0, soma, 0.5, -50.0), (2.0, dend, 1.0, -90.0), (3.0, dend, 0.5, -45.0)] {
            network.intervene(t, VariableRef::voltage(0, section, x), to); // ms, mV
        }
        network.send_events(TargetRef::Point { cell: 1, point: lif }, 8.0, [1.02, 2.02, 2.045]); // mV, ms
        network.send_events(TargetRef::Point { cell: 1, point: lif }, -3.0, [2.07, 3.02, 3.07]); // mV, ms
        for cell in 0..2 {
            for (section, x) in [(soma, 0.0), (soma, 0.5), (dend, 0.5), (dend, 1.0)] {
                network.watch(SourceRef::voltage(cell, section, x), -63.0); // mV
                network.record(VariableRef::voltage(cell, section, x));
            }
        }
        let options = Options { numerics, second_order, ..Options::default() };
        let mut simulation = Simulation::new(&network, &options).unwrap();
        simulation.run_until(6.0).unwrap(); // ms
        let spikes: Vec<_> = (2..10).map(|k| simulation.spikes_of_connection(k)).collect();
        let samples: Vec<_> = (0..8).map(|k| simulation.samples(k).unwrap().to_vec()).collect();
        (spikes, samples)
    };
    for second_order in [SecondOrder::BackwardEuler, SecondOrder::CrankNicolson, SecondOrder::CrankNicolsonCurrents] {
        let (expected, samples) = run(Numerics::Exact, second_order);
        let (spikes, own) = run(Numerics::Fast, second_order);
        assert_eq!(spikes, expected);
        assert!(expected.iter().any(|spikes| spikes.len() > 1));
        for (own, expected) in own.iter().flatten().zip(samples.iter().flatten()) {
            assert!((own - expected).abs() <= 1e-9, "{own} instead of {expected} mV");
        }
    }
}
