//! Finds the position of a variable in the arrays by its name.

use std::borrow::Cow;
use std::sync::Arc;

use loligo_engine::{CellBlueprint, Quantity};
use loligo_mechanisms::{Kind, Role, Signature};

/// A variable and its position.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) quantity: Quantity,
    pub(crate) unit: Arc<str>,
    pub(crate) role: Role,
}

/// Position of a point process: index into the cell's `placed`, and the instance.
pub(crate) type PointPlace = (usize, usize);

/// Finds a variable of a section: at `end` for the membrane potential and the membrane current in nA, in
/// the segment `node` for everything else.
pub(crate) fn at_section(cell: usize, blueprint: &CellBlueprint, end: u32, node: u32, variable: &str) -> Option<Found> {
    match variable {
        "v" => {
            let quantity = Quantity::Voltage { cell, node: end };
            return Some(Found { quantity, unit: "mV".into(), role: Role::State });
        }
        "i_cap" => {
            let quantity = Quantity::CapacitiveCurrent { cell, node };
            return Some(Found { quantity, unit: "mA/cm2".into(), role: Role::Assigned });
        }
        "i_membrane_" => {
            let quantity = Quantity::MembraneCurrent { cell, node: end };
            return Some(Found { quantity, unit: "nA".into(), role: Role::Assigned });
        }
        "i_membrane" => {
            let quantity = Quantity::MembraneCurrentDensity { cell, node };
            return Some(Found { quantity, unit: "mA/cm2".into(), role: Role::Assigned });
        }
        _ => {}
    }
    for (placed, mechanism) in blueprint.placed.iter().enumerate() {
        let signature = mechanism.mechanism.signature();
        let name = match signature.kind {
            Kind::Ion => Some(Cow::from(variable)),
            Kind::Density => without_suffix(signature, variable),
            Kind::Point { .. } | Kind::Artificial => None,
        };
        let column = name.and_then(|name| signature.column(&name));
        if let (Some(column), Ok(instance)) = (column, mechanism.nodes.binary_search(&node)) {
            let found = signature.variable(column);
            let quantity = Quantity::Membrane { cell, placed, column, instance };
            return Some(Found { quantity, unit: Arc::clone(&found.unit), role: found.role });
        }
    }
    None
}

/// Finds a variable of a point process.
pub(crate) fn of_point(cell: usize, blueprint: &CellBlueprint, place: PointPlace, variable: &str) -> Option<Found> {
    let (placed, instance) = place;
    let signature = blueprint.placed[placed].mechanism.signature();
    let column = signature.column(variable)?;
    let found = signature.variable(column);
    let quantity = Quantity::Membrane { cell, placed, column, instance };
    Some(Found { quantity, unit: Arc::clone(&found.unit), role: found.role })
}

/// The name of a density mechanism's variable without the mechanism's name: `m` of `m_hh`. The index of an array's element is
/// before the mechanism's name (`ca[0]_shells`) or, as in NEURON, after it (`ca_shells[0]`).
fn without_suffix<'a>(signature: &Signature, variable: &'a str) -> Option<Cow<'a, str>> {
    let index = if variable.ends_with(']') { variable.rfind('[')? } else { variable.len() };
    let (stem, index) = variable.split_at(index);
    let name = stem.strip_suffix(signature.name.as_str())?.strip_suffix('_')?;
    Some(if index.is_empty() { name.into() } else { format!("{name}{index}").into() })
}

/// The reason why a segment has no variable of that name, if a mechanism there provides one.
pub(crate) fn why_absent(blueprint: &CellBlueprint, node: u32, variable: &str) -> Option<String> {
    let here = blueprint.placed.iter().filter(|placed| placed.nodes.binary_search(&node).is_ok());
    here.map(|placed| placed.mechanism.signature()).find_map(|signature| {
        let name = &*without_suffix(signature, variable)?;
        let known = signature.absent.iter().find(|(absent, _)| absent == name).map(|(_, instead)| instead.clone());
        known.or_else(|| {
            signature.global(name)?;
            Some(format!(
                "it is a global, the same for all instances of {}; set it by set_global or [globals]",
                signature.name
            ))
        })
    })
}

/// The names of all variables of a section's segment, for suggestions.
pub(crate) fn names_at_section(blueprint: &CellBlueprint, node: u32) -> Vec<String> {
    let mut names = ["v", "i_cap", "i_membrane_", "i_membrane"].map(str::to_owned).to_vec();
    for mechanism in blueprint.placed.iter() {
        let signature = mechanism.mechanism.signature();
        if mechanism.nodes.binary_search(&node).is_err() {
            continue;
        }
        names.extend(signature.column_names().filter_map(|name| match signature.kind {
            Kind::Ion => Some(name),
            Kind::Density => Some(format!("{name}_{}", signature.name)),
            Kind::Point { .. } | Kind::Artificial => None,
        }));
    }
    names
}
