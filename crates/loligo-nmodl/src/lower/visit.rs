//! Visits the routines and variables that statements use.

use crate::model::{
    Expression, ExpressionKind, IntegerExpression, Place, Reference, RoutineId, Statement, StatementKind, VariableId,
};

/// An item that a statement uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Used {
    /// A routine that is called or solved.
    Routine(RoutineId),
    /// A variable that is read or assigned to.
    Variable(VariableId),
    /// An operation that is only possible while events are handled.
    Events,
}

/// Visits all items that statements use.
pub(super) fn statements(statements: &[Statement], visit: &mut impl FnMut(Used)) {
    for statement in statements {
        self::statement(&statement.kind, visit);
    }
}

fn statement(kind: &StatementKind, visit: &mut impl FnMut(Used)) {
    match kind {
        StatementKind::Assign { target, value }
        | StatementKind::Derivative { state: target, value }
        | StatementKind::Discontinuity { target, value } => {
            place(target, visit);
            expression(value, visit);
        }
        StatementKind::Equation { left, right } => {
            expression(left, visit);
            expression(right, visit);
        }
        StatementKind::Reaction { left, right, rates, .. } => {
            left.iter().chain(right).for_each(|reactant| place(&reactant.place, visit));
            rates.iter().for_each(|rate| expression(rate, visit));
        }
        StatementKind::Compartment { volume, states, .. }
        | StatementKind::Diffusion { coefficient: volume, states, .. } => {
            expression(volume, visit);
            states.iter().for_each(|&state| visit(Used::Variable(state)));
        }
        StatementKind::Conserve { terms, total } => {
            terms.iter().for_each(|term| place(&term.place, visit));
            expression(total, visit);
        }
        StatementKind::Call(call) => expression(call, visit),
        StatementKind::If { condition, then, otherwise } => {
            expression(condition, visit);
            statements(then, visit);
            statements(otherwise, visit);
        }
        StatementKind::While { condition, body } => {
            expression(condition, visit);
            statements(body, visit);
        }
        StatementKind::From { from, to, by, body, .. } => {
            [Some(from), Some(to), by.as_ref()].into_iter().flatten().for_each(|bound| integer(bound, visit));
            statements(body, visit);
        }
        StatementKind::Solve(solve) => visit(Used::Routine(solve.routine)),
        StatementKind::Watch(conditions) => {
            visit(Used::Events);
            conditions.iter().for_each(|(_, flag)| expression(flag, visit));
        }
        StatementKind::ForNetcons(body) => {
            visit(Used::Events);
            statements(body, visit);
        }
        StatementKind::NetSend { delay, flag } | StatementKind::SendAt { at: delay, flag } => {
            visit(Used::Events);
            expression(delay, visit);
            expression(flag, visit);
        }
        StatementKind::NetEvent(at) | StatementKind::NetMove(at) => {
            visit(Used::Events);
            expression(at, visit);
        }
    }
}

/// Visits all items that an expression uses.
pub(super) fn expression(used: &Expression, visit: &mut impl FnMut(Used)) {
    match &used.kind {
        ExpressionKind::Number { .. } | ExpressionKind::Text(_) => {}
        ExpressionKind::Read(read) => place(read, visit),
        ExpressionKind::Call(routine, arguments) => {
            visit(Used::Routine(*routine));
            arguments.iter().for_each(|argument| expression(argument, visit));
        }
        ExpressionKind::Library(_, arguments) => arguments.iter().for_each(|argument| expression(argument, visit)),
        ExpressionKind::Parentheses(inner) | ExpressionKind::Unary(_, inner) => expression(inner, visit),
        ExpressionKind::Binary(_, left, right) => {
            expression(left, visit);
            expression(right, visit);
        }
    }
}

fn place(place: &Place, visit: &mut impl FnMut(Used)) {
    if let Reference::Variable(variable) = place.reference {
        visit(Used::Variable(variable));
    }
    if let Some(index) = &place.index {
        integer(index, visit);
    }
}

fn integer(index: &IntegerExpression, visit: &mut impl FnMut(Used)) {
    match index {
        IntegerExpression::Number(_) | IntegerExpression::Counter(_) => {}
        IntegerExpression::Truncated(inner) => expression(inner, visit),
        IntegerExpression::Negated(inner) => integer(inner, visit),
        IntegerExpression::Binary(_, left, right) => {
            integer(left, visit);
            integer(right, visit);
        }
    }
}
