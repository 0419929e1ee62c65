//! Tests that Loligo interprets cases as NEURON does: different names for one variable, diameters assigned to a section
//! that is reversed afterwards, and sizes that do not fit into memory.

use loligo::Numerics;
use loligo_validation::loligo_simulator::LoligoSimulator;
use loligo_validation::simulator::Simulator;
use loligo_validation::vocabulary::{Definition, Results};

fn run(definition: &str) -> Result<Results, String> {
    let case: Definition = serde_json::from_str(definition).expect("the definition is in the vocabulary");
    LoligoSimulator::new(Numerics::Exact).run(&case).map_err(|error| error.to_string())
}

#[test]
fn del_is_the_delay_of_an_iclamp() {
    let case = |name: &str| {
        let text = r#"{"tstop": 5, "sections": [{"name": "s", "L": 20, "diam": 20}],
            "points": [{"id": "i", "type": "IClamp", "sec": "s", "params": {"DELAY": 1, "dur": 2, "amp": 0.1}}],
            "plays": [{"target": "i", "var": "DELAY", "t": [0, 2.5], "y": [0.5, 3], "continuous": false}],
            "probes": [{"sec": "s", "x": 0.5, "var": "v"}, {"id": "i", "var": "DELAY"}]}"#;
        run(&text.replace("DELAY", name)).expect("it runs")
    };
    assert_eq!(case("del"), case("delay"));
    assert_eq!(case("del").probes[1].last(), Some(&3.0));
}

#[test]
fn an_assigned_diameter_is_kept_where_it_was_assigned_even_if_the_section_is_turned_round() {
    // values of NEURON 9.0.2; if the last bits differ from 500, the diameter has been integrated
    let expected = [
        500.0000000000003,
        499.9999999999999,
        439.5944185299976,
        247.36321853408185,
        56.71223043750069,
        1.4020605116496894,
        1.2673535356723737,
    ];
    let found = run(r#"{"tstop": 0.05, "sections": [
        {"name": "p", "L": 28.0, "diam": 1.0, "Ra": 100.0},
        {"name": "c", "nseg": 7, "Ra": 100.0, "seg_diam": [1.2, 0.8967767875381323, 1.5032281123257833, 0.8], "pts": [
            [35.0, -4.1393713812612845, 0.0, 1.016923599190832], [35.0, -4.1393713812612845, 0.0, 0.6101541595144993],
            [38.26128353280363, -6.702262399824945, 1.8620628019793386, 0.5773073346140308],
            [38.26128353280363, -6.702262399824945, 1.8620628019793386, 0.3463844007684185],
            [41.62605647172689, -8.468314113559924, 5.285765978416188, 0.3596662313307915],
            [45.624554365082524, -10.370879036134983, 5.94642591269404, 0.37933240515010375]],
         "parent": "p", "parent_x": 1.0, "child_end": 1}]}"#)
    .expect("it runs");
    assert_eq!(found.geometry["c"].diam, expected);
}

#[test]
fn more_segments_than_there_can_be_are_refused_before_anything_is_made_for_them() {
    let error = run(r#"{"sections": [{"name": "s", "nseg": 1e15}]}"#).expect_err("it is refused");
    assert!(error.contains("nseg = 1000000000000000"), "{error}");
}

#[test]
fn without_sections_probes_record_until_there_is_a_netcon() {
    let art = r#""tstop": 0.05, "art": [{"id": "a", "type": "IntFire1"}], "probes": [{"id": "a", "var": "m"}]"#;
    let alone = run(&format!("{{{art}}}")).expect("it runs");
    assert_eq!((alone.probes, alone.t), (vec![vec![0.0; 3]], None));
    let driven = run(&format!(r#"{{{art}, "netcons": [{{"src": {{"id": "a"}}, "rec": true}}]}}"#)).expect("it runs");
    assert_eq!(driven.probes, [Vec::<f64>::new()]);
}
