//! `loligo mechanisms`: what a model can name.

use loligo::{Catalogue, Kind, Role, Signature};

use crate::failure::Failure;
use crate::terminal::say;

/// Lists the built-in mechanisms, or one of them.
pub fn mechanisms(name: Option<&str>) -> Result<(), Failure> {
    let catalogue = Catalogue::builtin();
    let Some(name) = name else {
        for mechanism in catalogue.iter() {
            print(mechanism.signature());
        }
        return Ok(());
    };
    let Some(found) = catalogue.find(name) else {
        let names: Vec<_> = catalogue.iter().map(|mechanism| mechanism.signature().name.as_str()).collect();
        return Err(Failure::Input(format!("there is no mechanism \"{name}\"; there are {}", names.join(", "))));
    };
    print(found.signature());
    Ok(())
}

fn print(signature: &Signature) {
    let entry = match signature.kind {
        Kind::Density | Kind::Ion => "[[cell.paint]]",
        Kind::Point { .. } => "[[cell.point]]",
        Kind::Artificial => "[[artificial_cell]]",
    };
    say!("{}: {}  {entry}", signature.name, signature.summary);
    for (column, variable) in signature.columns().enumerate() {
        let (role, value) = match variable.role {
            Role::Parameter => ("parameter", format!("= {}", variable.default)),
            Role::State => ("state", String::new()),
            Role::Pointer { .. } => ("pointer", String::new()),
            Role::Assigned | Role::Output => ("assigned", String::new()),
        };
        say!(
            "  {:<12} {:<22} {:<8} {role:<10} {}",
            signature.column_name(column),
            value,
            variable.unit,
            variable.meaning
        );
    }
    say!("");
}
