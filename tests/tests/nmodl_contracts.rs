//! Mechanisms from text (`tests/neuron/nmodl/`) keep the contracts of built-in ones: the same bits for any numbers of
//! ranks and threads, any sizes of groups and after an interruption; in an ensemble as in separate cells. Their
//! variables are recorded and played into, their procedures called, and function tables, pointers and streams given.

use std::sync::LazyLock;

use loligo::kernels::FunctionTable;
use loligo::prelude::*;
use loligo::{Catalogue, ParameterTable, Waveform, nmodl};
use loligo_tests::{Fingerprint, project_file, run_on};

const CELLS: usize = 5;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    nmodl::load(Catalogue::builtin(), [project_file("tests/neuron/nmodl")]).unwrap_or_else(|e| panic!("{e}")).catalogue
});

fn conductance(k: usize) -> f64 {
    2e-5 + 1e-6 * k as f64 // S/cm2
}

fn size(k: usize) -> f64 {
    0.3 + 0.02 * k as f64 // nA
}

/// A soma and a dendrite with ions that mechanisms change, a synapse and a random current; with `values` of the cell, or
/// the defaults.
fn cell(values: Option<usize>) -> Cell {
    let mut cell = Cell::new("cell");
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    let dendrite = Section::cylinder("dend", 200.0, 2.0).with_segments(3).attached_to(soma, 1.0);
    let dendrite = cell.add_section(dendrite);
    cell.paint(Region::All, Hh::default());
    cell.paint(Region::All, Mechanism::new("chan").with("gk", values.map_or(3e-5, conductance)));
    cell.paint(Region::section_named("soma"), Mechanism::new("pool"));
    cell.paint(Region::section_named("dend"), Mechanism::new("pump"));
    cell.paint(Region::All, Mechanism::new("kout"));
    cell.paint(Region::section_named("dend"), Mechanism::new("echo"));
    cell.place("spine", dendrite, 0.5, Mechanism::new("Spine").with("on", 1.0)); // ms
    cell.place("noisy", soma, 0.5, Mechanism::new("Noisy").with("size", values.map_or(0.1, size)));
    cell
}

/// A ring of the cells.
fn network(cells: impl FnOnce(&mut Network)) -> Network {
    let mut network = Network::with_catalogue(CATALOGUE.clone());
    network.set_function_table("Noisy", "shape", FunctionTable::uniform([1.0, 0.8, 0.1], -80.0, 40.0).unwrap());
    cells(&mut network);
    for k in 0..CELLS {
        let noisy = TargetRef::Point { cell: (k + 1) % CELLS, point: 1 };
        let connection = Connection::new(SourceRef::voltage(k, 0, 0.5), noisy, 0.5, 1.2); // ms
        network.connect(Connection { weight: vec![0.5, 0.0], ..connection });
        network.point_to(VariableRef::point(k, 1, "watched"), VariableRef::voltage(k, 1, 0.5));
        for variable in ["v", "cai", "ko", "m_chan", "ica", "past_echo"] {
            network.record(VariableRef::section(k, 1, 0.5, variable));
        }
        for variable in ["g", "i", "count"] {
            network.record(VariableRef::point(k, 1, variable));
        }
    }
    network.play(VariableRef::point(0, 0, "g"), Waveform::continuous(vec![2.0, 5.0], vec![1e-4, 5e-4])); // ms, uS
    network.play(VariableRef::point(1, 1, "size"), Waveform::steps(vec![3.0, 6.0], vec![0.5, 0.2])); // ms, nA
    network
}

fn separate(network: &mut Network) {
    for k in 0..CELLS {
        network.add_cell(Cell { name: format!("cell[{k}]"), ..cell(Some(k)) });
    }
}

fn options(numerics: Numerics) -> Options {
    Options { numerics, celsius: 15.0, ..Options::default() }
}

#[test]
fn neither_machines_nor_interruptions_matter() {
    let network = network(separate);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let options = options(numerics);
        let (mut expected, end) = run_on((1, 1, 8192), &network, &options, None, 12.0);
        assert!(expected.spikes.len() > CELLS, "there is something to compare");
        for machine in [(1, 2, 1), (1, 3, 8192), (2, 1, 8192), (3, 2, 1)] {
            let (own, own_end) = run_on(machine, &network, &options, None, 12.0);
            assert_eq!(expected.difference(&own), None, "{machine:?}");
            assert!(own_end == end, "{machine:?}: another state at the end");
        }
        let (first, checkpoint) = run_on((2, 1, 1), &network, &options, None, 4.7); // ms
        let (rest, own_end) = run_on((1, 2, 1), &network, &options, Some(&checkpoint), 12.0);
        for (expected, first) in expected.samples.iter_mut().zip(&first.samples) {
            expected.drain(..first.len());
        }
        assert!(expected.samples == rest.samples, "{numerics:?}: other samples after an interruption");
        assert!(own_end == end, "{numerics:?}: another state at the end after an interruption");
    }
}

#[test]
fn an_ensemble_computes_what_separate_cells_compute() {
    let table =
        ParameterTable::new().with("all.chan.gk", (0..CELLS).map(conductance)).with("noisy.size", (0..CELLS).map(size));
    let ensemble = network(|network| _ = network.add_ensemble(&cell(None), &table).unwrap());
    let separate = network(separate);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let [a, b] = [&ensemble, &separate].map(|network| Fingerprint::of_run(network, &options(numerics), 8.0));
        assert_eq!(a.difference(&b), None);
    }
}

#[test]
fn procedures_change_an_instance() {
    let network = network(separate);
    for numerics in [Numerics::Exact, Numerics::Fast] {
        let mut simulation = Simulation::new(&network, &options(numerics)).unwrap();
        simulation.run_until(1.0).unwrap(); // ms
        let g = simulation.handle(&VariableRef::point(2, 1, "g").into()).unwrap();
        let before = simulation.read(g).unwrap();
        simulation.call(g, "boost", &[0.75]).unwrap();
        assert_eq!(simulation.read(g).unwrap(), before + 0.75);
        let other = simulation.handle(&VariableRef::point(3, 1, "g").into()).unwrap();
        assert_ne!(simulation.read(other).unwrap(), before + 0.75);
        let rate = simulation.call(g, "rate", &[-100.0]).unwrap(); // mV
        assert!((2.0..2.1).contains(&rate), "{rate} ms");
        let told = simulation.call(g, "boost", &[]).unwrap_err().to_string();
        assert!(told.contains("boost"), "{told}");
    }
}

#[test]
fn streams_are_those_of_the_given_ids() {
    let with = |ids: Option<[u32; 3]>| {
        let mut network = network(separate);
        if let Some(ids) = ids {
            let mut changed = network.cells[4].clone();
            changed.points[1].mechanism.stream = Some(ids);
            network.cells[4] = changed;
        }
        Fingerprint::of_run(&network, &options(Numerics::Exact), 3.0).samples
    };
    let (default, one, again, other) =
        (with(None), with(Some([7, 8, 9])), with(Some([7, 8, 9])), with(Some([7, 8, 10])));
    assert!(one == again && one != other && one != default);
}
