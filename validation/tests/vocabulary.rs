//! Tests that everything in the vocabulary is read, with NEURON's defaults for omitted values and
//! exact doubles, and that everything else is an error that names the case and the key.

use std::path::Path;

use loligo_validation::case_file::CaseFile;
use loligo_validation::parameter_value::ParameterValue;
use loligo_validation::vocabulary::{Attachment, Definition, Method, Probe, Results, Source, Value};

fn parse(cases: &str) -> Result<CaseFile, String> {
    let text = format!("{{\"generated_with\": \"nobody\", \"cases\": [{cases}]}}");
    CaseFile::parse(&text, Path::new("test.json")).map_err(|error| error.to_string())
}

fn definition(text: &str) -> Definition {
    let case = format!("{{\"definition\": {text}}}");
    parse(&case).expect("the definition is in the vocabulary").cases.remove(0).definition
}

#[test]
fn an_empty_definition_has_neurons_defaults() {
    let case = definition("{}");
    assert_eq!(case.name, "case-0");
    assert_eq!((case.dt, case.tstop, case.v_init, case.celsius), (0.025, 5.0, -65.0, 6.3));
    assert_eq!((case.secondorder, case.usetable_hh, case.method), (0, true, Method::Fixed));
    let case = definition(r#"{"sections": [{"name": "s"}], "netcons": [{"src": null, "tgt": null}]}"#);
    let section = &case.sections[0];
    assert_eq!((section.length, section.diam, section.nseg), (100.0, 500.0, 1));
    assert_eq!((section.axial_resistivity, section.membrane_capacitance), (35.4, 1.0));
    assert_eq!((case.netcons[0].delay, case.netcons[0].threshold), (1.0, None));
    assert!(case.netcons[0].weight.is_empty());
}

#[test]
fn whole_numbers_and_doubles_stand_for_each_other() {
    let case = definition(
        r#"{"dt": 1, "usetable_hh": false, "secondorder": 2.0, "netcons": null,
            "sections": [{"name": "a", "nseg": 3.0, "L": 20, "pts": [[0, 0, 0, 1], [1, 2, 3, 1]]},
                         {"name": "b", "parent": "a", "child_end": 1.0, "seg_diam": null},
                         {"name": "c", "parent": null}],
            "art": [{"id": "n", "type": "NetStim", "params": {"number": 1e9, "noise": 1}, "r123": [1, 2, 3]}],
            "plays": [{"target": "p", "var": "amp", "t": [0], "y": [1], "continuous": 1}]}"#,
    );
    assert_eq!((case.dt, case.secondorder, case.usetable_hh), (1.0, 2, false));
    assert_eq!(case.sections[0].nseg, 3);
    let attachment = Attachment { parent: "a".into(), parent_x: 1.0, child_end: 1 };
    assert_eq!(case.sections[1].attachment, Some(attachment));
    assert_eq!(case.sections[2].attachment, None);
    assert_eq!(case.art[0].params["number"], ParameterValue::Number(1e9));
    assert!(case.plays[0].continuous);
}

#[test]
fn weights_are_one_number_or_many() {
    let case = definition(
        r#"{"netcons": [{"src": {"id": "n"}, "tgt": "s", "weight": [1, 2.5]},
                        {"src": {"sec": "a"}, "tgt": "s", "weight": 3, "delay": null}]}"#,
    );
    assert_eq!(case.netcons[0].weight, [1.0, 2.5]);
    assert_eq!(case.netcons[0].src, Some(Source::Cell { id: "n".into() }));
    assert_eq!(case.netcons[1].weight, [3.0]);
    let watched = Source::Membrane { sec: "a".into(), x: 0.5, var: "v".into() };
    assert_eq!(case.netcons[1].src, Some(watched));
}

#[test]
fn an_unknown_key_is_named_with_its_case() {
    for (text, expected) in [
        (r#"{"definition": {"name": "odd", "dtt": 1}}"#, ["odd", "dtt"]),
        (
            r#"{"definition": {"name": "odd", "sections": [{"name": "a"}, {"name": "b", "Rb": 1}]}}"#,
            ["definition.sections[1]", "Rb"],
        ),
        (
            r#"{"definition": {"name": "odd", "netcons": [{"src": {"sec": "a", "y": 1}}]}}"#,
            ["definition.netcons[0].src", "`y`"],
        ),
        (r#"{"definition": {"name": "odd"}, "result": {}}"#, ["odd", "result"]),
        (r#"{"definition": {"name": "odd", "sections": [{"name": "a", "nseg": 1.5}]}}"#, ["nseg", "1.5"]),
        (r#"{"definition": {"name": "odd", "sections": [{"name": "a", "parent_x": 1}]}}"#, ["a", "parent_x"]),
        (r#"{"definition": {"name": "odd", "probes": [{"id": "a", "sec": "b", "var": "v"}]}}"#, ["probes[0]", "id"]),
        (
            r#"{"definition": {"name": "odd", "probes": [{"id": "a", "netcon": 1, "var": "v"}]}}"#,
            ["probes[0]", "netcon"],
        ),
        (
            r#"{"definition": {"name": "odd", "interventions": [{"t": 1, "value": {"global": "cao0"}, "to": 1}]}}"#,
            ["interventions[0].value", "mech"],
        ),
    ] {
        let message = parse(text).expect_err("the key is not in the vocabulary");
        for part in expected {
            assert!(message.contains(part), "{message:?} does not name {part:?}");
        }
    }
}

#[test]
fn definitions_can_be_read_whatever_stands_beside_them() {
    let path = std::env::temp_dir().join(format!("loligo-cases-{}.json", std::process::id()));
    let write = |definition: &str| {
        let text = format!(
            "{{\"tolerance\": 1, \"cases\": [{{\"definition\": {definition}, \"results\": {{\"more\": 1}}}}]}}"
        );
        std::fs::write(&path, text).expect("the directory for temporary files can be written");
    };
    write(r#"{"name": "a"}"#);
    let read = CaseFile::read_definitions(&path).expect("the definition is in the vocabulary");
    assert_eq!((read.cases.len(), read.cases[0].results.is_none()), (1, true));
    assert!(CaseFile::read(&path).is_err());
    write(r#"{"nome": "a"}"#);
    assert!(CaseFile::read_definitions(&path).is_err());
    std::fs::remove_file(&path).expect("the file can be removed");
}

#[test]
fn broken_files_are_errors() {
    for text in ["", "[]", "{}", "{\"cases\": 1}", "{\"cases\": [1]}", "{\"cases\": [{}]}", "{\"cases\":[", "\u{0}"] {
        assert!(CaseFile::parse(text, Path::new("broken.json")).is_err(), "{text:?} was read");
    }
}

#[test]
fn doubles_come_back_bit_for_bit_also_those_json_has_no_number_for() {
    let values = [0.1, -0.0, 5e-324, 1.7976931348623157e308, f64::NAN, f64::INFINITY, -f64::INFINITY];
    let results = Results { probes: vec![values.to_vec()], t_end: f64::NAN, ..Results::default() };
    let text = serde_json::to_string(&results).expect("results can be written");
    let back: Results = serde_json::from_str(&text).expect("what was written can be read");
    let bits = |list: &[f64]| list.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&back.probes[0]), bits(&values));
    assert!(back.t_end.is_nan());
    assert!(serde_json::from_str::<Results>(&text.replace("-Infinity", "much")).is_err());
}

#[test]
fn a_definition_survives_writing_and_reading() {
    let case = definition(
        r#"{"name": "all", "method": "cvode", "atol": 1e-6, "tstop": 10,
            "sections": [{"name": "a"}, {"name": "b", "parent": "a", "parent_x": 0.3, "seg_diam": [1]}],
            "density": [{"sec": "a", "mech": "hh"}],
            "points": [{"id": "p", "type": "VClamp", "sec": "a", "x": 0, "params": {"dur": [1, 2, 3], "amp[1]": 4}}],
            "netcons": [{"src": {"sec": "a", "x": 1, "var": "v"}, "tgt": null, "rec": 1, "events": []}],
            "pointers": [{"of": "p", "var": "x", "to": {"sec": "b", "var": "m_hh"}}],
            "globals": {"ca_ion": {"cao0": 3}},
            "interventions": [{"t": 1, "value": {"id": "p", "var": "e"}, "to": 2}, {"t": 1, "value": {"sec": "a"}, "to": -65},
                              {"t": 2, "value": {"netcon": 0, "weight": 1.0}, "to": 0.5},
                              {"t": 3, "value": {"mech": "ca_ion", "global": "cao0"}, "to": 2},
                              {"t": 4, "value": {"global": "celsius"}, "to": 20}],
            "probes": [{"sec": "a", "x": 0.5, "var": "m_hh"}, {"id": "p", "var": "i"}],
            "final_probes": [{"sec": "a"}, {"netcon": 0}]}"#,
    );
    assert_eq!(case.final_probes[1], Probe::Weight { netcon: 0, weight: 0 });
    assert_eq!(case.interventions[2].value, Value::Of(Probe::Weight { netcon: 0, weight: 1 }));
    assert_eq!(case.interventions[4].value, Value::Celsius);
    assert_eq!(case.final_probes[0], Probe::Membrane { sec: "a".into(), x: 0.5, var: "v".into() });
    let text = serde_json::to_string(&case).expect("a definition can be written");
    assert_eq!(definition(&text), case);
}
