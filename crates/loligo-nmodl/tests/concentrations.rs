//! A concentration that a mechanism writes, besides equations that it solves, is a state or is assigned outside
//! BREAKPOINT and INITIAL; NEURON refuses other files (measured for each text).

use std::path::Path;

use loligo_nmodl::Reading;

/// `true` if a text is refused for its concentration.
fn is_refused(blocks: &str) -> bool {
    let text = format!(
        "NEURON {{ POINT_PROCESS Pool USEION ca READ cai, eca WRITE cai, ica RANGE on }}
PARAMETER {{ on = 4 }}
ASSIGNED {{ v eca ica cai }}
STATE {{ s }}
{blocks}"
    );
    let mut reading = Reading::of_text(Path::new("test.mod"), text.into_bytes()).unwrap();
    reading.lower();
    let mut texts = reading.diagnostics.iter().map(|found| found.problem.to_string());
    texts.any(|text| text.contains("\"cai\" is written, but it is no STATE"))
}

const DECAY: &str = "DERIVATIVE d { s' = -s }";

#[test]
fn an_assignment_in_breakpoint_or_initial_is_not_enough() {
    for blocks in [
        format!("BREAKPOINT {{ SOLVE d METHOD cnexp ica = v cai = 3 }} {DECAY}"),
        format!("BREAKPOINT {{ SOLVE d METHOD euler cai = 3 ica = v }} {DECAY}"),
        format!("INITIAL {{ cai = 2 }} BREAKPOINT {{ SOLVE d METHOD cnexp ica = v }} {DECAY}"),
        "BREAKPOINT { SOLVE d METHOD sparse ica = v cai = 3 } KINETIC d { ~ s << (1) }".to_owned(),
    ] {
        assert!(is_refused(&blocks), "{blocks}");
    }
}

#[test]
fn an_assignment_elsewhere_is() {
    for blocks in [
        format!("BREAKPOINT {{ SOLVE d METHOD cnexp ica = v p() }} {DECAY} PROCEDURE p() {{ cai = 3 }}"),
        format!("BREAKPOINT {{ SOLVE d METHOD cnexp ica = v cai = 3 }} {DECAY} NET_RECEIVE(w) {{ cai = 3 }}"),
        format!("BREAKPOINT {{ SOLVE d METHOD cnexp ica = v cai = 3 }} {DECAY} BEFORE STEP {{ cai = 3 }}"),
        "BREAKPOINT { SOLVE d METHOD cnexp ica = v } DERIVATIVE d { s' = -s cai = s }".to_owned(),
        "BREAKPOINT { SOLVE d METHOD sparse ica = v } KINETIC d { ~ s << (1) cai = s }".to_owned(),
        "BREAKPOINT { SOLVE d cai = 3 ica = v } PROCEDURE d() { s = 3 }".to_owned(),
        "BREAKPOINT { ica = v cai = 3 }".to_owned(),
        "BREAKPOINT { ica = v if (t > on) { cai = cai + 1 } }".to_owned(),
    ] {
        assert!(!is_refused(&blocks), "{blocks}");
    }
}
