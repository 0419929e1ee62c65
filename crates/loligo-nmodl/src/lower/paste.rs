//! Expressions made of others, as NEURON's translator makes them: by pasting texts together.

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

/// The text `left * right` with `left` as it stands: of a sum only the last term is multiplied.
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

/// Whether an operator binds its operands less tightly than another.
fn binds_less(operator: BinaryOperator, other: BinaryOperator) -> bool {
    operator.precedence() < other.precedence()
}

/// Whether a rate is a sum, so that pasting changes its meaning.
pub(super) fn is_sum(rate: &Expression) -> bool {
    matches!(&rate.kind, ExpressionKind::Binary(operator, ..) if binds_less(*operator, BinaryOperator::Multiply))
}
