//! From the name of a variable to its place in the arrays.

use loligo_engine::{CellBlueprint, Quantity};
use loligo_mechanisms::{Kind, Role};

/// A variable that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) quantity: Quantity,
    pub(crate) unit: &'static str,
    pub(crate) role: Role,
}

/// A point process's place: index into the cell's `placed`, and the instance.
pub(crate) type PointPlace = (usize, usize);

/// Finds a variable of a section: at `end` for the membrane potential, in the segment `node` for everything else.
pub(crate) fn at_section(cell: usize, blueprint: &CellBlueprint, end: u32, node: u32, variable: &str) -> Option<Found> {
    match variable {
        "v" => {
            let quantity = Quantity::Voltage { cell, node: end };
            return Some(Found { quantity, unit: "mV", role: Role::State });
        }
        "i_cap" => {
            let quantity = Quantity::CapacitiveCurrent { cell, node };
            return Some(Found { quantity, unit: "mA/cm2", role: Role::Assigned });
        }
        _ => {}
    }
    for (placed, mechanism) in blueprint.placed.iter().enumerate() {
        let description = mechanism.mechanism.description();
        let name = match description.kind {
            Kind::Ion => Some(variable),
            Kind::Density => variable.strip_suffix(description.name).and_then(|rest| rest.strip_suffix('_')),
            Kind::Point { .. } | Kind::Artificial => None,
        };
        let column = name.and_then(|name| description.column(name));
        if let (Some(column), Ok(instance)) = (column, mechanism.nodes.binary_search(&node)) {
            let found = &description.variables[column];
            let quantity = Quantity::Membrane { cell, placed, column, instance };
            return Some(Found { quantity, unit: found.unit, role: found.role });
        }
    }
    None
}

/// Finds a variable of a point process.
pub(crate) fn of_point(cell: usize, blueprint: &CellBlueprint, place: PointPlace, variable: &str) -> Option<Found> {
    let (placed, instance) = place;
    let description = blueprint.placed[placed].mechanism.description();
    let column = description.column(variable)?;
    let found = &description.variables[column];
    Some(Found { quantity: Quantity::Membrane { cell, placed, column, instance }, unit: found.unit, role: found.role })
}

/// The names of all variables of a section's segment, for suggestions.
pub(crate) fn names_at_section(blueprint: &CellBlueprint, node: u32) -> Vec<String> {
    let mut names = vec!["v".to_owned(), "i_cap".to_owned()];
    for mechanism in blueprint.placed.iter() {
        let description = mechanism.mechanism.description();
        if mechanism.nodes.binary_search(&node).is_err() {
            continue;
        }
        names.extend(description.variables.iter().filter_map(|variable| match description.kind {
            Kind::Ion => Some(variable.name.to_owned()),
            Kind::Density => Some(format!("{}_{}", variable.name, description.name)),
            Kind::Point { .. } | Kind::Artificial => None,
        }));
    }
    names
}

/// The candidate most like `name`, if any is like it.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let likeness = |candidate: &str| strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase());
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

/// What may be meant by names that nothing has, where there may be many of them, and many candidates: those that come after
/// some million comparisons get no suggestion.
#[derive(Clone, Debug)]
pub(crate) struct Suggestions {
    comparisons_left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { comparisons_left: 5_000_000 }
    }
}

impl Suggestions {
    /// The candidate most like `name`, if any is like it.
    pub(crate) fn closest<'a>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
        let compared = candidates.into_iter().take(self.comparisons_left);
        closest(name, compared.inspect(|_| self.comparisons_left -= 1))
    }
}
