//! Statements of kinetic schemes and systems of equations.

use super::MeaningProblem;
use super::body::Body;
use crate::model::{
    Expression, ExpressionKind, Place, Reactant, Reference, Role, RoutineKind, StatementKind, VariableId,
};
use crate::source::Span;
use crate::syntax::{self, Arrow, BinaryOperator, Name};

impl Body<'_, '_> {
    pub(super) fn scheme(&mut self, statement: &syntax::StatementKind, span: Span) -> Option<StatementKind> {
        use syntax::StatementKind as From;
        let is_kinetic = self.kind == RoutineKind::Kinetic;
        match statement {
            From::Equation { left, right } => {
                if !matches!(self.kind, RoutineKind::Linear | RoutineKind::Nonlinear) {
                    self.misplaced("an equation with ~", "write it in a LINEAR or NONLINEAR block", span);
                    return None;
                }
                let (left, right) = (self.expression(left), self.expression(right));
                self.mark_states(left.as_ref());
                self.mark_states(right.as_ref());
                Some(StatementKind::Equation { left: left?, right: right? })
            }
            _ if !is_kinetic => {
                self.misplaced("this statement", "write it in a KINETIC block", span);
                None
            }
            From::Reaction { left, arrow, right, rates } => {
                let changes = |side: &[syntax::Reactant], body: &mut Self| -> Option<Vec<Reactant>> {
                    let list: Vec<_> = side.iter().map(|reactant| body.reactant(reactant)).collect();
                    list.into_iter().collect()
                };
                let (left, right) = (changes(left, self), changes(right, self));
                let rates: Vec<_> = rates.iter().map(|rate| self.expression(rate)).collect();
                let rates = rates.into_iter().collect::<Option<Vec<_>>>()?;
                if *arrow == Arrow::Both {
                    rates.iter().filter(|rate| is_sum(rate)).for_each(|rate| {
                        self.report(MeaningProblem::PastedRate, rate.span);
                    });
                }
                Some(StatementKind::Reaction { left: left?, arrow: *arrow, right: right?, rates })
            }
            From::Compartment { index, volume: value, states }
            | From::Diffusion { index, coefficient: value, states } => {
                let is_volume = matches!(statement, From::Compartment { .. });
                let (index, value) = self.within(|inner| {
                    let index = index.as_ref().map(|name| inner.local(name.text.clone(), name.span, None, true));
                    (index, inner.expression(value))
                });
                let states: Vec<VariableId> = states.iter().filter_map(|name| self.member(name, !is_volume)).collect();
                let value = value?;
                Some(match is_volume {
                    true => StatementKind::Compartment { index, volume: value, states },
                    false => StatementKind::Diffusion { index, coefficient: value, states },
                })
            }
            From::Conserve { terms, total } => {
                let terms: Vec<_> = terms.iter().map(|term| self.conserved(term)).collect();
                let total = self.expression(total)?;
                Some(StatementKind::Conserve { terms: terms.into_iter().collect::<Option<_>>()?, total })
            }
            _ => None,
        }
    }

    /// A variable of COMPARTMENT or LONGITUDINAL_DIFFUSION.
    fn member(&mut self, name: &Name, must_be_state: bool) -> Option<VariableId> {
        let Reference::Variable(id) = self.find(name)? else {
            let (found, expected) = ("a local variable", "a state");
            self.report(MeaningProblem::WrongKind { name: name.text.to_string(), found, expected }, name.span);
            return None;
        };
        if must_be_state && self.resolver.model.variable(id).role != Role::State {
            let (found, expected) = ("no state", "a state");
            self.report(MeaningProblem::WrongKind { name: name.text.to_string(), found, expected }, name.span);
            return None;
        }
        Some(id)
    }

    fn reactant(&mut self, reactant: &syntax::Reactant) -> Option<Reactant> {
        let target = &reactant.target;
        let place = self.read(&target.name, target.index.as_ref())?;
        self.reactant_at(reactant, place)
    }

    /// A term of CONSERVE; an array without an index means the sum of its elements.
    fn conserved(&mut self, reactant: &syntax::Reactant) -> Option<Reactant> {
        let target = &reactant.target;
        if target.index.is_none()
            && let Some(&id) = self.resolver.variables.get(&target.name.text)
            && self.resolver.model.variable(id).length.is_some()
        {
            let place = Place { reference: Reference::Variable(id), index: None };
            return self.reactant_at(reactant, place);
        }
        self.reactant(reactant)
    }

    fn reactant_at(&mut self, reactant: &syntax::Reactant, place: Place) -> Option<Reactant> {
        let count = match reactant.count.as_ref().map(|count| (count.value, count.span)) {
            None => 1,
            Some((value @ 1..=99, _)) => value as u32, // within the range of the pattern
            Some((_, span)) => {
                let (found, expected) = (0, "a count of 1 to 99".to_owned());
                self.report(MeaningProblem::Arguments { name: "a reaction".to_owned(), expected, found }, span);
                return None;
            }
        };
        let mut is_state = false;
        if let Reference::Variable(id) = place.reference {
            let variable = self.resolver.variable(id);
            is_state = variable.role == Role::State;
            variable.is_written |= is_state;
        }
        Some(Reactant { count, has_count: reactant.count.is_some(), place, is_state })
    }

    /// Marks the states of an equation as solved.
    fn mark_states(&mut self, expression: Option<&Expression>) {
        let Some(expression) = expression else { return };
        match &expression.kind {
            ExpressionKind::Read(Place { reference: Reference::Variable(id), .. }) => {
                let variable = self.resolver.variable(*id);
                variable.is_written |= variable.role == Role::State;
            }
            ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => self.mark_states(Some(inner)),
            ExpressionKind::Binary(_, left, right) => {
                self.mark_states(Some(left));
                self.mark_states(Some(right));
            }
            _ => {}
        }
    }
}

/// `true` if an expression is a sum or difference without parentheses around it.
fn is_sum(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::Binary(BinaryOperator::Add | BinaryOperator::Subtract, ..))
}
