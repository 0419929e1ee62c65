//! `loligo mechanisms`: what a model can name.

use loligo::{Catalogue, Description, Kind, Role};

use crate::failure::Failure;
use crate::terminal::say;

/// Lists the built-in mechanisms, or one of them.
pub fn mechanisms(name: Option<&str>) -> Result<(), Failure> {
    let catalogue = Catalogue::builtin();
    let Some(name) = name else {
        for mechanism in catalogue.iter() {
            print(mechanism.description());
        }
        return Ok(());
    };
    let Some(found) = catalogue.find(name) else {
        let names: Vec<_> = catalogue.iter().map(|mechanism| mechanism.description().name).collect();
        return Err(Failure::Input(format!("there is no mechanism \"{name}\"; there are {}", names.join(", "))));
    };
    print(found.description());
    Ok(())
}

fn print(description: &Description) {
    let entry = match description.kind {
        Kind::Density | Kind::Ion => "[[cell.paint]]",
        Kind::Point { .. } => "[[cell.point]]",
        Kind::Artificial => "[[artificial_cell]]",
    };
    say!("{}: {}  {entry}", description.name, description.summary);
    for variable in description.variables {
        let (role, value) = match variable.role {
            Role::Parameter => ("parameter", format!("= {}", variable.default)),
            Role::State => ("state", String::new()),
            Role::Assigned => ("assigned", String::new()),
        };
        say!("  {:<12} {:<22} {:<8} {role:<10} {}", variable.name, value, variable.unit, variable.meaning);
    }
    say!("");
}
