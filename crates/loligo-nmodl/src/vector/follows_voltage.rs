//! Finds variables that follow the voltage: steady states, time constants and rates, which nothing reads before they are
//! computed again.

use std::collections::{BTreeMap, BTreeSet};

use loligo_mechanisms::{Environment, Role, Signature};

use super::graph::{Input, Node};
use super::translate::{Known, Translation};
use crate::program::{Place, Programs, flow};

/// The variables that the states' hook alone computes in a step, from the voltage, parameters and what INITIAL computes
/// from these, and that no code reads before it has computed them. Procedures that a user calls may change them too.
pub fn follows_voltage(programs: &Programs, signature: &Signature, environment: &Environment) -> Vec<usize> {
    let hooks = &programs.hooks;
    let Some(advance) = hooks.advance else { return Vec::new() };
    let mut read: BTreeSet<Place> = programs.kept_voltage.map(Place::Column).into_iter().collect();
    let mut changed: BTreeSet<Place> = BTreeSet::new();
    let mut changed_by_others: BTreeSet<Place> = BTreeSet::new();
    for id in programs.roots() {
        let own = flow(programs, id);
        read.extend(own.reads_first);
        if Some(id) != hooks.initialize && Some(id) != hooks.construct {
            changed.extend(&own.may_write);
            if id != advance && !hooks.procedures.contains(&id) {
                changed_by_others.extend(&own.may_write);
            }
        }
    }
    read.extend(programs.currents.iter().map(|current| current.place));
    let mut shared: BTreeSet<usize> = signature.diffusion.iter().copied().collect();
    shared.extend(signature.geometry.iter().map(|&(_, column)| column));
    shared.extend(signature.held.iter().map(|held| held.source));
    for ion in &signature.ions {
        shared.extend(ion.reads.iter().chain(&ion.writes).map(|&(_, column)| column));
        shared.extend(ion.current_slope);
    }
    let none = BTreeMap::new();
    let mut translation = Translation::new(programs, Known::of(environment, &none));
    let Ok(v) = translation.read(Place::Voltage) else { return Vec::new() };
    if translation.run_hook(advance, v, false).is_err() || !translation.exceptions().is_empty() {
        return Vec::new();
    }
    let is_constant = |column: u32| {
        let place = Place::Column(column);
        !changed.contains(&place) && !shared.contains(&(column as usize))
    };
    // By value: true for functions of the voltage and constants.
    let mut follows: Vec<bool> = Vec::new();
    for node in translation.graph.nodes() {
        follows.push(match node {
            Node::Input(Input::Column(column)) => is_constant(*column),
            Node::Input(Input::Time) => false,
            other => {
                let mut all = true;
                other.operands(|operand| all &= follows[operand.index()]);
                all
            }
        });
    }
    let columns = translation.columns().into_iter().filter(|&(column, value)| {
        let place = Place::Column(column);
        follows[value.index()]
            && signature.variable(column as usize).role == Role::Assigned
            && !shared.contains(&(column as usize))
            && !read.contains(&place)
            && !changed_by_others.contains(&place)
    });
    columns.map(|(column, _)| column as usize).collect()
}
