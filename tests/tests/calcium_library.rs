//! `mechanisms/calcium` conserves calcium: without pumps, the shells and the buffer of a cylinder contain in the end what
//! entered through the channels.

use std::f64::consts::PI;

use loligo::Catalogue;
use loligo::nmodl::load;
use loligo::prelude::*;

const DIAMETER: f64 = 2.0; // um
const SHELLS: usize = 4;

/// Calcium of the shells by length of the section, mM um2, from the concentrations, the outer shell first.
fn total(concentrations: &[f64]) -> f64 {
    let outer = |shell: usize| DIAMETER / 2.0 * (SHELLS - shell) as f64 / SHELLS as f64; // radius, um
    let area = |shell: usize| PI * (outer(shell).powi(2) - outer(shell + 1).powi(2));
    concentrations.iter().enumerate().map(|(shell, concentration)| area(shell) * concentration).sum()
}

#[test]
fn calcium_that_enters_is_in_the_shells() {
    let mut cell = Cell::new("cell");
    let dend = cell.add_section(Section::cylinder("dend", 20.0, DIAMETER)); // um
    cell.paint(Region::All, Mechanism::new("purkinje_cap"));
    cell.paint(Region::All, Mechanism::new("ca_shells").with("pumps", 0.0));
    let clamp = SEClamp { rs: 0.1, dur1: 5.0, amp1: 0.0, dur2: 5.0, amp2: -65.0, ..SEClamp::default() }; // MOhm, ms, mV
    cell.place("clamp", dend, 0.5, clamp);
    let loaded = load(Catalogue::builtin(), ["loligo:calcium", "loligo:purkinje/purkinje_cap"]);
    let mut network = Network::with_catalogue(loaded.unwrap_or_else(|errors| panic!("{errors}")).catalogue);
    network.add_cell(cell);
    let mut record = |variable: &str| network.record(VariableRef::section(0, dend, 0.5, variable));
    let current = record("ica");
    let [free, bound] = ["ca", "bound"].map(|name| [0, 1, 2, 3].map(|k| record(&format!("{name}_ca_shells[{k}]"))));
    let mut simulation = Simulation::new(&network, &Options::default()).unwrap();
    simulation.run_until(10.0).unwrap(); // ms
    let samples = |recording: usize| simulation.samples(recording).unwrap();
    let first_and_last = |recordings: [usize; SHELLS]| {
        [0, samples(current).len() - 1].map(|step| total(&recordings.map(|recording| samples(recording)[step])))
    };
    let ([free_before, free_after], [bound_before, bound_after]) = (first_and_last(free), first_and_last(bound));
    let gained = free_after + bound_after - free_before - bound_before;
    let charge: f64 = -samples(current)[1..].iter().sum::<f64>() * 0.025; // mA/cm2 ms
    let entered = charge * PI * DIAMETER * 1e4 / (2.0 * 96485.33212331);
    assert!(entered > 0.01, "{entered} mM um2");
    assert!((gained / entered - 1.0).abs() < 1e-6, "{gained} of {entered} mM um2");
}
