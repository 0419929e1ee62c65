//! The constructs of NMODL that a text has, for statistics of drawn mechanisms.

use std::collections::BTreeSet;

/// Words and signs to look for, and the constructs that they show.
const CONSTRUCTS: [(&str, &str); 60] = [
    ("SUFFIX", "density mechanism"),
    ("POINT_PROCESS", "point process"),
    ("ARTIFICIAL_CELL", "artificial cell"),
    ("USEION", "USEION"),
    ("VALENCE", "VALENCE"),
    ("NONSPECIFIC_CURRENT", "NONSPECIFIC_CURRENT"),
    ("ELECTRODE_CURRENT", "ELECTRODE_CURRENT"),
    ("GLOBAL", "GLOBAL"),
    ("POINTER", "POINTER"),
    ("RANDOM", "RANDOM"),
    ("THREADSAFE", "THREADSAFE"),
    ("CONSTANT {", "CONSTANT"),
    ("INITIAL {", "INITIAL"),
    ("BREAKPOINT {", "BREAKPOINT"),
    ("START ", "START"),
    ("DERIVATIVE", "DERIVATIVE"),
    ("METHOD cnexp", "cnexp"),
    ("METHOD derivimplicit", "derivimplicit"),
    ("METHOD euler", "euler"),
    ("METHOD runge", "runge"),
    ("METHOD sparse", "sparse"),
    ("STEADYSTATE", "STEADYSTATE"),
    ("METHOD after_cvode", "after_cvode"),
    ("METHOD cvode_t", "cvode_t"),
    ("KINETIC", "KINETIC"),
    ("<->", "<->"),
    (" -> (", "->"),
    (" << (", "<<"),
    ("CONSERVE", "CONSERVE"),
    ("COMPARTMENT", "COMPARTMENT"),
    ("LONGITUDINAL_DIFFUSION", "LONGITUDINAL_DIFFUSION"),
    ("f_flux", "f_flux"),
    ("NONLINEAR curves", "NONLINEAR"),
    ("LINEAR lines", "LINEAR"),
    ("FUNCTION ", "FUNCTION"),
    ("PROCEDURE", "PROCEDURE"),
    ("TABLE ", "TABLE"),
    ("DEPEND", "DEPEND"),
    ("NET_RECEIVE", "NET_RECEIVE"),
    ("net_send", "net_send"),
    ("net_event", "net_event"),
    ("net_move", "net_move"),
    ("WATCH", "WATCH"),
    ("FOR_NETCONS", "FOR_NETCONS"),
    ("state_discontinuity", "state_discontinuity"),
    ("BEFORE BREAKPOINT", "BEFORE BREAKPOINT"),
    ("BEFORE STEP", "BEFORE STEP"),
    ("BEFORE INITIAL", "BEFORE INITIAL"),
    ("AFTER INITIAL", "AFTER INITIAL"),
    ("AFTER SOLVE", "AFTER SOLVE"),
    ("LOCAL", "LOCAL"),
    ("ELSE IF", "ELSE IF"),
    ("else if", "else if"),
    ("WHILE", "WHILE"),
    ("while", "while"),
    ("FROM i", "FROM"),
    ("^-", "power of a negative exponent"),
    ("!(", "negation"),
    ("random_normal", "random_normal"),
    ("atan2", "atan2"),
];

/// The constructs that a text has.
pub fn constructs(text: &str) -> BTreeSet<&'static str> {
    CONSTRUCTS.into_iter().filter(|(sign, _)| text.contains(sign)).map(|(_, construct)| construct).collect()
}

/// All constructs that are looked for.
pub fn all_constructs() -> BTreeSet<&'static str> {
    CONSTRUCTS.into_iter().map(|(_, construct)| construct).collect()
}
