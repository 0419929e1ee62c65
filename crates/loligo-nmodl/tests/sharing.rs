//! Variables that NEURON keeps once for all instances (assigned GLOBALs, LOCALs outside blocks) are kept with each instance.
//! There is a warning if that gives other values: if one instance reads a value that another has left.

use std::path::Path;

use loligo_nmodl::{Reading, Severity};

/// The names of shared variables that a text is warned of.
fn warned(text: &str) -> Vec<String> {
    let mut reading = Reading::of_text(Path::new("test.mod"), text.into()).unwrap();
    reading.lower();
    assert!(!reading.diagnostics.has_errors(), "{}", reading.diagnostics.render(&reading.sources, Severity::Error));
    let texts = reading.diagnostics.iter().map(|found| found.problem.to_string());
    let shared = texts.filter(|text| text.contains("one variable of all instances"));
    shared.filter_map(|text| Some(text.split('`').nth(1)?.to_owned())).collect()
}

#[test]
fn rates_that_every_hook_computes_before_it_reads_them_are_no_matter() {
    let text = "NEURON { SUFFIX a GLOBAL minf, mtau }
ASSIGNED { v (mV) minf mtau (ms) }
STATE { m }
LOCAL q
INITIAL { rates(v) m = minf }
BREAKPOINT { SOLVE states METHOD cnexp }
DERIVATIVE states { rates(v) m' = (minf - m) / mtau }
PROCEDURE rates(v (mV)) { q = exp(v / 20) minf = q / (1 + q) mtau = 1 + q }
";
    assert_eq!(warned(text), [""; 0]);
}

#[test]
fn what_all_instances_compute_alike_is_no_matter() {
    let text = "NEURON { SUFFIX a GLOBAL tadj }
PARAMETER { q10 = 3 }
ASSIGNED { v (mV) celsius (degC) tadj }
STATE { m }
INITIAL { tadj = q10 ^ ((celsius - 23) / 10) }
BREAKPOINT { SOLVE states METHOD cnexp }
DERIVATIVE states { m' = -m * tadj }
";
    assert_eq!(warned(text), [""; 0]);
}

#[test]
fn what_one_instance_reads_of_another_is_warned_of() {
    let text = "NEURON { SUFFIX a GLOBAL seen, last RANGE g }
PARAMETER { g = 1 }
ASSIGNED { v (mV) seen last }
STATE { m }
INITIAL { seen = seen + 1 last = g }
BREAKPOINT { SOLVE states METHOD cnexp }
DERIVATIVE states { m' = -m * last }
";
    assert_eq!(warned(text), ["seen", "last"]);
}

#[test]
fn tables_of_values_that_differ_from_instance_to_instance_are_warned_of() {
    let text = |depend: &str, storage: &str| {
        format!(
            "NEURON {{ SUFFIX a {storage} k RANGE inf }}
PARAMETER {{ k = 1 }}
ASSIGNED {{ v (mV) inf }}
INITIAL {{ rates(v) }}
BREAKPOINT {{ SOLVE again }}
PROCEDURE again() {{ rates(v) }}
PROCEDURE rates(u) {{ TABLE inf {depend} FROM -100 TO 100 WITH 200 inf = k * exp(u / 50) }}
"
        )
    };
    let warned = |text: &str| {
        let mut reading = Reading::of_text(Path::new("test.mod"), text.into()).unwrap();
        reading.lower();
        reading.diagnostics.iter().any(|found| found.problem.to_string().starts_with("this table depends on k"))
    };
    assert!(warned(&text("", "RANGE")));
    assert!(!warned(&text("DEPEND k", "RANGE")));
    assert!(!warned(&text("", "GLOBAL")));
}

/// NEURON makes tables in the order of the file: a table that is made before one which it uses finds zeros there.
#[test]
fn a_table_that_uses_one_further_down_is_warned_of() {
    let inner = "FUNCTION inner(x) { TABLE FROM 0 TO 10 WITH 10 inner = x + 5 }";
    let outer = "PROCEDURE outer(x) { TABLE out FROM 0 TO 10 WITH 10 out = inner(x) }";
    let warnings = |head: &str, routines: [&str; 2]| {
        let text = format!(
            "NEURON {{ SUFFIX a {head} RANGE out }}\nASSIGNED {{ v (mV) out }}\nINITIAL {{ outer(v) }}\nBREAKPOINT {{ \
             SOLVE again }}\nPROCEDURE again() {{ outer(v) }}\n{}\n",
            routines.join("\n")
        );
        let mut reading = Reading::of_text(Path::new("test.mod"), text.into()).unwrap();
        reading.lower();
        let texts = reading.diagnostics.iter().map(|found| found.problem.to_string());
        texts.filter(|text| text.starts_with("this table uses that of `inner`")).count()
    };
    assert_eq!(warnings("", [outer, inner]), 1);
    assert_eq!(warnings("", [inner, outer]), 0);
    assert_eq!(warnings("POINTER p", [outer, inner]), 0, "not thread-safe: each table is made when it is used");
}
