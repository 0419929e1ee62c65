//! `Fast` computes whole cells by its own arithmetic: those of `examples/layer5.toml` and `examples/purkinje.toml`, and cells
//! whose large conductances are loaded by dendrites. In 100 ms they have the spikes of `Exact` in the same steps, voltages
//! within 1e-9 mV, and other variables within 1e-9 of their largest magnitude, or within the difference that the last bits of
//! the initial voltage make in `Exact`. The same conductances on an isolated soma are computed exactly.

use loligo::prelude::*;
use loligo::{Catalogue, Mechanism, nmodl};
use loligo_format::{Model, ModelFile};
use loligo_tests::project_file;
use loligo_tests::sensitivity::{difference, run, sensitivity};

/// Length of the runs, ms.
const TSTOP: f64 = 100.0;

/// Runs a network in both kinds of arithmetic and checks the bounds, for voltages in the first `voltages` recordings;
/// returns the number of spikes and the largest difference of a voltage, mV.
fn check(network: &Network, options: &Options, voltages: usize) -> (usize, f64) {
    let [exact, fast] =
        [Numerics::Exact, Numerics::Fast].map(|numerics| run(network, &Options { numerics, ..options.clone() }, TSTOP));
    let steps = |run: &Simulation| run.spikes().iter().map(|spike| (spike.t / options.dt).round()).collect::<Vec<_>>();
    assert_eq!(steps(&exact), steps(&fast));
    let bound = |recording: usize| match recording < voltages {
        true => 1e-9, // mV
        false => 1e-9 * exact.samples(recording).unwrap().iter().fold(0.0, |most: f64, x| most.max(x.abs())),
    };
    let errors: Vec<f64> = (0..exact.recordings()).map(|recording| difference(&exact, &fast, recording)).collect();
    if errors.iter().enumerate().any(|(recording, &error)| error > bound(recording)) {
        let own = sensitivity(network, options, TSTOP, &exact);
        println!("differences {errors:?}, by the last bits of the initial voltage {own:?}");
        for (recording, (error, own)) in errors.iter().zip(own).enumerate() {
            assert!(*error <= bound(recording).max(own), "recording {recording}: {error}, {own}");
        }
    }
    (exact.spikes().len(), errors[..voltages].iter().copied().fold(0.0, f64::max))
}

/// The cell of an example.
fn example(name: &str) -> Model {
    ModelFile::load(project_file(&format!("examples/{name}.toml"))).unwrap_or_else(|error| panic!("{error}"))
}

/// A current makes the cell fire as often as it can, from 50 ms on.
#[test]
fn a_pyramidal_cell() {
    let mut model = example("layer5");
    let current = model.network.cells[0].points.iter_mut().find(|point| point.name == "first").unwrap();
    current.mechanism.parameters.insert("dur".to_owned(), 1e9); // ms
    let (spikes, error) = check(&model.network, &model.options, 3);
    println!("{spikes} spikes, {error:e} mV");
    assert!(spikes >= 3 && error > 0.0 && error < 1e-9, "{spikes} spikes, {error} mV");
}

/// A cell that fires by itself; the last bits of its initial voltage make 5e-9 mV.
#[test]
fn a_purkinje_cell() {
    let model = example("purkinje");
    let (spikes, error) = check(&model.network, &model.options, 3);
    println!("{spikes} spikes, {error:e} mV");
    assert!(spikes >= 12 && error > 0.0, "{spikes} spikes, {error} mV");
}

/// A soma of 20 um with 1.5 S/cm2 of sodium channels, and `dendrites` thick dendrites.
fn soma(dendrites: usize) -> Network {
    let names = ["loligo:layer5"];
    let catalogue = nmodl::load(Catalogue::builtin(), names).unwrap_or_else(|error| panic!("{error}")).catalogue;
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    for k in 0..dendrites {
        let dendrite = Section::cylinder(format!("dend{k}"), 200.0, 4.0).with_segments(9);
        cell.add_section(dendrite.attached_to(soma, 1.0));
    }
    cell.paint(Region::All, Mechanism::new("pas").with("g", 1e-4).with("e", -75.0));
    cell.paint(SectionKind::Soma, Mechanism::new("l5_nat").with("gbar", 1.5));
    cell.paint(SectionKind::Soma, Mechanism::new("l5_kv31").with("gbar", 0.5));
    cell.place("step", soma, 0.5, IClamp { delay: 2.0, dur: 1e9, amp: 0.5 }); // ms, ms, nA
    let mut network = Network::with_catalogue(catalogue);
    let cell = network.add_cell(cell);
    network.record(VariableRef::voltage(cell, soma, 0.5));
    network.watch(SourceRef::voltage(cell, soma, 0.5), -20.0); // mV
    network
}

#[test]
fn a_soma_with_large_conductances_is_computed_exactly_if_no_dendrites_load_it() {
    let options = Options { celsius: 34.0, v_init: -75.0, ..Options::default() };
    let (spikes, error) = check(&soma(0), &options, 1);
    assert!(spikes > 0 && error == 0.0, "{spikes} spikes, {error} mV");
    let (spikes, error) = check(&soma(4), &options, 1);
    println!("{spikes} spikes, {error:e} mV");
    assert!(spikes > 0 && error > 0.0, "{spikes} spikes, {error} mV");
}
