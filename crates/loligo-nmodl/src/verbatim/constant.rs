//! Values of constant expressions.

use super::tree::{Base, Expression, ExpressionKind, Operator};

/// A number that is known before a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Constant {
    pub(super) value: f64,
    pub(super) is_whole: bool,
}

/// The value of an expression of constants; `name` gives those of names.
pub(super) fn constant(expression: &Expression, name: &impl Fn(&str) -> Option<Constant>) -> Option<Constant> {
    value(expression, name).map(|(value, is_whole)| Constant { value, is_whole })
}

/// The value, and `true` if it is a whole number.
fn value(expression: &Expression, name: &impl Fn(&str) -> Option<Constant>) -> Option<(f64, bool)> {
    let truth = |holds: bool| Some((f64::from(u8::from(holds)), true));
    match &expression.kind {
        ExpressionKind::Number(value, is_whole) => Some((*value, *is_whole)),
        ExpressionKind::Name(text) => name(text).map(|known| (known.value, known.is_whole)),
        ExpressionKind::Negate(inner) => value(inner, name).map(|(value, is_whole)| (-value, is_whole)),
        ExpressionKind::Not(inner) => truth(value(inner, name)?.0 == 0.0),
        ExpressionKind::Cast(to, inner) if to.is_number() => {
            let (value, is_whole) = value(inner, name)?;
            Some(if to.base == Base::Whole {
                (value.trunc(), true)
            } else {
                (value, is_whole && to.base == Base::Whole)
            })
        }
        ExpressionKind::Binary(operator, left, right) => {
            let (x, is_whole) = value(left, name)?;
            let (y, is_other_whole) = value(right, name)?;
            let is_whole = is_whole && is_other_whole;
            match operator {
                Operator::Or => truth(x != 0.0 || y != 0.0),
                Operator::And => truth(x != 0.0 && y != 0.0),
                Operator::Equal => truth(x == y),
                Operator::NotEqual => truth(x != y),
                Operator::Less => truth(x < y),
                Operator::Greater => truth(x > y),
                Operator::LessEqual => truth(x <= y),
                Operator::GreaterEqual => truth(x >= y),
                Operator::Add => Some((x + y, is_whole)),
                Operator::Subtract => Some((x - y, is_whole)),
                Operator::Multiply => Some((x * y, is_whole)),
                Operator::Divide if is_whole => (y != 0.0).then(|| ((x / y).trunc(), true)),
                Operator::Divide => Some((x / y, false)),
                Operator::Remainder => (y != 0.0).then(|| (x % y, true)),
                Operator::BitAnd
                | Operator::BitOr
                | Operator::BitExclusiveOr
                | Operator::ShiftLeft
                | Operator::ShiftRight
                | Operator::Comma => None,
            }
        }
        _ => None,
    }
}
