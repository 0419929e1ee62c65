//! Ions: styles, concentrations, what is read and written when.

use crate::probe::{Case, Probe, exact, network, same, section};
use loligo::prelude::*;

const STYLES: [&str; 15] = [
    "sre", "sri", "sro", "srei", "swc", "srewc", "swe", "swi", "swo", "sriwi", "sreiwi", "srcwi", "sweri", "swei",
    "src",
];

#[test]
fn styles() {
    let Some(case) = Case::find("ions") else { return };
    let catalogue = case.catalogue(&STYLES);
    for name in STYLES.into_iter().map(Some).chain([None]) {
        let mut cell = section();
        if let Some(name) = name {
            cell.paint(Region::All, Mechanism::new(name));
        }
        cell.paint(Region::All, Mechanism::new("x_ion").with("ex", -20.0).with("xi", 0.4).with("xo", 0.9));
        let mut network = network(catalogue.clone(), cell);
        network.set_global("x_ion", "xi0", 0.3);
        network.set_global("x_ion", "xo0", 1.7);
        let mut probe = Probe::with_options(&network, &Options { celsius: 20.0, ..exact() });
        let mut found = ["ex", "xi", "xo", "ix"].map(|variable| probe.at(0.5, variable))[..3].to_vec();
        probe.set(0.5, "xi", 0.5);
        probe.step(1);
        found.extend(["ex", "xi", "xo", "ix"].map(|variable| probe.at(0.5, variable)));
        let beginning = format!("{} ", name.map_or("", |name| &name[1..]));
        let line = case.lines().find_map(|line| line.strip_prefix(&beginning)).unwrap();
        // Behind the name come the style, also in octal, and the values.
        let expected = crate::probe::numbers_of(&line[line.find('(').unwrap()..]);
        same(&found, &expected[..7], name.unwrap_or("no mechanism"));
    }
}

#[test]
fn readers_and_accumulators() {
    let Some(case) = Case::find("ions") else { return };
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("acc"));
    cell.paint(Region::All, Mechanism::new("swc"));
    cell.place("p", 0, 0.5, Mechanism::new("Rdr"));
    cell.place("p2", 0, 0.5, Mechanism::new("Rdr"));
    let mut network = network(case.catalogue(&["acc", "swc", "rdr"]), cell);
    network.set_global("x_ion", "xi0", 0.3);
    network.set_global("x_ion", "xo0", 1.7);
    network.send_events(TargetRef::Point { cell: 0, point: 0 }, 0.0, [0.02]); // ms
    let mut probe = Probe::with_options(&network, &Options { celsius: 20.0, ..exact() });
    same(&probe.elements(0, "a", 14), &case.printed("init p "), "p at the start");
    let mut second = probe.elements(1, "a", 14);
    second.extend(["q_acc", "b_acc", "ex"].map(|variable| probe.at(0.5, variable)));
    same(&second, &case.printed("init p2")[..17], "p2 at the start");
    probe.step(1);
    same(&probe.elements(0, "a", 14), &case.printed("p "), "p");
    same(&probe.elements(1, "a", 14), &case.printed("p2"), "p2");
    let found = ["ix", "xi", "ex"].map(|variable| probe.at(0.5, variable));
    same(&found, &case.printed("ix")[..3], "the ion");
}

#[test]
fn several_writers() {
    let Some(case) = Case::find("ions2") else { return };
    let catalogue = case.catalogue(&["accp", "wre", "sri", "swi"]);
    let mut cell = section();
    cell.place("a", 0, 0.5, Mechanism::new("AccP"));
    cell.place("b", 0, 0.5, Mechanism::new("AccP"));
    let globals = |network: &mut Network| {
        network.set_global("x_ion", "xi0", 0.3);
        network.set_global("x_ion", "xo0", 1.7);
    };
    let options = Options { celsius: 20.0, ..exact() };
    let mut accumulating = network(catalogue.clone(), cell);
    globals(&mut accumulating);
    let mut probe = Probe::with_options(&accumulating, &options);
    let found = [probe.point(0, "q"), probe.point(1, "q"), probe.at(0.5, "xi")];
    same(&found, &case.printed("247.0"), "two writers at the start");
    probe.step(1);
    same(&[probe.at(0.5, "xi")], &[0.8], "two writers");
    // NEURON's output for the reversal potential after finitialize, and after a step.
    for (others, start) in [(&[][..], 1.0), (&["sri"][..], 1.0), (&["sri", "swi"][..], 1.0)] {
        let mut cell = section();
        for name in ["wre"].iter().chain(others) {
            cell.paint(Region::All, Mechanism::new(*name));
        }
        let mut network = network(catalogue.clone(), cell);
        globals(&mut network);
        let mut probe = Probe::with_options(&network, &options);
        assert_eq!(probe.at(0.5, "ex"), start, "with {others:?}");
        probe.step(1);
        same(
            &[probe.at(0.5, "ex"), probe.at(0.5, "v")],
            &case.printed("-54.0").iter().fold(vec![-54.0], |mut all, v| {
                all.push(*v);
                all
            }),
            "written reversal potential",
        );
    }
}

#[test]
fn concentrations_in_events_and_times() {
    let Some(case) = Case::find("netreceive_ions_at_time") else { return };
    let catalogue = case.catalogue(&["rds", "atb", "dsc", "nrc", "nra"]);
    let mut cell = section();
    cell.paint(Region::All, Mechanism::new("rds"));
    cell.place("atb", 0, 0.5, Mechanism::new("AtB"));
    cell.place("dsc", 0, 0.5, Mechanism::new("Dsc"));
    let mut probe = Probe::start(&network(catalogue.clone(), cell), -65.0);
    let found = ["a_rds", "b_rds", "c_rds"].map(|variable| probe.at(0.5, variable));
    same(&found, &case.printed("first"), "first");
    probe.run(0.2);
    same(&["at_rds", "d_rds"].map(|variable| probe.at(0.5, variable)), &case.printed("at"), "at");
    let mut found = vec![probe.point(0, "n")];
    found.extend(probe.elements(0, "ts", 4));
    found.extend([probe.point(1, "s"), probe.point(1, "n")]);
    same(&found, &case.printed("atb"), "at_time and state_discontinuity");
    probe.simulation.initialize().unwrap();
    same(&["a_rds", "b_rds", "ica"].map(|variable| probe.at(0.5, variable)), &case.printed("second"), "second");

    for (name, leaky, title) in [("NrC", true, "a state"), ("NrA", false, "an ASSIGNED variable")] {
        let mut cell = section();
        if leaky {
            cell.paint(Region::All, Pas { g: 0.001, e: -70.0 }); // S/cm2, mV
        }
        cell.place("p", 0, 0.5, Mechanism::new(name));
        let mut network = network(catalogue.clone(), cell);
        network.send_events(TargetRef::Point { cell: 0, point: 0 }, 0.5, [0.03]); // mM, ms
        let mut probe = Probe::start(&network, -65.0);
        if leaky {
            same(&["cai", "eca"].map(|variable| probe.at(0.5, variable)), &case.printed("style")[1..], title);
        }
        probe.step(2);
        let mut found = vec![probe.point(0, "q"), probe.at(0.5, "cai")];
        if leaky {
            found.extend([probe.at(0.5, "eca"), probe.point(0, "fv"), probe.at(0.5, "v")]);
        }
        same(&found, &case.printed(name), title);
        probe.step(1);
        let last = if leaky { probe.at(0.5, "eca") } else { probe.at(0.5, "cai") };
        let line = case.lines().skip_while(|line| !line.starts_with(name)).nth(1).unwrap();
        same(&[last], &crate::probe::numbers_of(line), title);
    }
}
