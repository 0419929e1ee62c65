//! A table that depends on a parameter in which instances differ: as in NEURON all of them have that of the first one, for
//! any division of the cells into groups and threads.

use loligo::prelude::*;
use loligo::{Catalogue, nmodl};
use loligo_tests::project_file;

/// A network without cells that knows the mechanisms of these tests.
fn empty_network() -> Network {
    let loaded = nmodl::load(Catalogue::builtin(), [project_file("tests/table_mods")]);
    Network::with_catalogue(loaded.unwrap_or_else(|error| panic!("{error}")).catalogue)
}

/// A soma with a dendrite.
fn two_sections(name: String) -> Cell {
    let mut cell = Cell::new(name);
    let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    cell.add_section(Section::cylinder("dend", 300.0, 2.0).with_segments(3).attached_to(soma, 1.0));
    cell
}

/// Cells with another `shift` (mV) in the soma and in the dendrite, 0 in the soma of the first one; its first instance
/// is on the soma although the dendrite's are painted before.
fn network(cells: usize) -> Network {
    let mut network = empty_network();
    for k in 0..cells {
        let mut cell = two_sections(format!("cell[{k}]"));
        cell.paint(Region::All, Mechanism::new("pas").with("e", -65.0));
        for (section, shift) in [("dend", 5 + k % 11), ("soma", k % 7)] {
            cell.paint(Region::section_named(section), Mechanism::new("shifted").with("shift", shift as f64));
        }
        network.add_cell(cell);
        network.record(VariableRef::section(k, 0, 0.5, "q_shifted"));
        network.record(VariableRef::section(k, 1, 0.5, "q_shifted"));
    }
    network
}

/// Runs two steps with both kinds of arithmetic and several divisions into groups and threads.
fn for_all_divisions(network: &Network, check: impl Fn(&Simulation, &str)) {
    for numerics in [Numerics::Exact, Numerics::Fast] {
        for (threads, group_nodes) in [(1, 1_000_000), (1, 1), (2, 20)] {
            let options = Options { numerics, threads, group_nodes, v_init: -65.0, ..Options::default() };
            let mut simulation = Simulation::new(network, &options).unwrap();
            simulation.run_until(0.05).unwrap();
            check(&simulation, &format!("{numerics:?}, {threads} threads, {group_nodes} nodes"));
        }
    }
}

#[test]
fn all_instances_have_the_table_of_the_first_one() {
    let network = network(40);
    for_all_divisions(&network, |simulation, case| {
        for k in 0..80 {
            // NEURON's value with two such cells.
            assert_eq!(simulation.samples(k).unwrap()[0], 0.272_538_305_571_643_7, "{case}: {k}");
        }
    });
}

/// NEURON makes tables before INITIAL with the first instance, in which the last entry stays; `find` is not called for it. Other
/// variables that the procedure sets have values in this instance alone.
#[test]
fn the_last_entry_of_a_table_stays_in_the_first_instance() {
    let mut network = empty_network();
    for k in 0..40 {
        let mut cell = two_sections(format!("cell[{k}]"));
        for (section, is_called) in [("dend", 1.0), ("soma", f64::from(u8::from(k > 0)))] {
            cell.paint(Region::section_named(section), Mechanism::new("lasting").with("is_called", is_called));
        }
        network.add_cell(cell);
        for section in [0, 1] {
            for variable in ["doubled_lasting", "raised_lasting", "sum_lasting"] {
                network.record(VariableRef::section(k, section, 0.5, variable));
            }
        }
    }
    for_all_divisions(&network, |simulation, case| {
        for place in 0..80 {
            let found = [0, 1, 2].map(|variable| simulation.samples(3 * place + variable).unwrap()[2]);
            // NEURON's values with two such cells.
            let expected = if place == 0 { [200.0, 101.0, 301.0] } else { [-130.0, 0.0, -130.0] };
            assert_eq!(found, expected, "{case}: {place}");
        }
    });
}
