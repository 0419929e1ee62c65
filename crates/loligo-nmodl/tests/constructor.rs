//! CONSTRUCTOR runs for each instance when it is made, before the user sets its parameters: what it computes are the
//! defaults of the mechanism. DESTRUCTOR has no effect on a run.

mod common;

use std::path::Path;

use loligo_mechanisms::Mechanism;
use loligo_nmodl::{ProgrammedMechanism, ProgrammedMechanismError, Reading};

fn made(blocks: &str) -> Result<ProgrammedMechanism, ProgrammedMechanismError> {
    let text = format!(
        "NEURON {{ POINT_PROCESS Made RANGE x, y, z, row }}
PARAMETER {{ y = 2 z = 1 }}
ASSIGNED {{ x row[3] }}
{blocks}"
    );
    let mut reading = Reading::of_text(Path::new("made.mod"), text.into_bytes()).unwrap();
    let lowered = reading.lower().expect("it has no errors");
    ProgrammedMechanism::new(lowered.signature, lowered.programs)
}

fn default(mechanism: &ProgrammedMechanism, name: &str) -> f64 {
    let signature = mechanism.signature();
    signature.variable(signature.column(name).unwrap()).default
}

#[test]
fn computed_values_are_the_defaults() {
    let blocks = "CONSTRUCTOR { LOCAL q q = 3 x = y + q z = twice(x) FROM i = 0 TO 2 { row[i] = 7 } }
FUNCTION twice(a) { twice = 2 * a }
DESTRUCTOR { x = 0 }";
    let mechanism = made(blocks).unwrap();
    let found = ["x", "y", "z", "row[1]"].map(|name| default(&mechanism, name));
    assert_eq!(found, [5.0, 2.0, 10.0, 7.0]);
}

#[test]
fn a_constructor_that_cannot_be_run_is_an_error() {
    let endless = made("CONSTRUCTOR { WHILE (y > 0) { x = x + 1 } }").unwrap_err().to_string();
    assert!(endless.starts_with("Made cannot be made: its CONSTRUCTOR fails: "), "{endless}");
    let uneven = made("CONSTRUCTOR { row[1] = 4 }").unwrap_err().to_string();
    assert!(uneven.contains("gives the elements of row different values"), "{uneven}");
}
