//! The values that most instances have, for plans in which they are numbers.

use std::collections::{BTreeMap, BTreeSet};

use loligo_mechanisms::{Environment, Role, Signature};

use super::translate::{Known, Translation};
use crate::program::{Place, Programs, flow};

/// The columns that nothing changes during a run, with the values that they have in an instance with the usual parameters:
/// parameters, and variables that INITIAL alone computes from parameters, globals and the temperature.
pub fn constants(programs: &Programs, signature: &Signature, environment: &Environment) -> BTreeMap<u32, f64> {
    let mut filled: BTreeSet<usize> = signature.geometry.iter().map(|&(_, column)| column).collect();
    for ion in &signature.ions {
        filled.extend(ion.reads.iter().chain(&ion.writes).map(|&(_, column)| column));
        filled.extend(ion.current_slope);
    }
    let by_initialize = programs.hooks.initialize.map(|id| flow(programs, id).may_write).unwrap_or_default();
    let mut by_others = BTreeSet::new();
    for id in programs.roots() {
        if Some(id) != programs.hooks.initialize && Some(id) != programs.hooks.construct {
            by_others.extend(flow(programs, id).may_write);
        }
    }
    let columns = signature.columns().zip(signature.defaults()).enumerate();
    let parameters = columns.filter_map(|(column, (variable, default))| {
        let place = Place::Column(column as u32);
        let is_kept = variable.role == Role::Parameter
            && !filled.contains(&column)
            && !by_initialize.contains(&place)
            && !by_others.contains(&place);
        is_kept.then(|| (column as u32, environment.usual_values.get(column).copied().unwrap_or(default)))
    });
    let mut values: BTreeMap<u32, f64> = parameters.collect();
    let computed = initial_numbers(programs, environment, &values);
    values.extend(computed.into_iter().filter(|&(column, _)| {
        signature.variable(column as usize).role == Role::Assigned
            && !filled.contains(&(column as usize))
            && !by_others.contains(&Place::Column(column))
    }));
    values
}

/// The columns to which INITIAL assigns a number that depends on nothing but known values.
fn initial_numbers(programs: &Programs, environment: &Environment, parameters: &BTreeMap<u32, f64>) -> Vec<(u32, f64)> {
    let Some(initialize) = programs.hooks.initialize else { return Vec::new() };
    let mut translation = Translation::new(programs, Known::of(environment, parameters));
    let Ok(v) = translation.read(Place::Voltage) else { return Vec::new() };
    if translation.run_hook(initialize, v, false).is_err() {
        return Vec::new();
    }
    let columns = translation.columns();
    let numbers = columns.iter().filter_map(|&(column, value)| Some((column, translation.graph.number(value)?)));
    numbers.collect()
}
