//! Contract: a mechanism that computes a variable from its former value by a function that is not linear amplifies
//! rounding errors, so that cells with it are computed exactly; states of differential equations, and variables that
//! are computed anew, are not such variables.

mod common;

use common::mechanism;
use loligo_mechanisms::{Block, Mechanism};

/// A mechanism on membrane with the given statements in BREAKPOINT and the given blocks.
fn amplifies(statements: &str, blocks: &str) -> bool {
    let text = format!(
        "NEURON {{ SUFFIX test NONSPECIFIC_CURRENT i RANGE u, w, k }}
        PARAMETER {{ k = 2 }}
        STATE {{ m }}
        ASSIGNED {{ v i u w }}
        BREAKPOINT {{ {statements} i = 0.001*u*v }}
        {blocks}"
    );
    let mechanism = mechanism(&text);
    mechanism.amplifies_rounding(&Block::new(mechanism.signature().defaults(), 1))
}

#[test]
fn a_function_of_the_former_value_amplifies() {
    for statement in
        ["u = 100*fabs(sin(1.3*u))", "u = k*u*(1 - u)", "u = k/(1 + u)", "w = exp(u) u = w", "u = fmod(3*u, 1)"]
    {
        assert!(amplifies(statement, ""), "{statement}");
    }
    assert!(amplifies("SOLVE next METHOD after_cvode", "PROCEDURE next() { u = cos(k*u) }"));
    assert!(amplifies("SOLVE next METHOD after_cvode u = sin(w)", "PROCEDURE next() { w = 3*u }"), "two hooks");
}

#[test]
fn linear_functions_steps_and_other_variables_do_not() {
    for statement in
        ["u = 0.5*u + k", "u = fabs(u - 1)", "u = exp(v) w = exp(u)", "if (u > 1) { u = 0.5*u }", "u = u + 1"]
    {
        assert!(!amplifies(statement, ""), "{statement}");
    }
    let gate = "DERIVATIVE states { m' = (1/(1 + exp(-v/k)) - m)/(1 + exp(v)) }";
    assert!(!amplifies("SOLVE states METHOD cnexp u = m^4", gate));
    assert!(!amplifies("SOLVE states METHOD euler u = m^4", "DERIVATIVE states { m' = m*(1 - m)*(m - 0.5) }"));
}
