//! Synapses of `mechanisms/synapses` do what their papers say: the peak of a conductance is the weight; magnesium blocks the
//! part of Jahr & Stevens; the mean of random release is the model of Tsodyks & Markram, which a deterministic synapse has
//! to rounding; the strength of a connection changes by an exponential of the time between two spikes.

use loligo::nmodl::load;
use loligo::prelude::*;
use loligo::{Catalogue, ValueRef};

/// A cell at rest at -65 mV, to which currents of some pA make no difference.
fn cell_with(synapses: &[Mechanism]) -> Network {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    cell.paint(Region::All, Pas { g: 1e-3, e: -65.0 });
    for (k, synapse) in synapses.iter().enumerate() {
        cell.place(format!("synapse[{k}]"), soma, 0.5, synapse.clone());
    }
    let loaded = load(Catalogue::builtin(), ["loligo:synapses"]).unwrap_or_else(|errors| panic!("{errors}"));
    let mut network = Network::with_catalogue(loaded.catalogue);
    network.add_cell(cell);
    network
}

fn target(point: usize) -> TargetRef {
    TargetRef::Point { cell: 0, point }
}

#[test]
fn the_peak_is_the_weight_and_magnesium_blocks_a_part() {
    let without = Mechanism::new("NmdaSyn").with("mg", 0.0); // mM
    let mut network = cell_with(&[without, Mechanism::new("NmdaSyn")]);
    for point in 0..2 {
        network.send_events(target(point), 1e-9, [10.0]); // uS, ms
    }
    let recordings = [0, 1].map(|point| network.record(VariableRef::point(0, point, "g")));
    let mut simulation = Simulation::new(&network, &Options::default()).unwrap();
    simulation.run_until(60.0).unwrap();
    let [free, blocked] = recordings.map(|recording| simulation.samples(recording).unwrap());
    let peak = free.iter().copied().fold(0.0, f64::max);
    assert!((0.9999e-9..=1.000_000_001e-9).contains(&peak), "{peak:e} uS");
    let open = 1.0 / (1.0 + (0.062f64 * 65.0).exp() / 3.57); // at -65 mV and 1 mM
    for (free, blocked) in free.iter().zip(blocked).filter(|(free, _)| **free > 0.0) {
        assert!((blocked / free - open).abs() < 1e-6, "{blocked:e} of {free:e} uS");
    }
}

/// Parts of the resources that the spikes of a train release by the equations of Tsodyks and Markram.
fn released_parts(use_at_rest: f64, recovery: f64, facilitation: f64, times: &[f64]) -> Vec<f64> {
    let (mut part, mut available, mut last) = (0.0, 1.0, 0.0);
    let mut parts = Vec::new();
    for &t in times {
        part *= f64::exp(-(t - last) / facilitation);
        part += use_at_rest * (1.0 - part);
        available = 1.0 - (1.0 - available) * f64::exp(-(t - last) / recovery);
        last = t;
        parts.push(part * available);
        available *= 1.0 - part;
    }
    parts
}

#[test]
fn random_release_has_the_mean_of_tsodyks_and_markram() {
    const SITES: f64 = 5000.0;
    const WEIGHT: f64 = 1e-9; // uS
    // Each event is due in the second half of a step, and therefore delivered right after it.
    let times: Vec<f64> = (1..=12).map(|k| 15.0 * f64::from(k) - 0.005).collect(); // ms
    let plastic = |mechanism: Mechanism| mechanism.with("use", 0.2).with("tau_rec", 90.0).with("tau_facil", 150.0); // ms
    let random = ["ProbAmpaNmda", "ProbGaba"].map(|name| plastic(Mechanism::new(name)).with("sites", SITES));
    let deterministic = plastic(Mechanism::new("TsodyksMarkram")).with("tau", 0.5); // ms
    let [ampa_nmda, gaba] = random;
    let mut network = cell_with(&[ampa_nmda, gaba, deterministic]);
    for point in 0..3 {
        network.send_events(target(point), WEIGHT, times.clone());
    }
    let mut simulation = Simulation::new(&network, &Options::default()).unwrap();
    let mut handle = |point, variable: &str| simulation.handle(&VariableRef::point(0, point, variable).into()).unwrap();
    let handles = [handle(0, "released"), handle(1, "released"), handle(2, "g")];
    let mut before = 0.0;
    for (&t, expected) in times.iter().zip(released_parts(0.2, 90.0, 150.0, &times)) {
        simulation.run_until(t + 0.005).unwrap();
        let [ampa_nmda, gaba, g] = handles.map(|handle| simulation.read(handle).unwrap());
        for released in [ampa_nmda, gaba] {
            let deviation = (expected * (1.0 - expected) / SITES).sqrt();
            assert!(
                (released / SITES - expected).abs() < 4.0 * deviation,
                "{released} of {SITES} at {t} ms, not {expected}"
            );
        }
        let decayed = before * f64::exp(-15.0 / 0.5);
        assert!(((g - decayed) / WEIGHT - expected).abs() < 1e-9, "{g:e} uS at {t} ms");
        before = g;
    }
}

#[test]
fn a_pair_of_spikes_changes_the_strength_by_an_exponential() {
    let strength_after = |presynaptic: f64, postsynaptic: f64| {
        let mut network = cell_with(&[Mechanism::new("StdpSyn")]);
        let connection = network.send_events(target(0), 5e-4, [presynaptic]); // uS, ms
        network.send_events(target(0), -1.0, [postsynaptic]);
        let mut simulation = Simulation::new(&network, &Options::default()).unwrap();
        let strength = simulation.handle(&ValueRef::Weight { connection, weight: 1 }).unwrap();
        simulation.run_until(100.0).unwrap();
        simulation.read(strength).unwrap()
    };
    for interval in [5.0, 20.0, 40.0] {
        let change = 1e-3 * f64::exp(-interval / 20.0); // uS
        let potentiated = strength_after(10.0, 10.0 + interval);
        assert!((potentiated - (5e-4 + 0.005 * change)).abs() < 1e-15, "{potentiated:e} uS after {interval} ms");
        let depressed = strength_after(10.0 + interval, 10.0);
        assert!((depressed - (5e-4 - 0.00525 * change)).abs() < 1e-15, "{depressed:e} uS after {interval} ms");
    }
}
