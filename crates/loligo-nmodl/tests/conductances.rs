//! Contract: the parameters of a mechanism that are conductances per area are known by their units.

mod common;

use common::mechanism;
use loligo_mechanisms::Mechanism;

#[test]
fn conductances_are_found_by_their_units() {
    let mechanism = mechanism(
        "NEURON { SUFFIX test NONSPECIFIC_CURRENT i RANGE a, b, c, d }
        UNITS { (mA) = (milliamp) (mV) = (millivolt) (S) = (siemens) (pS) = (picosiemens) (um) = (micron) }
        PARAMETER { a = 2 (S/cm2) b = 30000 (pS/um2) c = 1 (mho/cm2) d = 5 (mV) e = 3 }
        ASSIGNED { v (mV) i (mA/cm2) g (S/cm2) }
        BREAKPOINT { i = a*v }",
    );
    let name = |column: usize| mechanism.signature().variable(column).name.as_str();
    let found = mechanism.conductances();
    assert_eq!(found.iter().map(|&(column, _)| name(column)).collect::<Vec<_>>(), ["a", "b", "c"]);
    for ((_, factor), expected) in found.iter().zip([1.0, 1e-4, 1.0]) {
        assert!((factor - expected).abs() < 1e-12 * expected, "{factor}, not {expected}");
    }
}
