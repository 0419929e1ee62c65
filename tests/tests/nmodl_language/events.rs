//! Events: NET_RECEIVE and its INITIAL, self events, WATCH, FOR_NETCONS, the order of simultaneous events.

use crate::probe::{Case, Probe, network, numbers_of, same, section};
use loligo::prelude::*;

const POINT: TargetRef = TargetRef::Point { cell: 0, point: 0 };

fn with_mode(case: &Case, mode: f64) -> Network {
    let mut cell = section();
    cell.place("p", 0, 0.5, Mechanism::new("Evt").with("mode", mode));
    network(case.catalogue(&["evt"]), cell)
}

fn events(weights: &[f64], times: &[f64]) -> Connection {
    Connection {
        source: None,
        target: Some(POINT),
        weight: weights.to_vec(),
        delay: 1.0, // ms
        threshold: None,
        events: times.to_vec(),
    }
}

/// The received events: time, flag, weights, voltage.
fn received(probe: &mut Probe, count: usize) -> Vec<f64> {
    let columns = ["lt", "lf", "lw", "lw2", "lv"].map(|array| probe.elements(0, array, count));
    (0..count).flat_map(|k| columns.each_ref().map(|column| column[k])).collect()
}

fn weights(probe: &mut Probe, connections: usize) -> Vec<f64> {
    let places = (0..connections).flat_map(|connection| (0..3).map(move |weight| (connection, weight)));
    let values = places.map(|(connection, weight)| {
        let handle = probe.simulation.handle(&loligo::ValueRef::Weight { connection, weight }).unwrap();
        probe.simulation.read(handle).unwrap()
    });
    values.collect()
}

#[test]
fn self_events_and_initial_of_connections() {
    let Some(case) = Case::find("events") else { return };
    let mut network = with_mode(&case, 1.0);
    for (k, times) in [&[1.0][..], &[0.5], &[]].into_iter().enumerate() {
        network.connect(events(&[k as f64 + 1.0, 50.0 + k as f64, 60.0], times));
    }
    let mut probe = Probe::start(&network, -65.0);
    let mut found = ["lw[199]", "lw[198]", "lt[199]"].map(|variable| probe.point(0, variable)).to_vec();
    found.extend(weights(&mut probe, 3));
    same(&found, &case.printed("netinit"), "INITIAL in NET_RECEIVE");
    probe.run(9.0);
    let lines: Vec<_> = case.lines_after("netinit").take_while(|line| line.starts_with('(')).map(numbers_of).collect();
    same(&received(&mut probe, lines.len()), &lines.concat(), "received events");
    let after = case.lines_after("netinit").find(|line| line.starts_with("[[")).unwrap();
    same(&weights(&mut probe, 3), &numbers_of(after), "weights");
    probe.simulation.initialize().unwrap();
    same(&weights(&mut probe, 3), &case.printed("again"), "weights of a second run");
}

#[test]
fn loops_over_connections() {
    let Some(case) = Case::find("events") else { return };
    let mut network = with_mode(&case, 3.0);
    let silent = Mechanism::new("NetStim").with("number", 0.0);
    let source = network.add_artificial_cell("source", silent);
    for k in 0..4 {
        let times = if k == 2 { &[0.1][..] } else { &[] }; // ms
        let source = (k % 2 == 1).then_some(SourceRef::Artificial(source));
        network.connect(Connection { source, ..events(&[k as f64 + 1.0, 0.0, 0.0], times) });
    }
    let mut probe = Probe::start(&network, -65.0);
    probe.step(8);
    let lines: Vec<_> =
        case.lines_after("--- FOR_NETCONS").take_while(|line| line.starts_with('(')).map(numbers_of).collect();
    same(&received(&mut probe, lines.len()), &lines.concat(), "visited connections");
    let after = case.lines_after("--- FOR_NETCONS").find(|line| line.starts_with("[[")).unwrap();
    same(&weights(&mut probe, 4), &numbers_of(after), "weights");
}

#[test]
fn order_of_connections() {
    let Some(case) = Case::find("globals_locals_pointers") else { return };
    let mut cell = section();
    cell.place("f", 0, 0.5, Mechanism::new("Fnc"));
    let mut network = network(case.catalogue(&["fnc"]), cell);
    let [a, b] = ["A", "B"].map(|name| {
        SourceRef::Artificial(network.add_artificial_cell(name, Mechanism::new("NetStim").with("number", 0.0)))
    });
    let voltage = SourceRef::voltage(0, 0, 0.5);
    let sources = [Some(b), Some(a.clone()), None, None, Some(a), Some(voltage)];
    for (k, source) in sources.into_iter().enumerate() {
        // The fourth connection is a second one from B, and brings the event.
        let source = if k == 3 { network.connections.get(0).and_then(|first| first.source.cloned()) } else { source };
        let times = if k == 0 { &[0.01][..] } else { &[] }; // ms
        network.connect(Connection { source, threshold: Some(100.0), ..events(&[k as f64], times) });
    }
    let mut probe = Probe::start(&network, -65.0);
    probe.step(1);
    let expected = case.lines_after("--- fornetcons order").next().map(numbers_of).unwrap();
    assert_eq!(probe.point(0, "n"), expected.len() as f64);
    same(&probe.elements(0, "a", expected.len()), &expected, "order of FOR_NETCONS");
}

#[test]
fn watched_conditions() {
    let Some(case) = Case::find("events") else { return };
    let network = with_mode(&case, 2.0);
    let mut probe = Probe::start(&network, -65.0);
    for v in [-65, -63, -63, -65, -63, -67, -63, -59, -61, -59, -65, -63, -67, -63] {
        probe.set(0.5, "v", f64::from(v));
        probe.step(1);
    }
    let line = case.lines_after("--- WATCH").nth(1).map(numbers_of).unwrap();
    same(&received(&mut probe, line.len() / 5), &line, "WATCH");
}

#[test]
fn voltages_that_an_event_sets() {
    let Some(case) = Case::find("events") else { return };
    let mut probe = Probe::start(&with_mode(&case, 5.0), -65.0);
    let mut lines = case.lines_after("--- v assigned").map(numbers_of);
    let mut found = vec![probe.at(0.5, "v")];
    found.extend(received(&mut probe, 1));
    same(&found, &lines.next().unwrap(), "at the start");
    probe.step(1);
    same(&[probe.at(0.5, "v")], &lines.next().unwrap(), "after a step");
}

#[test]
fn simultaneous_events() {
    let Some(case) = Case::find("event_queue") else { return };
    let catalogue = case.catalogue(&["q"]);
    for line in case.lines().filter(|line| line.starts_with("RAW")) {
        let lists = line.split(" [").filter_map(|part| part.split(']').next());
        let parts: Vec<_> = lists.map(numbers_of).collect();
        let [_, connections, external, delivered] = &parts[..] else { panic!("four lists: {line}") };
        let mut cell = section();
        cell.place("p", 0, 0.5, Mechanism::new("Q"));
        let mut network = network(catalogue.clone(), cell);
        // Each event has a connection of its own, so that simultaneous ones are queued in the order of the list.
        for event in external.chunks(2) {
            let first = 3 * event[0] as usize;
            network.connect(events(&connections[first..first + 3], &event[1..]));
        }
        let mut probe = Probe::start(&network, -65.0);
        probe.run(3.99);
        let count = delivered.len() / 3;
        assert_eq!(probe.point(0, "n"), count as f64, "{line}");
        let columns = ["lt", "lf", "lw"].map(|array| probe.elements(0, array, count));
        let found: Vec<f64> = (0..count).flat_map(|k| columns.each_ref().map(|column| column[k])).collect();
        same(&found, delivered, line);
    }
}
