//! States among the reactants of a scheme.

use crate::model::{Reactant, Reference, VariableId};

/// The variable of a reactant, if the reactant is a state.
pub(super) fn state_of(reactant: &Reactant) -> Option<VariableId> {
    match reactant.place.reference {
        Reference::Variable(id) if reactant.is_state => Some(id),
        _ => None,
    }
}
