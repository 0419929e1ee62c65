//! Contract: all errors of a `.mod` file are reported together. Each finding has file, line and column, the underlined
//! text and a remedy. An error causes no false errors after it.

use std::path::Path;

use loligo_nmodl::{Reading, Severity};

/// All findings in a text, as text.
fn found(text: &str) -> String {
    let reading = Reading::of_text(Path::new("channel.mod"), text.into()).unwrap();
    reading.diagnostics.render(&reading.sources, Severity::Note)
}

/// The text of a valid mechanism, followed by more blocks.
fn with(blocks: &str) -> String {
    found(&format!("{SOUND}{blocks}"))
}

const SOUND: &str = "NEURON { SUFFIX channel USEION k READ ek WRITE ik RANGE gbar GLOBAL tau }
PARAMETER { gbar = .01 (S/cm2) tau = 5 (ms) table[4] }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) ninf }
STATE { n }
BREAKPOINT { SOLVE states METHOD cnexp ik = gbar * n^4 * (v - ek) }
INITIAL { rates(v) n = ninf }
DERIVATIVE states { rates(v) n' = (ninf - n) / tau }
PROCEDURE rates(v (mV)) { ninf = 1 / (1 + exp(-(v + 30 (mV)) / 9 (mV))) }
";

#[test]
fn a_sound_mechanism_has_no_findings() {
    assert_eq!(found(SOUND), "");
}

#[test]
fn a_second_initial_block_goes_on_with_the_first() {
    let text = format!("{SOUND}INITIAL {{ LOCAL a a = tau n = n + a }}\nBREAKPOINT {{ ik = ik * 2 }}\n");
    let reading = Reading::of_text(Path::new("channel.mod"), text.into()).unwrap();
    let model = reading.model.unwrap();
    let [initial, breakpoint] = [model.hooks.initial, model.hooks.breakpoint].map(|hook| model.routine(hook.unwrap()));
    assert_eq!((initial.body.len(), initial.locals.len()), (4, 1));
    assert_eq!((breakpoint.body.len(), model.solves.len()), (2, 1));
}

#[test]
fn weights_that_for_netcons_visits_may_have_units() {
    let text = "NEURON { POINT_PROCESS a }\nASSIGNED { v (mV) t0 (ms) }\n\
        NET_RECEIVE(w, last (ms)) { FOR_NETCONS(each, time (ms)) { time = t } t0 = last w = 2 }\n";
    assert_eq!(found(text), "");
}

#[test]
fn what_only_neuron_refuses_is_noted() {
    let text = with("PROCEDURE shift(k) { table[-k] = t FROM i = -1 TO 2 { ninf = i } }\nASSIGNED { t (ms) }");
    assert_eq!(text.matches("note: an index or a bound of FROM has a sign, which NEURON refuses").count(), 2, "{text}");
    assert_eq!(text.matches("note: the time is declared, which NEURON refuses").count(), 1, "{text}");
    assert_eq!(text.matches("note: ").count(), 3, "{text}");
}

#[test]
fn several_syntax_errors_at_once() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX channel RANGE a b NONSPECIFIC_CURRENT }
PARAMETER {
  a = 3 (mV
  b = two
  READ = 3
}
BREAKPOINT {
  x = ;
  if (a = 3) { b = 2 }
  b = a ** 2
  b = + 3
  y = 3 % 2
  b = (a + 2
}
PROCEDURE rates { b = 1 }
PROCEDUR other() { b = 1 }
EQUATION { b = 2 }
"
    ));
}

#[test]
fn blocks_without_end() {
    insta::assert_snapshot!(found("COMMENT\nall about it\n"));
    insta::assert_snapshot!(found("NEURON { SUFFIX a\nBREAKPOINT { x = 1 }\nVERBATIM\nreturn 0;"));
    insta::assert_snapshot!(found("TITLE a\nINITIAL { printf(\"no end)\n }"));
}

#[test]
fn local_stands_first_and_once() {
    insta::assert_snapshot!(with(
        "PROCEDURE p() { LOCAL a\n a = 1\n LOCAL b\n b = a }\nPROCEDURE q() { tau = 1\n LOCAL c\n c = 1 }"
    ));
}

#[test]
fn names_that_nothing_has() {
    insta::assert_snapshot!(with(
        "PROCEDURE p() { tua = 3 ninf = gbr + Tau }
PROCEDURE q() { rats(v) ninf = exq(v) + fabs(1, 2) + rates(1, 2) + gbar(2) + exp }
FUNCTION f(x) { f = zzz(x) + unheard_of }
BEFORE STEP { SOLVE stats STEADYSTATE sparse }"
    ));
}

#[test]
fn names_that_are_taken() {
    insta::assert_snapshot!(with(
        "ASSIGNED { gbar }\nPROCEDURE rates() { }\nFUNCTION tau() { tau = 1 }\nASSIGNED { exp sin }\nLOCAL gbar\nCONSTRUCTOR { }\nCONSTRUCTOR { }"
    ));
}

#[test]
fn declarations_that_contradict_each_other() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX a POINT_PROCESS b RANGE gone GLOBAL n USEION ca READ eca, nai WRITE ica USEION ca READ cai }
PARAMETER { huge[99999999] celsius = 37 (degC) v = -65 eca = 120 (mV) pi = 3.14159265 }
STATE { n }"
    ));
}

#[test]
fn arrays_and_their_elements() {
    insta::assert_snapshot!(with(
        "PROCEDURE p() { LOCAL a[2], b[0]\n ninf = table + tau[0] + table[4] + table[5/2] + a[-1] + a[1]\n table[3] = 1 }"
    ));
}

#[test]
fn statements_in_the_wrong_place() {
    insta::assert_snapshot!(with(
        "PROCEDURE p() { n' = 3\n ~ n <-> ninf (1, 2)\n ~ n = 3\n net_send(1, 1)\n net_event(t)\n WATCH (v > 3) 2 }
PROCEDURE q() { TABLE ninf FROM 0 TO 1 WITH 10\n CONDUCTANCE gbar\n INITIAL { } }
BEFORE STEP { FOR_NETCONS(w) { } }"
    ));
}

#[test]
fn methods_that_do_not_fit() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX a }
STATE { x y }
BREAKPOINT {
  SOLVE d METHOD sparse
  SOLVE k
  SOLVE k METHOD adams
  SOLVE p METHOD cnexp
  SOLVE f
}
DERIVATIVE d { x' = -x y'' = x }
KINETIC k { ~ x <-> y (1, 2) }
PROCEDURE p() { }
FUNCTION f() { f = 1 }"
    ));
}

#[test]
fn things_that_run_and_may_be_wrong() {
    insta::assert_snapshot!(found(
        "TITLE caf\u{e9}
NEURON { SUFFIX a RANGE nothing_of_this }
PARAMETER { precise = 0.123456789 c = 1 }
STATE { x y z }
ASSIGNED { v r[3] }
BREAKPOINT { SOLVE k METHOD sparse }
KINETIC k { ~ x <-> y (c + precise, 2) }
FUNCTION empty(x) { r[3/2] = x }
FUNCTION half(x) { LOCAL u\n if (x > 0) { u = 1 half = u }\n half = half + u }
PROCEDURE early() { LOCAL u, w\n c = u * 5 (2)\n u = w }
UNITS { (ms) = (millisec) (length) = (metres) }"
    ));
}

#[test]
fn variables_of_one_list_only() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX a RANGE y GLOBAL tau, hidden THREADSAFE }
PARAMETER { tau = 5 }
ASSIGNED { v y }
BREAKPOINT { rates(v) }
PROCEDURE rates(v) {
    TABLE y, tau FROM -100 TO 100 WITH 200
    hidden = v/tau
    y = hidden
}"
    ));
}

#[test]
fn units_that_are_none() {
    insta::assert_snapshot!(found(
        "UNITS { (fm) = (fathom) (x) = (milivolt) (molar) = (1 (liter) a = (faraday) (kilocolomb) (V) = (10 volt) }"
    ));
}

#[test]
fn dimensions_that_differ() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX a NONSPECIFIC_CURRENT i RANGE g }
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) F = (faraday) (coulomb) }
PARAMETER { g = 1 (S/cm2) e = -70 (mV) tau = 3 (ms) q = 1 (/mV) free = 1 }
ASSIGNED { v (mV) i (mA/cm2) cai (mM) minf }
STATE { m }
BREAKPOINT { SOLVE s METHOD cnexp i = g*m*(v - tau) i = g*m }
DERIVATIVE s { rate() m' = (minf - m)/tau m' = -m * e }
PROCEDURE rate() {
  if (v > -40 && v < tau) { minf = exp(q*(v - e)) + exp(v) }
  minf = alpha() * tau + free * v + 3 * v
  e = g*v^2 + F
UNITSOFF
  e = tau
UNITSON
}
FUNCTION alpha() (/ms) { alpha = 1 / tau alpha = v }"
    ));
}

#[test]
fn verbatim_that_is_needed_and_that_is_not() {
    insta::assert_snapshot!(with(
        "VERBATIM
extern double helper(double);
ENDVERBATIM
PROCEDURE setRNG() {
VERBATIM
  _p_donotuse = (void*) nrn_random_arg(1);
ENDVERBATIM
}
FUNCTION draw() {
VERBATIM
  _ldraw = nrn_random_pick(_p_rng); /* a number */
ENDVERBATIM
  draw = helper(1)
}
FUNCTION nothing() {
VERBATIM
  return 0; // no effect
ENDVERBATIM
}
BEFORE STEP { tau = draw() }"
    ));
}

#[test]
fn long_lines_and_tabs_are_shown_in_part() {
    let sum = "gbar + ".repeat(40);
    insta::assert_snapshot!(with(&format!("PROCEDURE p() {{\n\t\tninf = {sum}gbor + {sum}1 }}")));
}

#[test]
fn deep_nesting_is_refused() {
    insta::assert_snapshot!(with(&format!("PROCEDURE p() {{ ninf = {}1{} }}", "(".repeat(300), ")".repeat(300))));
    insta::assert_snapshot!(with(&format!("PROCEDURE p() {{ ninf = 1{} }}", " + 1".repeat(2000))));
    insta::assert_snapshot!(with(&format!("PROCEDURE p() {{ {} }}", "if (1) {".repeat(1000))));
}

#[test]
fn a_file_that_includes_itself() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("itself.mod");
    std::fs::write(&path, "INCLUDE \"itself.mod\"\nINCLUDE \"nowhere.inc\"\n").unwrap();
    let reading = Reading::of_file(&path).unwrap();
    let text = reading.diagnostics.render(&reading.sources, Severity::Error);
    assert!(text.contains("too many files are included, or a file includes itself"), "{text}");
}

#[test]
fn order_of_blocks_and_whole_numbers() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX channel RANGE r }
PARAMETER { v (mV) k = 2 }
ASSIGNED { v (mV) r[4] q[2] }
STATE { n }
DERIVATIVE states { n' = -n }
BREAKPOINT { SOLVE states METHOD cnexp }
INITIAL {
  r[1.5] = 1
  r[floor(k)] = 1
  r[q[1]] = 1
  r[k > 1] = 1
  r[k + 2*(k - 1)/3] = 1
  FROM i = 0 TO 2.5 { r[i] = 1 }
}
DESTRUCTOR { n = 1 }
"
    ));
}

#[test]
fn units_that_differ_by_a_factor() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX channel RANGE x, y, z }
UNITS { (V) = (volt) (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) FARADAY = (faraday) (coulomb) }
PARAMETER { g = 1 (S/cm2) e = 0 (V) depth = 1 (um) }
ASSIGNED { v (mV) x (mA/cm2) y (V) z (mV) cai (mM) w (mM/ms) }
INITIAL {
  x = g*(v - z)
  x = g*(v - e)
  y = v
  y = v*1000
  y = (0.001)*v
  w = x/(FARADAY*depth)
  w = (1e4)*x/(FARADAY*depth)
  if (v > e) { z = v }
UNITSOFF
  y = v
UNITSON
}
"
    ));
}

#[test]
fn a_block_that_does_not_end() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX a RANGE x }
ASSIGNED { v x }
INITIAL { x = 1 : the start }
BREAKPOINT { SOLVE s METHOD cnexp
  if (v > 0) { x = v
}
STATE { m }
DERIVATIVE s { m' = (half(v) - m)/5 }
FUNCTION half(u) {
  if (u > 0) { half = 1/(1+exp(-u)) : }
  }
PROCEDURE rates() {
  x = 3"
    ));
}

#[test]
fn constants_that_change_and_one_generator() {
    insta::assert_snapshot!(found(
        "NEURON { SUFFIX a RANGE x }
UNITS { F = (faraday) (coulomb) }
CONSTANT { c = 3 }
ASSIGNED { v x }
INITIAL { F = 96500 c = c + 1 x = F + c }
BREAKPOINT { x = exprand(1) + scop_random() }"
    ));
}

#[test]
fn code_that_takes_longer_has_a_note() {
    let text = "NEURON { SUFFIX noisy NONSPECIFIC_CURRENT i RANGE n RANDOM stream }
STATE { m }
ASSIGNED { v (mV) i (mA/cm2) n }
BREAKPOINT { SOLVE states METHOD cnexp i = m*(v + 70 (mV)) }
DERIVATIVE states { m' = (inf(v) - m)/5 }
FUNCTION inf(v (mV)) {
  FROM k = 0 TO n { inf = inf + 0.1*random_negexp(stream) }
}
";
    let mut reading = Reading::of_text(Path::new("noisy.mod"), text.into()).unwrap();
    let lowered = reading.lower().unwrap();
    reading.note_slow_code(&lowered);
    let found = reading.diagnostics.render(&reading.sources, Severity::Note);
    let expected = "note: this takes longer, since it is computed for one instance after the other: a loop or an index that depends \
         on the instance\n --> noisy.mod:7:";
    assert!(found.contains(expected), "{found}");
    assert_eq!(found.matches("note: ").count(), 1, "{found}");
}
