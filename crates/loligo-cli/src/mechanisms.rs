//! `loligo mechanisms`: the mechanisms available to a model.

use std::path::PathBuf;

use loligo::kernels::{FunctionTableSlot, VectorSlot};
use loligo::{Catalogue, Kind, Role, Signature};
use loligo_nmodl::library::{THEMES, Theme};

use crate::failure::Failure;
use crate::terminal::say;

/// Lists the built-in mechanisms and those of `.mod` files, or one of them; without files also the themes of Loligo's own.
pub fn mechanisms(name: Option<&str>, from: &[PathBuf]) -> Result<(), Failure> {
    let loaded = loligo_nmodl::load(Catalogue::builtin(), from);
    let catalogue = loaded.map_err(|errors| Failure::Input(errors.to_string()))?.catalogue;
    let Some(name) = name else {
        for mechanism in catalogue.iter() {
            print(mechanism.signature());
        }
        if from.is_empty() {
            say!("Loligo's own mechanisms in NMODL, for the key `mechanisms` of a model and for --from:");
            for Theme { name, summary, .. } in THEMES {
                say!("  {:<22} {summary}", format!("loligo:{name}"));
            }
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
    for line in handed_in(signature) {
        say!("{line}");
    }
    say!("");
}

/// The lists of numbers and function tables that a mechanism takes.
fn handed_in(signature: &Signature) -> impl Iterator<Item = String> {
    let line = |name: &str, unit: &str, role, meaning: &str| format!("  {name:<35} {unit:<8} {role:<10} {meaning}");
    let vectors = signature.vectors.iter();
    let vectors = vectors.map(move |VectorSlot { name, unit, meaning, .. }| line(name, unit, "list", meaning));
    let tables = signature.tables.iter().map(move |FunctionTableSlot { name, arguments, unit, meaning }| {
        line(&format!("{name}({})", arguments.join(", ")), unit, "table", meaning)
    });
    vectors.chain(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_tables_are_listed() {
        let signature = Signature {
            vectors: vec![VectorSlot::times("onsets", "when it begins")],
            tables: vec![FunctionTableSlot::new("mtau", &["v", "celsius"], "ms", "time constant")],
            ..Signature::new("named", "takes both", Kind::Density)
        };
        let expected = [
            "  onsets                              ms       list       when it begins",
            "  mtau(v, celsius)                    ms       table      time constant",
        ];
        assert_eq!(handed_in(&signature).collect::<Vec<_>>(), expected);
    }
}
