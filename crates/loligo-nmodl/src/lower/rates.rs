//! DERIVATIVE blocks: the rates of change of states.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Lowering;
use super::body::Mode;
use super::problem::LowerProblem;
use super::storage::Slot;
pub(super) use crate::lower::Rates;
use crate::model::{self, Expression, Reference, RoutineId, Statement, StatementKind, VariableId};
use crate::program::Place;
use crate::source::Span;

/// The states of equations, in the order of the text; a state with several equations is listed for each.
fn states_of(statements: &[Statement], states: &mut Vec<VariableId>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Derivative { state, .. } => {
                if let Reference::Variable(id) = state.reference {
                    states.push(id);
                }
            }
            StatementKind::If { then, otherwise, .. } => {
                states_of(then, states);
                states_of(otherwise, states);
            }
            StatementKind::While { body, .. } | StatementKind::From { body, .. } => states_of(body, states),
            _ => {}
        }
    }
}

impl Lowering<'_> {
    /// The places of the rates of a block.
    pub(super) fn rates(&mut self, id: RoutineId) -> Rc<Rates> {
        if let Some(known) = self.rates.get(&id) {
            return known.clone();
        }
        let mut states = Vec::new();
        states_of(&self.model.routine(id).body, &mut states);
        let mut places = BTreeMap::new();
        for &state in &states {
            places.entry(state).or_insert_with(|| self.rate_place(state));
        }
        let rates = Rc::new(Rates { states, places });
        self.rates.insert(id, rates.clone());
        rates
    }

    /// The place of a state's rate: a column if the text reads the rate, otherwise a temporary.
    fn rate_place(&mut self, state: VariableId) -> Place {
        if let Some(rate) = self.model.variable(state).rate
            && let Slot::Columns(range) = self.slots.slot(rate)
        {
            return Place::Column(range.first);
        }
        Place::Temporary(self.temporaries(1).first)
    }

    /// `x' = e`: stores the rate of change.
    pub(super) fn derivative(&mut self, state: &model::Place, value: &Expression, span: Span) {
        match self.body.mode.clone() {
            Mode::Cnexp => self.cnexp(state, value, span),
            Mode::Rates(rates) => {
                let x = self.real(value);
                let Reference::Variable(id) = state.reference else { return };
                if let Some(&place) = rates.places.get(&id) {
                    self.body.store(place, x);
                }
            }
            _ => self.report(LowerProblem::Misplaced { what: "an equation of a rate `'`".to_owned() }, span),
        }
    }
}
