//! Prints expressions.

use crate::syntax::{Expression, ExpressionKind, UnaryOperator};

pub(super) fn text(expression: &Expression) -> String {
    let mut text = String::new();
    write(&mut text, expression);
    text
}

pub(super) fn list(expressions: &[Expression]) -> String {
    expressions.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn write(text: &mut String, expression: &Expression) {
    match &expression.kind {
        ExpressionKind::Number(number) => {
            text.push_str(&number.text);
            if let Some(unit) = &number.unit {
                text.push_str(&format!(" ({})", unit.text));
            }
        }
        ExpressionKind::Text(letters) => text.push_str(&format!("\"{letters}\"")),
        ExpressionKind::Name(name) => text.push_str(&name.text),
        ExpressionKind::Rate(name) => text.push_str(&format!("{}'", name.text)),
        ExpressionKind::Element(name, index) => {
            text.push_str(&name.text);
            text.push('[');
            write(text, index);
            text.push(']');
        }
        ExpressionKind::Call(name, arguments) => {
            text.push_str(&name.text);
            text.push('(');
            text.push_str(&list(arguments));
            text.push(')');
        }
        ExpressionKind::Parentheses(inner) => {
            text.push('(');
            write(text, inner);
            text.push(')');
        }
        ExpressionKind::Unary(operator, operand) => {
            text.push(match operator {
                UnaryOperator::Negate => '-',
                UnaryOperator::Not => '!',
            });
            write(text, operand);
        }
        ExpressionKind::Binary(operator, left, right) => {
            write(text, left);
            text.push_str(&format!(" {} ", operator.symbol()));
            write(text, right);
        }
        ExpressionKind::Missing => {}
    }
}
