//! Variables: globals, start values, names that hide others, pointers, v as a variable, currents and their sum.

use crate::probe::{Case, Probe, network, numbers_of, same, section, section_of};
use loligo::Waveform;
use loligo::prelude::*;

#[test]
fn globals_and_start_values() {
    let Some(case) = Case::find("globals_locals_pointers") else { return };
    let mut cell = section_of(3);
    for name in ["glob", "cnd", "inc", "batwo"] {
        cell.paint(Region::All, Mechanism::new(name));
    }
    let mut probe = Probe::start(&network(case.catalogue(&["glob", "cnd", "inc", "ba2"]), cell), -65.0);
    same(&probe.elements_at(0.5, "r", "glob", 0..8), &case.printed("glob r")[..8], "glob");
    same(&probe.elements_at(0.5, "r", "inc", 0..29), &case.printed("inc"), "inc");
    same(&["seen_cnd", "seen2_cnd", "v"].map(|name| probe.at(0.5, name)), &case.printed("cnd seen"), "cnd");
    probe.set(0.5, "v", -40.0);
    probe.step(1);
    let after = case.lines().skip_while(|line| !line.starts_with("cnd seen")).nth(1).map(numbers_of).unwrap();
    same(&["seen_cnd", "seen2_cnd", "v"].map(|name| probe.at(0.5, name)), &after, "cnd after a step");
    same(&probe.elements_at(0.5, "r", "batwo", 0..10), &case.printed("ba"), "blocks of a step");
}

#[test]
fn pointers() {
    let Some(case) = Case::find("globals_locals_pointers") else { return };
    let mut cell = section();
    cell.paint(Region::All, Hh::default());
    let point = cell.place("p", 0, 0.5, Mechanism::new("Ptr"));
    let mut network = network(case.catalogue(&["ptr"]), cell);
    let target = VariableRef::section(0, 0, 0.5, "gnabar_hh");
    network.point_to(VariableRef::point(0, point, "src"), target);
    let mut probe = Probe::start(&network, -65.0);
    probe.step(1);
    let found = [probe.point(0, "a"), probe.point(0, "b"), probe.at(0.5, "gnabar_hh")];
    same(
        &found,
        &case.printed_after("--- ptr", "0.12").iter().fold(vec![0.12], |mut all, x| {
            all.push(*x);
            all
        }),
        "a written pointer",
    );
}

#[test]
fn hidden_names_and_results_without_value() {
    let Some(case) = Case::find("shadowing_uninitialised") else { return };
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("shad"));
    cell.paint(Region::All, Mechanism::new("nf"));
    let mut probe = Probe::start(&network(case.catalogue(&["shad", "nf"]), cell), -65.0);
    let mut lines = case.lines().map(numbers_of);
    let mut found = probe.elements_at(0.5, "r", "shad", 0..5);
    found.push(probe.at(0.5, "m_shad"));
    same(&found, &lines.next().unwrap()[..6], "shad");
    probe.step(1);
    same(&[probe.at(0.5, "m_shad"), probe.at(0.5, "v")], &lines.next().unwrap(), "shad after a step");
    // Elements 1 and 2 are results that the text does not set.
    assert_eq!([0, 3].map(|k| probe.at(0.5, &format!("r[{k}]_nf"))), [5.0, 1.0]);
}

#[test]
fn played_parameters() {
    let Some(case) = Case::find("shadowing_uninitialised") else { return };
    let mut cell = section();
    cell.place("p", 0, 0.5, Mechanism::new("Vs"));
    let mut network = network(case.catalogue(&["vs"]), cell);
    let waveform = Waveform::continuous(vec![0.0, 0.1, 0.1, 0.2], vec![0.0, 1.0, 2.0, 3.0]); // ms
    network.play(VariableRef::point(0, 0, "amp"), waveform);
    let recorded = ["amp", "i"].map(|variable| network.record(VariableRef::point(0, 0, variable)));
    let mut probe = Probe::start(&network, -65.0);
    probe.step(10);
    let line = case.lines().find(|line| line.contains("'0.0'")).map(numbers_of).unwrap();
    for (row, expected) in line.chunks(3).enumerate() {
        let found = recorded.map(|recording| probe.simulation.samples(recording).unwrap()[row]);
        same(&found, &expected[1..], "a played parameter");
    }
}

#[test]
fn voltages_that_a_mechanism_sets_for_itself() {
    let Some(case) = Case::find("before_after_ions") else { return };
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("vv"));
    let mut probe = Probe::start(&network(case.catalogue(&["vv"]), cell), -65.0);
    let names = ["a_vv", "b_vv", "c_vv", "d_vv", "v", "i_vv"];
    same(&names.map(|name| probe.at(0.5, name)), &case.printed("init a,b,c,d"), "at the start");
    probe.step(1);
    same(&names.map(|name| probe.at(0.5, name)), &case.printed("step a,b,c,d"), "after a step");
}

#[test]
fn locals_hide_variables() {
    let Some(case) = Case::find("thread_safe_globals") else { return };
    let mut cell = section_of(2);
    cell.paint(Region::All, Mechanism::new("loc"));
    cell.paint(Region::All, Mechanism::new("locb"));
    let mut probe = Probe::start(&network(case.catalogue(&["loc", "loc2"]), cell), -60.0);
    // The first instance; later ones read what it left in a LOCAL of the file in NEURON.
    same(&probe.elements_at(0.25, "r", "loc", 0..6), &case.printed("loc r")[..6], "loc");
}

#[test]
fn sums_of_currents() {
    let Some(case) = Case::find("current_sums") else { return };
    let catalogue = case.catalogue(&["sumc", "sumk", "wec", "gtab"]);
    for name in ["SumC", "SumK"] {
        let mut cell = Cell::new("cell");
        cell.add_section(Section::cylinder("s", 30.0, 20.0).with_axial_resistance(35.4)); // um, ohm cm
        cell.place("p", 0, 0.5, Mechanism::new(name));
        let mut probe = Probe::start(&network(catalogue.clone(), cell), -65.0);
        probe.step(2000);
        let line = case.printed(name);
        same(&[probe.at(0.5, "v")], &line[2..3], name);
    }
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("wec"));
    let mut probe = Probe::start(&network(catalogue.clone(), cell), -65.0);
    same(&[probe.at(0.5, "ena")], &case.printed("ena after init"), "a written reversal potential");
    probe.step(1);
    let after = case.lines_after("ena after init").next().map(numbers_of).unwrap();
    same(&[probe.at(0.5, "ena"), probe.at(0.5, "v")], &[after[0], after[2]], "after a step");

    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("gtab"));
    cell.paint(Region::All, Mechanism::new("ca_ion").with("cai", 3.3e-4));
    let options = Options { celsius: 21.0, ..crate::probe::exact() };
    let mut probe = Probe::with_options(&network(catalogue, cell), &options);
    same(&[probe.at(0.5, "r_gtab")], &case.printed("gtab")[..1], "a table of a function");
}
