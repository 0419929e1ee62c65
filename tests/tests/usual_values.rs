//! Contract: rates of mechanisms in NMODL are precomputed for the parameters that most cells of the model have, not only
//! for defaults. In `Fast` the bits do not depend on groups, threads, ranks or on an ensemble instead of separate cells;
//! the voltages stay within 1e-9 mV of `Exact`.

use loligo::prelude::*;
use loligo::{Catalogue, Mechanism, ParameterTable, nmodl};
use loligo_tests::{Fingerprint, project_file, run_on};

/// Shift of the threshold of each cell, mV; the default is -56.2.
const SHIFTS: [f64; 6] = [-58.0, -58.0, -60.0, -58.0, -56.2, -58.0];

fn cell(shift: f64) -> Cell {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 30.0, 30.0).with_segments(3));
    cell.paint(Region::All, Mechanism::new("pas").with("g", 1e-4).with("e", -70.0));
    cell.paint(Region::All, Mechanism::new("na_tm").with("gbar", 0.05).with("vt", shift));
    cell.paint(Region::All, Mechanism::new("kdr_tm").with("gbar", 0.005).with("vt", -58.0));
    cell.place("step", soma, 0.5, IClamp { delay: 1.0, dur: 50.0, amp: 0.3 });
    cell
}

fn network(cells: impl FnOnce(&mut Network)) -> Network {
    let loaded = nmodl::load(Catalogue::builtin(), [project_file("examples/mods")]);
    let mut network = Network::with_catalogue(loaded.unwrap_or_else(|error| panic!("{error}")).catalogue);
    cells(&mut network);
    for k in 0..SHIFTS.len() {
        network.record(VariableRef::voltage(k, 0, 0.5));
        network.watch(SourceRef::voltage(k, 0, 0.5), 0.0);
    }
    network
}

fn separate(network: &mut Network) {
    for (k, &shift) in SHIFTS.iter().enumerate() {
        network.add_cell(Cell { name: format!("cell[{k}]"), ..cell(shift) });
    }
}

fn options(numerics: Numerics) -> Options {
    Options { numerics, celsius: 36.0, v_init: -70.0, ..Options::default() }
}

#[test]
fn machines_do_not_matter_and_fast_stays_near_exact() {
    let network = network(separate);
    let [exact, fast] = [Numerics::Exact, Numerics::Fast]
        .map(|numerics| run_on((1, 1, 8192), &network, &options(numerics), None, 40.0));
    assert!(exact.0.spikes.len() > SHIFTS.len(), "the cells fire: {}", exact.0.spikes.len());
    assert_eq!(exact.0.spikes, fast.0.spikes);
    let pairs = exact.0.samples.iter().flatten().zip(fast.0.samples.iter().flatten());
    let errors = pairs.map(|(&a, &b)| (f64::from_bits(a) - f64::from_bits(b)).abs());
    let error = errors.fold(0.0, f64::max);
    assert!(error > 0.0 && error < 1e-9, "{error} mV");
    for machine in [(1, 2, 1), (1, 3, 8192), (2, 1, 8192), (3, 2, 1)] {
        let (own, _) = run_on(machine, &network, &options(Numerics::Fast), None, 40.0);
        assert_eq!(fast.0.difference(&own), None, "{machine:?}");
    }
}

#[test]
fn an_ensemble_has_the_bits_of_separate_cells() {
    let table = ParameterTable::new().with("all.na_tm.vt", SHIFTS);
    let ensemble = network(|network| _ = network.add_ensemble(&cell(-56.2), &table).unwrap());
    let separate = network(separate);
    let [a, b] = [&ensemble, &separate].map(|network| Fingerprint::of_run(network, &options(Numerics::Fast), 20.0));
    assert_eq!(a.difference(&b), None);
}
