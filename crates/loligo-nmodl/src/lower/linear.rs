//! LINEAR blocks: translates equations into rows of coefficients.

use std::collections::BTreeMap;

use super::Lowering;
use super::expression::Location;
use super::paste::number;
use super::problem::LowerProblem;
use crate::lower::equations::LinearSystem;
use crate::model::{
    self, Expression, ExpressionKind, IntegerExpression, Model, Reference, Role, Statement, StatementKind, VariableId,
};
use crate::program::{Array, Binary, IntegerBinary, Operation, Place};
use crate::source::Span;
use crate::syntax::{BinaryOperator, UnaryOperator};

/// Collects the terms of a sum; `true` marks a term that is subtracted.
fn terms<'a>(expression: &'a Expression, is_negative: bool, found: &mut Vec<(&'a Expression, bool)>) {
    match &expression.kind {
        ExpressionKind::Binary(BinaryOperator::Add, left, right) => {
            terms(left, is_negative, found);
            terms(right, is_negative, found);
        }
        ExpressionKind::Binary(BinaryOperator::Subtract, left, right) => {
            terms(left, is_negative, found);
            terms(right, !is_negative, found);
        }
        ExpressionKind::Unary(UnaryOperator::Negate, inner) => found.push((inner, !is_negative)),
        _ => found.push((expression, is_negative)),
    }
}

/// The first state that an expression reads; elements of arrays come before scalar states.
fn state_of(model: &Model, expression: &Expression) -> Option<model::Place> {
    let mut states = Vec::new();
    collect_states(model, expression, &mut states);
    let indexed = states.iter().position(|place| place.index.is_some());
    let at = indexed.or_else(|| (!states.is_empty()).then_some(0))?;
    Some(states.swap_remove(at))
}

fn collect_states(model: &Model, expression: &Expression, states: &mut Vec<model::Place>) {
    match &expression.kind {
        ExpressionKind::Read(place) => {
            if let Reference::Variable(id) = place.reference
                && model.variable(id).role == Role::State
            {
                states.push(place.clone());
            }
        }
        ExpressionKind::Call(_, arguments) | ExpressionKind::Library(_, arguments) => {
            arguments.iter().for_each(|argument| collect_states(model, argument, states));
        }
        ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => collect_states(model, inner, states),
        ExpressionKind::Binary(_, left, right) => {
            collect_states(model, left, states);
            collect_states(model, right, states);
        }
        ExpressionKind::Number { .. } | ExpressionKind::Text(_) => {}
    }
}

/// A term with the state replaced by 1.
fn without_state(expression: &Expression, state: VariableId) -> Expression {
    let replaced = |inner: &Expression| Box::new(without_state(inner, state));
    let span = expression.span;
    let kind = match &expression.kind {
        ExpressionKind::Read(place) if place.reference == Reference::Variable(state) => return number(1.0, span),
        ExpressionKind::Parentheses(inner) => ExpressionKind::Parentheses(replaced(inner)),
        ExpressionKind::Unary(operator, inner) => ExpressionKind::Unary(*operator, replaced(inner)),
        ExpressionKind::Binary(operator, left, right) => {
            ExpressionKind::Binary(*operator, replaced(left), replaced(right))
        }
        kind => kind.clone(),
    };
    Expression { kind, span }
}

/// Calls `visit` with every equation, and with `true` if it stands in a loop or a branch.
pub(super) fn equations<'a>(
    statements: &'a [Statement],
    is_nested: bool,
    visit: &mut impl FnMut(&'a Expression, &'a Expression, bool),
) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Equation { left, right } => visit(left, right, is_nested),
            StatementKind::If { then, otherwise, .. } => {
                equations(then, true, visit);
                equations(otherwise, true, visit);
            }
            StatementKind::While { body, .. } | StatementKind::From { body, .. } => equations(body, true, visit),
            _ => {}
        }
    }
}

impl Lowering<'_> {
    /// The unknowns of a block's linear equations, in the order of their first use, and the number of equations; `None`
    /// if an equation stands in a loop or a branch.
    pub(super) fn linear_system(&mut self, statements: &[Statement]) -> (LinearSystem, Option<usize>) {
        let (mut states, mut count, mut any_nested) = (Vec::new(), 0, false);
        let model = self.model;
        equations(statements, false, &mut |left, right, is_nested| {
            count += 1;
            any_nested |= is_nested;
            let mut found = Vec::new();
            terms(left, false, &mut found);
            terms(right, false, &mut found);
            for (term, _) in found {
                if let Some(Reference::Variable(id)) = state_of(model, term).map(|place| place.reference)
                    && !states.contains(&id)
                {
                    states.push(id);
                }
            }
        });
        let mut unknowns = 0;
        let mut columns = BTreeMap::new();
        for &state in &states {
            columns.insert(state, unknowns);
            unknowns += model.variable(state).elements() as u32;
        }
        let coefficients = self.temporaries(unknowns * (unknowns + 1));
        let system = LinearSystem { columns, states, unknowns, coefficients };
        (system, (!any_nested).then_some(count))
    }

    /// `~ left = right`: adds a row with the coefficients of -left + right and the right-hand side.
    pub(super) fn linear_equation(&mut self, system: &LinearSystem, left: &Expression, right: &Expression, span: Span) {
        for (side, is_left) in [(left, true), (right, false)] {
            let mut found = Vec::new();
            terms(side, false, &mut found);
            for (term, is_negative) in found {
                let state = state_of(self.model, term);
                let is_added = is_left == is_negative;
                match state {
                    Some(state) => {
                        let Reference::Variable(id) = state.reference else { continue };
                        let at = self.coefficient(system, id, state.index.as_deref());
                        let x = self.real(&without_state(term, id));
                        self.accumulate(at, if is_added { Binary::Add } else { Binary::Subtract }, x);
                    }
                    None => {
                        let x = self.real(term);
                        let at = self.row_element(system, Column::Known(system.unknowns));
                        self.accumulate(at, if is_added { Binary::Subtract } else { Binary::Add }, x);
                    }
                }
            }
        }
        self.next_row(span);
    }

    /// Moves to the next row.
    pub(super) fn next_row(&mut self, _: Span) {
        self.body.next_row += 1;
        if let Some(row) = self.body.row {
            let one = self.body.whole(1);
            self.body.emit(Operation::IntegerBinary { to: row, function: IntegerBinary::Add, x: row, y: one });
        }
    }

    fn coefficient(&mut self, system: &LinearSystem, state: VariableId, index: Option<&IntegerExpression>) -> Location {
        let first = system.columns.get(&state).copied().unwrap_or(0);
        let column = match index {
            None => Column::Known(first),
            Some(IntegerExpression::Number(number)) => {
                let number = u32::try_from(*number).unwrap_or(u32::MAX);
                Column::Known(first.saturating_add(number).min(system.unknowns))
            }
            Some(index) => {
                let first = self.body.whole(first as i32);
                let index = self.integer(index);
                Column::Computed(self.body.integer_binary(IntegerBinary::Add, first, index))
            }
        };
        self.row_element(system, column)
    }

    /// An element of the current row.
    fn row_element(&mut self, system: &LinearSystem, column: Column) -> Location {
        let width = system.unknowns + 1;
        if let (None, Column::Known(column)) = (self.body.row, column) {
            let number = (self.body.next_row * width + column).min(system.coefficients.length.saturating_sub(1));
            return Location::Place(Place::Temporary(system.coefficients.first + number));
        }
        let row = self.body.row.unwrap_or_else(|| self.body.whole(self.body.next_row as i32));
        let column = match column {
            Column::Known(column) => self.body.whole(column as i32),
            Column::Computed(column) => column,
        };
        let width = self.body.whole(width as i32);
        let begin = self.body.integer_binary(IntegerBinary::Multiply, row, width);
        let index = self.body.integer_binary(IntegerBinary::Add, begin, column);
        Location::Element(Array::Temporaries(system.coefficients), index)
    }

    /// Replaces the number at a location by a function of it and x.
    pub(super) fn accumulate(&mut self, at: Location, function: Binary, x: crate::program::Real) {
        let before = self.load(Some(at));
        let after = self.body.binary(function, before, x);
        self.put(at, after);
    }

    /// Stores a number at a location of temporaries.
    pub(super) fn put(&mut self, at: Location, x: crate::program::Real) {
        match at {
            Location::Place(place) => self.body.store(place, x),
            Location::Element(to, index) => self.body.emit(Operation::StoreElement { to, index, x }),
            Location::Real(to) => self.body.emit(Operation::Copy { to, x }),
            Location::Counter(to) => self.body.emit(Operation::Truncate { to, x }),
            Location::Constant(_) => {}
        }
    }

    /// Reports an error if the number of equations differs from the number of unknowns.
    pub(super) fn check_balance(&mut self, equations: Option<usize>, unknowns: usize, span: Span) {
        if let Some(equations) = equations.filter(|&equations| equations != unknowns) {
            self.report(LowerProblem::Unbalanced { equations, unknowns }, span);
        }
    }
}

/// A column of a row of coefficients.
#[derive(Clone, Copy)]
enum Column {
    Known(u32),
    Computed(crate::program::Integer),
}
