//! METHOD cnexp: splits each equation, as it is written, into a x + b, where x is the state, and advances the state by
//! the exact solution of x' = a x + b.

use super::Lowering;
use super::paste::{binary, multiply, negate, number};
use super::problem::LowerProblem;
use crate::model::{self, Expression, ExpressionKind, RoutineId, Statement, StatementKind};
use crate::program::{Binary, Place, Unary};
use crate::source::Span;
use crate::syntax::{BinaryOperator, UnaryOperator};

/// An expression split by its dependence on a state; a missing part is 0.
#[derive(Debug, Default)]
struct Split {
    /// Its derivative with respect to the state.
    derivative: Option<Expression>,
    /// The coefficient of the state.
    coefficient: Option<Expression>,
    /// The part without the state.
    rest: Option<Expression>,
    /// `true` if two factors of a product both depend on the state.
    is_product: bool,
}

impl Split {
    fn rest(rest: &Expression) -> Self {
        Self { rest: Some(rest.clone()), ..Self::default() }
    }

    fn map(self, wrap: impl Fn(Expression) -> Expression) -> Self {
        Self {
            derivative: self.derivative.map(&wrap),
            coefficient: self.coefficient.map(&wrap),
            rest: self.rest.map(&wrap),
            ..self
        }
    }

    fn depends(&self) -> bool {
        self.derivative.is_some()
    }
}

/// Splits an expression; `None` if that is not possible.
fn split(expression: &Expression, state: &model::Place) -> Option<Split> {
    let span = expression.span;
    match &expression.kind {
        ExpressionKind::Number { value, .. } if *value == 0.0 => Some(Split::default()),
        ExpressionKind::Read(place) if place.reference == state.reference && place.index.is_none() => {
            let one = number(1.0, span);
            Some(Split { derivative: Some(one.clone()), coefficient: Some(one), ..Split::default() })
        }
        ExpressionKind::Number { .. } | ExpressionKind::Read(_) | ExpressionKind::Text(_) => {
            Some(Split::rest(expression))
        }
        ExpressionKind::Parentheses(inner) => Some(split(inner, state)?.map(|part| {
            let span = part.span;
            Expression { kind: ExpressionKind::Parentheses(Box::new(part)), span }
        })),
        ExpressionKind::Unary(UnaryOperator::Negate, inner) => Some(split(inner, state)?.map(negate)),
        ExpressionKind::Unary(UnaryOperator::Not, inner) => opaque(expression, &[inner], state),
        ExpressionKind::Call(_, arguments) | ExpressionKind::Library(_, arguments) => {
            opaque(expression, &arguments.iter().collect::<Vec<_>>(), state)
        }
        ExpressionKind::Binary(operator, left, right) => match operator {
            BinaryOperator::Add => Some(sum(split(left, state)?, split(right, state)?, false)),
            BinaryOperator::Subtract => Some(sum(split(left, state)?, split(right, state)?, true)),
            BinaryOperator::Multiply => Some(product((split(left, state)?, left), (split(right, state)?, right))),
            BinaryOperator::Divide => {
                let (left, divisor) = (split(left, state)?, split(right, state)?);
                let is_product = left.is_product || divisor.is_product;
                let by = |part: Expression| binary(BinaryOperator::Divide, part, (**right).clone());
                (!divisor.depends()).then(|| Split { is_product, ..left.map(by) })
            }
            _ => opaque(expression, &[left, right], state),
        },
    }
}

/// The split of an expression of another kind; `None` if the state occurs in one of its parts.
fn opaque(expression: &Expression, parts: &[&Expression], state: &model::Place) -> Option<Split> {
    let mut parts = parts.iter();
    parts.all(|part| split(part, state).is_some_and(|split| !split.depends())).then(|| Split::rest(expression))
}

fn sum(left: Split, right: Split, is_difference: bool) -> Split {
    let add = |left: Option<Expression>, right: Option<Expression>| match (left, right, is_difference) {
        (Some(left), Some(right), false) => Some(binary(BinaryOperator::Add, left, right)),
        (Some(left), Some(right), true) => Some(binary(BinaryOperator::Subtract, left, right)),
        (left, None, _) => left,
        (None, Some(right), true) => Some(negate(right)),
        (None, right, false) => right,
    };
    Split {
        derivative: add(left.derivative, right.derivative),
        coefficient: add(left.coefficient, right.coefficient),
        rest: add(left.rest, right.rest),
        is_product: left.is_product || right.is_product,
    }
}

fn product((left, first): (Split, &Expression), (right, second): (Split, &Expression)) -> Split {
    let derivative = match (left.derivative, right.derivative) {
        (Some(l), Some(r)) => {
            let (l, r) = (multiply(l, second.clone()), multiply(first.clone(), r));
            Some(binary(BinaryOperator::Add, l, r))
        }
        (Some(l), None) => Some(multiply(l, second.clone())),
        (None, Some(r)) => Some(multiply(first.clone(), r)),
        (None, None) => None,
    };
    let is_own = left.coefficient.is_some() && right.coefficient.is_some();
    let both = |left: Option<Expression>, right: Option<Expression>| Some(multiply(left?, right?));
    let coefficient = match (left.coefficient, right.coefficient) {
        (Some(_), Some(_)) | (None, None) => None,
        (left @ Some(_), None) => both(left, right.rest.clone()),
        (None, right @ Some(_)) => both(left.rest.clone(), right),
    };
    let rest = both(left.rest, right.rest);
    Split { derivative, coefficient, rest, is_product: left.is_product || right.is_product || is_own }
}

/// Sets `failed` to the first equation that cannot be split.
fn can_be_split(statements: &[Statement], failed: &mut Option<Span>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Derivative { state, value } if split(value, state).is_none() => {
                failed.get_or_insert(statement.span);
            }
            StatementKind::If { then, otherwise, .. } => {
                can_be_split(then, failed);
                can_be_split(otherwise, failed);
            }
            StatementKind::While { body, .. } | StatementKind::From { body, .. } => can_be_split(body, failed),
            _ => {}
        }
    }
}

impl Lowering<'_> {
    /// `true` if cnexp can solve a block; otherwise derivimplicit solves it, and a note is reported.
    pub(super) fn is_separable(&mut self, id: RoutineId) -> bool {
        let mut failed = None;
        can_be_split(&self.model.routine(id).body, &mut failed);
        if let Some(span) = failed {
            self.report(LowerProblem::NotSeparable, span);
        }
        failed.is_none()
    }

    /// Advances a state by its equation over one step.
    pub(super) fn cnexp(&mut self, state: &model::Place, value: &Expression, span: Span) {
        let Some(split) = split(value, state) else { return };
        let x = self.read(state, span);
        let dt = self.body.load(Place::Step);
        let rest = split.rest.unwrap_or_else(|| number(0.0, span));
        let Some(derivative) = split.derivative else {
            let rest = self.real(&rest);
            let negative = self.body.unary(Unary::Negative, rest);
            let change = self.body.binary(Binary::Multiply, dt, negative);
            let next = self.body.binary(Binary::Subtract, x, change);
            return self.assign(state, next, span);
        };
        let one = self.body.constant(1.0);
        let derivative = self.real(&derivative);
        let exponent = self.body.binary(Binary::Multiply, dt, derivative);
        let remaining = self.body.unary(Unary::Exp, exponent);
        let part = self.body.binary(Binary::Subtract, one, remaining);
        let distance = if split.is_product {
            self.report(LowerProblem::Product, span);
            self.body.unary(Unary::Negative, x)
        } else {
            let rest = self.real(&rest);
            let negative = self.body.unary(Unary::Negative, rest);
            let coefficient = self.real(&split.coefficient.unwrap_or_else(|| number(0.0, span)));
            let limit = self.body.binary(Binary::Divide, negative, coefficient);
            self.body.binary(Binary::Subtract, limit, x)
        };
        let change = self.body.binary(Binary::Multiply, part, distance);
        let next = self.body.binary(Binary::Add, x, change);
        self.assign(state, next, span);
    }
}
