//! The order in which NEURON numbers states.

use std::collections::HashMap;

use super::Resolver;
use crate::model::{Role, VariableId};
use crate::syntax::File;

impl Resolver<'_> {
    /// Sorts states by their first letter; of states with the same first letter, the one whose name first occurs later
    /// in the text comes first.
    pub(super) fn number_states(&mut self, file: &File) {
        let first: HashMap<&str, usize> =
            file.names.iter().enumerate().map(|(index, name)| (&*name.text, index)).collect();
        let is_state = |&(_, variable): &(usize, &crate::model::Variable)| variable.role == Role::State;
        let states = self.model.variables.iter().enumerate().filter(is_state);
        let mut order: Vec<_> = states
            .map(|(index, variable)| {
                let letter = variable.name.bytes().next();
                let later = std::cmp::Reverse(first.get(&*variable.name).copied());
                (letter, later, VariableId(index as u32)) // at most one per byte of text
            })
            .collect();
        order.sort();
        self.model.state_order = order.into_iter().map(|(_, _, id)| id).collect();
    }
}
