//! Contract: mechanisms in NMODL (`tests/mods`) give the same bits as the built-in mechanisms in `Exact`, and differ by
//! less than 1e-9 mV in `Fast`. The texts pass through the whole compiler, and a network with each mechanism is run.

use loligo::prelude::*;
use loligo::{Catalogue, Mechanism, nmodl};
use loligo_tests::project_file;

/// The files, in the order of the built-in mechanisms, which is the order of summation at a node.
const FILES: [&str; 11] = [
    "pas",
    "iclamp",
    "alphasynapse",
    "expsyn",
    "exp2syn",
    "seclamp",
    "hh",
    "netstim",
    "intfire1",
    "intfire2",
    "intfire4",
];

/// The built-in mechanisms, with those of `tests/mods` in place of the mechanisms of the same name.
fn from_text() -> Catalogue {
    let files = FILES.map(|name| project_file(&format!("tests/mods/{name}.mod")));
    let loaded = nmodl::load(Catalogue::builtin(), files).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(loaded.replaced.len(), loaded.mechanisms.len(), "each has a built-in namesake");
    assert_eq!(loaded.warnings, []);
    loaded.catalogue
}

/// A cell of two sections with a mechanism on its membrane and, if given, two point processes, each with events of its
/// own weight.
fn network(catalogue: &Catalogue, membrane: &str, point: Option<Mechanism>) -> Network {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    let dendrite = Section::cylinder("dendrite", 200.0, 2.0).with_segments(5).attached_to(soma, 1.0);
    let dendrite = cell.add_section(dendrite);
    cell.paint(Region::All, Mechanism::new(membrane));
    let receives = point
        .as_ref()
        .is_some_and(|point| catalogue.find(&point.name).is_some_and(|mechanism| mechanism.signature().weights > 0));
    if let Some(point) = point {
        let place = cell.place("point", dendrite, 0.5, point.clone());
        cell.place("second", dendrite, 0.5, point);
        assert_eq!(place, 0);
    }
    let mut network = Network::with_catalogue(catalogue.clone());
    let cell = network.add_cell(cell);
    if receives {
        network.send_events(TargetRef::Point { cell, point: 0 }, 0.01, [2.0, 2.0125, 9.0]);
        network.send_events(TargetRef::Point { cell, point: 1 }, 0.02, [3.3, 5.0]);
    }
    network.record(VariableRef::voltage(cell, soma, 0.5));
    network.record(VariableRef::voltage(cell, dendrite, 0.5));
    network.watch(SourceRef::voltage(cell, soma, 0.5), -20.0);
    network
}

fn voltages(network: &Network, numerics: Numerics) -> Vec<f64> {
    let options = Options { numerics, celsius: 12.0, ..Options::default() };
    let mut simulation = Simulation::new(network, &options).unwrap_or_else(|error| panic!("{error}"));
    simulation.run_until(25.0).unwrap(); // ms
    (0..2).flat_map(|recording| simulation.samples(recording).unwrap().to_vec()).collect()
}

fn compare(membrane: &str, point: Option<Mechanism>) {
    let texts = from_text();
    let name = point.as_ref().map_or(membrane.to_owned(), |point| format!("{membrane} and {}", point.name));
    let [own, text] = [Catalogue::builtin(), texts].map(|catalogue| network(&catalogue, membrane, point.clone()));
    let [expected, found] = [&own, &text].map(|network| voltages(network, Numerics::Exact));
    assert!(expected.iter().any(|v| (v - expected[0]).abs() > 0.1), "{name}: something happens");
    let differing = expected.iter().zip(&found).position(|(a, b)| a.to_bits() != b.to_bits());
    if let Some(at) = differing {
        panic!("{name}: sample {at} is {} mV, in the built-in mechanism {} mV", found[at], expected[at]);
    }
    let [expected, found] = [&own, &text].map(|network| voltages(network, Numerics::Fast));
    let largest = expected.iter().zip(&found).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(largest < 1e-9, "{name}: {largest} mV in Fast");
}

#[test]
fn channels() {
    compare("pas", None);
    compare("hh", Some(Mechanism::new("IClamp").with("delay", 1.0).with("dur", 20.0).with("amp", 0.5)));
}

#[test]
fn synapses() {
    compare("pas", Some(Mechanism::new("ExpSyn").with("tau", 2.0)));
    compare("hh", Some(Mechanism::new("Exp2Syn").with("tau1", 0.5).with("tau2", 3.0)));
    compare("pas", Some(Mechanism::new("Exp2Syn").with("tau1", 3.0).with("tau2", 3.0)));
    compare("pas", Some(Mechanism::new("AlphaSynapse").with("onset", 3.0).with("tau", 1.5).with("gmax", 0.02)));
}

#[test]
fn electrodes() {
    compare("pas", Some(Mechanism::new("IClamp").with("delay", 1.0125).with("dur", 5.5).with("amp", 0.1)));
    let levels = [("dur1", 2.0), ("amp1", -80.0), ("dur2", 5.0), ("amp2", -20.0), ("dur3", 3.0), ("amp3", 10.0)];
    let clamp = levels.into_iter().fold(Mechanism::new("SEClamp"), |clamp, (name, value)| clamp.with(name, value));
    compare("pas", Some(clamp));
}

/// Spikes of an artificial cell that receives events of four weights.
fn spikes(catalogue: Catalogue, cell: Mechanism) -> Vec<f64> {
    let mut network = Network::with_catalogue(catalogue);
    let cell = network.add_artificial_cell("cell", cell);
    for (weight, offset) in [(0.4, 0.0), (0.7, 0.3), (1.2, 0.9), (-0.2, 1.1)] {
        let times: Vec<f64> = (1..40).map(|k| offset + 1.7 * f64::from(k)).collect(); // ms
        network.send_events(TargetRef::Artificial(cell), weight, times);
    }
    let watch = network.watch(SourceRef::Artificial(cell), 0.0);
    let mut simulation = Simulation::new(&network, &Options::default()).unwrap();
    simulation.run_until(100.0).unwrap(); // ms
    simulation.spikes_of_connection(watch)
}

#[test]
fn cells_that_live_by_events_alone() {
    let noisy =
        Mechanism::new("NetStim").with("start", 5.0).with("number", 30.0).with("interval", 2.0).with("noise", 0.7);
    for cell in [
        Mechanism::new("IntFire1").with("refrac", 2.0),
        Mechanism::new("IntFire2"),
        Mechanism::new("IntFire2").with("ib", 1.3).with("taus", 11.0),
        Mechanism::new("IntFire4"),
        Mechanism::new("IntFire4").with("taue", 0.5).with("taui1", 12.0).with("taui2", 4.0).with("taum", 4.0),
        Mechanism::new("NetStim").with("start", 3.0).with("number", 7.0),
        noisy.with_stream([4, 5, 6]),
    ] {
        let [expected, found] = [Catalogue::builtin(), from_text()].map(|catalogue| spikes(catalogue, cell.clone()));
        assert!(expected.len() > 6, "{}: {expected:?}", cell.name);
        assert_eq!(expected, found, "{}", cell.name);
    }
}
