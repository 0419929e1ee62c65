//! Builds expressions as NEURON's translator does, by joining their texts without parentheses.

use crate::model::{Expression, ExpressionKind, Place};
use crate::source::Span;
use crate::syntax::{BinaryOperator, UnaryOperator};

pub(super) fn number(value: f64, span: Span) -> Expression {
    Expression { kind: ExpressionKind::Number { value, is_integer: false }, span }
}

pub(super) fn read(place: &Place, span: Span) -> Expression {
    Expression { kind: ExpressionKind::Read(place.clone()), span }
}

pub(super) fn binary(operator: BinaryOperator, left: Expression, right: Expression) -> Expression {
    let span = left.span.to(right.span);
    Expression { kind: ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), span }
}

pub(super) fn multiply(left: Expression, right: Expression) -> Expression {
    binary(BinaryOperator::Multiply, left, right)
}

pub(super) fn negate(x: Expression) -> Expression {
    let span = x.span;
    Expression { kind: ExpressionKind::Unary(UnaryOperator::Negate, Box::new(x)), span }
}

/// The text `left * right` without parentheses around `left`: only the last term of a sum is multiplied.
pub(super) fn paste_product(left: Expression, right: Expression) -> Expression {
    let Expression { kind, span } = left;
    match kind {
        ExpressionKind::Binary(operator, first, last) if binds_less(operator, BinaryOperator::Multiply) => {
            let last = paste_product(*last, right);
            Expression { kind: ExpressionKind::Binary(operator, first, Box::new(last)), span }
        }
        kind => multiply(Expression { kind, span }, right),
    }
}

/// `true` if an operator binds less tightly than another.
fn binds_less(operator: BinaryOperator, other: BinaryOperator) -> bool {
    operator.precedence() < other.precedence()
}

/// `true` if a rate is a sum, whose meaning changes when it is joined with factors.
pub(super) fn is_sum(rate: &Expression) -> bool {
    matches!(&rate.kind, ExpressionKind::Binary(operator, ..) if binds_less(*operator, BinaryOperator::Multiply))
}
