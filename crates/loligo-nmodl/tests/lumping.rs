//! The compiler finds by its text that instances of a mechanism can be computed as sums: states decay by a constant factor,
//! currents are linear in them, events add to them. Any other use of a state rules this out.

use std::path::Path;

use loligo_mechanisms::{Catalogue, Mechanism};
use loligo_nmodl::load;

mod common;

/// The names of states, shared and derived variables.
fn found(mechanism: &dyn Mechanism) -> Option<[String; 3]> {
    let lumping = mechanism.lumping()?;
    let names = |columns: Vec<usize>| {
        columns.iter().map(|&column| mechanism.signature().column_name(column)).collect::<Vec<_>>().join(" ")
    };
    Some([names(lumping.states), names(lumping.shared), names(lumping.derived)])
}

/// The names of variables on which only the decay depends, and of those on which the current depends linearly.
fn of_decay_and_linear(mechanism: &dyn Mechanism) -> [String; 2] {
    let lumping = mechanism.lumping().expect("it can be summed");
    [lumping.decay, lumping.linear].map(|columns| {
        columns.iter().map(|&column| mechanism.signature().column_name(column)).collect::<Vec<_>>().join(" ")
    })
}

#[test]
fn variables_of_the_decay_alone_and_linear_ones_are_found() {
    let of = |breakpoint: &str, decay: &str| {
        of_decay_and_linear(&common::mechanism(&synapse(breakpoint, decay, "g = g + w")))
    };
    let decay = "g' = -g/tau";
    let cases = [
        (("i = g*(v - e)", decay), ["tau", "e"]),
        (("i = k*g*(v - e)", decay), ["tau", "e k"]),
        (("x = v - e i = k*x*g/2 + g*e*f(v)", decay), ["tau", "e k"]),
        (("i = g*(v - e)/k", decay), ["tau", "e"]),
        (("i = g*(v - e) + g*k*k*f(v)", decay), ["tau", "e"]),
        (("i = k*g*(v - k)", decay), ["tau", ""]),
        (("i = g*f(v - e)", decay), ["tau", ""]),
        (("if (v > e) { i = g*v } else { i = g*k }", decay), ["tau", "k"]),
        (("if (v > -50) { i = g*v*e } else { i = g*(k - e) }", decay), ["tau", "e k"]),
        (("i = g*(v - e)", "g' = -g*(1 + k)/tau"), ["tau k", "e"]),
        (("i = k*g*(v - e)", "g' = -g*k/tau"), ["tau", "e"]),
        (("i = k*g*(v - e)/tau", "g' = -g/tau"), ["", "e k"]),
    ];
    for ((breakpoint, decay), expected) in cases {
        assert_eq!(of(breakpoint, decay), expected, "{breakpoint} {decay}");
    }
    let loaded = load(Catalogue::builtin(), ["loligo:synapses"]).unwrap_or_else(|errors| panic!("{errors}"));
    let probabilistic = of_decay_and_linear(&**loaded.catalogue.find("ProbAmpaNmda").expect("it is in the library"));
    assert_eq!(probabilistic, ["ampa_rise ampa_decay nmda_rise nmda_decay", "e"]);
}

fn is_lumped(text: &str) -> bool {
    found(&common::mechanism(text)).is_some()
}

#[test]
fn the_texts_of_the_built_in_synapses_are_found() {
    let text = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mods").join(name);
        std::fs::read_to_string(path).expect("it is a file of the project")
    };
    let names = |states: &str, shared: &str, derived: &str| Some([states, shared, derived].map(str::to_owned));
    let [exp_syn, exp2_syn] = ["expsyn.mod", "exp2syn.mod"].map(|name| found(&common::mechanism(&text(name))));
    assert_eq!(exp_syn, names("g", "tau e", "i"));
    assert_eq!(exp2_syn, names("A B", "tau1 tau2 e", "i g"));
}

#[test]
fn of_the_library_the_probabilistic_and_the_plastic_synapses_are_found() {
    let loaded = load(Catalogue::builtin(), ["loligo:synapses"]).unwrap_or_else(|errors| panic!("{errors}"));
    let find = |name: &str| found(&**loaded.catalogue.find(name).expect("it is in the library"));
    let states = |name| find(name).map(|[states, ..]| states);
    assert_eq!(states("ProbAmpaNmda").as_deref(), Some("ampa_r ampa_d nmda_r nmda_d"));
    assert_eq!(states("ProbGaba").as_deref(), Some("rise_a decay_a rise_b decay_b"));
    assert_eq!(states("TsodyksMarkram").as_deref(), Some("g"));
    assert_eq!(
        find("ProbAmpaNmda").map(|[_, shared, _]| shared).as_deref(),
        Some("ampa_rise ampa_decay nmda_rise nmda_decay e mg")
    );
    assert_eq!(states("StdpSyn").as_deref(), Some("g"), "the traces belong to events");
    assert_eq!(["GradedSyn", "Gap"].map(states), [None, None], "they receive no events");
}

/// A synapse with these parts.
fn synapse(breakpoint: &str, equations: &str, receive: &str) -> String {
    format!(
        "NEURON {{ POINT_PROCESS a RANGE tau, e, g, k NONSPECIFIC_CURRENT i }}
PARAMETER {{ tau = 2 (ms) e = 0 (mV) }}
ASSIGNED {{ v (mV) i (nA) k n[3] }}
STATE {{ g (uS) u }}
INITIAL {{ g = 0 u = 0 k = 1 }}
BREAKPOINT {{ LOCAL x
  SOLVE s METHOD cnexp
  {breakpoint} }}
DERIVATIVE s {{ {equations} }}
NET_RECEIVE (w, p, last) {{ {receive} }}
FUNCTION f(x) {{ f = exp(-x) }}
"
    )
}

#[test]
fn what_is_linear_is_found_and_what_is_not_is_not() {
    let (i, decay, add) = ("i = g*(v - e)", "g' = -g/tau", "g = g + w");
    let lumped = [
        synapse(i, decay, add),
        synapse("i = 2*g*f(v)*(v - e) - g*k", decay, add),
        synapse("if (v > e) { i = g*v } else { i = 3*g }", decay, add),
        synapse("x = g i = x*(v - e)", "g' = -g*f(k)", add),
        synapse(
            i,
            decay,
            "LOCAL x, j x = 0 FROM j = 0 TO 3 { x = x + w/k } g = x + g - exp(p) p = p*f(t - last) last = t",
        ),
        synapse(i, decay, "if (v > -50) { g = g + w } else { p = p + 1 }"),
        synapse(i, decay, "WHILE (p < w) { p = p + 1 g = g + p }"),
        synapse(i, decay, "if (flag == 0) { net_send(1, 1) } else { g = g + w }"),
        synapse("i = (g + 2*u)*(v - e)", "g' = -g/tau u' = -u/(2*tau)", "g = g + w u = u - w"),
        synapse(i, decay, "u = u*f(t - last) + w g = g + u last = t"),
    ];
    for (number, text) in lumped.iter().enumerate() {
        assert!(is_lumped(text), "number {number}\n{text}");
    }
    let others = [
        synapse("i = g*g*(v - e)", decay, add),
        synapse("i = (g + 0.1)*(v - e)", decay, add),
        synapse("i = exp(g)*(v - e)", decay, add),
        synapse("if (g > 1) { i = v } else { i = g*v }", decay, add),
        synapse("i = g*(v - e) g = g*0.5", decay, add),
        synapse("i = g*(v - e) k = g", decay, "g = g + w*k"),
        synapse("i = g*(v - e) k = k + 1", decay, add),
        synapse(i, "g' = -g/tau + u u' = -u", add),
        synapse(i, "g' = (1 - g)/tau", add),
        synapse(i, "g' = -g/tau*f(v)", add),
        synapse(i, "g' = -g*f(t)", add),
        synapse(i, "g' = -g*g", add),
        synapse(i, decay, "g = g + w*(1 - g)"),
        synapse(i, decay, "g = w"),
        synapse(i, decay, "g = 2*g + w"),
        synapse(i, decay, "p = g g = g + w"),
        synapse(i, decay, "if (g < 1) { g = g + w }"),
        synapse(i, decay, "net_send(g, 1) g = g + w"),
        synapse(i, decay, "WHILE (p < g) { p = p + 1 } g = g + w"),
        synapse(i, decay, "tau = tau + 1 g = g + w"),
        synapse(i, decay, "n[p] = g g = g + w"),
        synapse(i, decay, "g = g + w + i"),
    ];
    for (number, text) in others.iter().enumerate() {
        assert!(!is_lumped(text), "number {number}\n{text}");
    }
}

/// The amounts that an event adds: the number of the weight, and the variable by which it is multiplied.
fn increments(text: &str) -> Vec<(usize, Option<String>)> {
    let mechanism = common::mechanism(text);
    let name = |column| mechanism.signature().column_name(column);
    let lumping = mechanism.lumping().unwrap_or_else(|| panic!("{text}"));
    lumping.increments.into_iter().map(|increment| (increment.weight, increment.factor.map(name))).collect()
}

#[test]
fn events_that_only_add_weights_are_found() {
    let i = "i = (g + u)*(v - e)";
    let of = |receive: &str| increments(&synapse(i, "g' = -g/tau u' = -u/(2*tau)", receive));
    let [k, weight] = [Some("k".to_owned()), None];
    for receive in ["g = g + w u = u + w*k", "u = k*w + u g = w + g", "LOCAL x x = w g = g + x u = u + x*k"] {
        assert_eq!(of(receive), [(0, weight.clone()), (0, k.clone())], "{receive}");
    }
    assert_eq!(of("g = g + p u = u + last"), [(1, None), (2, None)]);
    let others = [
        "g = g + w",
        "g = g + w u = u + 2*w",
        "g = g + w u = u - w",
        "g = g + w u = u + w*k*k",
        "g = g + w + w u = u + w",
        "g = g + w u = u + w g = g + w",
        "g = g + w u = u + w k = w",
        "g = g + w u = u + w p = w",
        "g = g + w u = u + k",
        "g = g + w u = u + w*t",
        "g = g + w if (p > 0) { u = u + w }",
        "g = g + w u = u + w net_event(t)",
    ];
    for receive in others {
        assert_eq!(of(receive), [], "{receive}");
    }
}

#[test]
fn ions_pointers_and_watched_conditions_are_not_lumped() {
    let text = synapse("i = g*(v - e)", "g' = -g/tau", "g = g + w");
    assert!(!is_lumped(
        &text.replace("RANGE tau", "USEION ca READ cai RANGE tau").replace("v (mV)", "v (mV) cai (mM)")
    ));
    assert!(!is_lumped(&text.replace("RANGE tau", "POINTER q RANGE tau").replace("v (mV)", "v (mV) q")));
    assert!(!is_lumped(&text.replace("g = g + w", "if (flag == 0) { WATCH (v > 0) 2 } g = g + w")));
    assert!(!is_lumped(&text.replace("g = g + w", "v = 0 g = g + w")));
}
