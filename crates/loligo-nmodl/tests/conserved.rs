//! Contract: a mechanism with a kinetic scheme in which CONSERVE gives a state that is far smaller than the sum amplifies
//! rounding errors, so that cells with it are computed exactly; one whose states are all of some size does not.

mod common;

use common::mechanism;
use loligo_mechanisms::{Block, Mechanism};

/// A channel with the given states, of which `c` starts with 1, reactions and sums. Of each sum, CONSERVE gives the last
/// state.
fn amplifies(states: &str, reactions: &str, sums: &str) -> bool {
    let text = format!(
        "NEURON {{ SUFFIX test USEION ca READ cai NONSPECIFIC_CURRENT i RANGE g }}
        PARAMETER {{ g = 0.01 (S/cm2) half = 0.006 (mM) }}
        STATE {{ {states} }}
        ASSIGNED {{ v (mV) i (mA/cm2) cai (mM) }}
        INITIAL {{ c = 1 }}
        BREAKPOINT {{ SOLVE gating METHOD sparse i = g*o*(v - 50) }}
        KINETIC gating {{ {reactions} {sums} }}"
    );
    let mechanism = mechanism(&text);
    mechanism.amplifies_rounding(&Block::new(mechanism.signature().defaults(), 1))
}

const OPENING: &str = "~ c <-> o (exp(v/20), 0.1*exp(-v/20))";

#[test]
fn a_state_that_stays_close_to_zero_amplifies() {
    let rare = format!("{OPENING} ~ o <-> b (1e-9, 1)");
    assert!(amplifies("c o b", &rare, "CONSERVE c + o + b = 1"));
    assert!(!amplifies("c o b", &rare, "CONSERVE b + o + c = 1"), "the sum gives c");
    assert!(!amplifies("c o b", &rare, ""), "no sum");
    let slow = "~ c <-> o (1e-11, 1e-11)";
    assert!(amplifies("c o", slow, "CONSERVE c + o = 1"), "it is far from its steady state all the time");
}

#[test]
fn states_of_some_size_do_not() {
    let usual = format!("{OPENING} ~ o <-> b (1, 0.05) ~ c <-> b (0.005, 0.5)");
    assert!(!amplifies("c o b", &usual, "CONSERVE c + o + b = 1"));
    assert!(!amplifies("c o b", &usual, "CONSERVE c + o + b = 1e-12"), "relative to the sum");
    let pair = format!("{OPENING} ~ p <-> b (1, 1)");
    assert!(!amplifies("c o p b", &pair, "CONSERVE c + o = 1 CONSERVE p + b = 1e-9"), "each in its own sum");
}

#[test]
fn the_usual_concentrations_are_those_of_the_trial() {
    let bound = |power: i32| format!("{OPENING} ~ o <-> b ((cai/half)^{power}, 1)");
    assert!(!amplifies("c o b", &bound(1), "CONSERVE c + o + b = 1"));
    assert!(amplifies("c o b", &bound(4), "CONSERVE c + o + b = 1"), "5e-9 of o");
}

#[test]
fn a_mechanism_that_draws_random_numbers_is_not_tried() {
    let mechanism = mechanism(
        "NEURON { SUFFIX test RANDOM r }
        STATE { c o }
        INITIAL { c = random_uniform(r) o = 1 - c }
        BREAKPOINT { SOLVE gating METHOD sparse }
        KINETIC gating { ~ c <-> o (1, 1) CONSERVE c + o = 1 }",
    );
    assert!(mechanism.amplifies_rounding(&Block::new(mechanism.signature().defaults(), 1)));
}
