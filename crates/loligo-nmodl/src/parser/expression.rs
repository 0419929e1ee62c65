//! Expressions.

use super::{Failed, Parsed, Parser, SyntaxProblem};
use crate::syntax::{BinaryOperator, Expression, ExpressionKind, Number, UnaryOperator};
use crate::token::TokenKind;

/// The most levels of an expression, a chain of operators included.
const HIGHEST: usize = 300;

/// A precedence above that of prefix operators.
const TIGHT: u8 = 8;

/// An expression and its number of levels.
type Levelled = (Expression, usize);

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.operand_of(1)
    }

    /// An expression whose operators have at least the given precedence.
    pub(super) fn operand_of(&mut self, precedence: u8) -> Parsed<Expression> {
        self.binary(precedence).map(|(expression, _)| expression)
    }

    fn binary(&mut self, precedence: u8) -> Parsed<Levelled> {
        let (mut left, mut height) = self.unary()?;
        while let Some(operator) = self.operator().filter(|operator| operator.precedence() >= precedence) {
            let sign = self.next().span;
            if operator == BinaryOperator::Multiply && self.is_sign("*") {
                let remedy = "a power is written a ^ b or pow(a, b)";
                self.report(SyntaxProblem::Foreign { construct: "**", remedy }, sign.to(self.span()));
                return Err(Failed);
            }
            // Only powers are right-associative.
            let least = operator.precedence() + u8::from(operator != BinaryOperator::Power);
            let (right, other) = self.deeper(|parser| parser.binary(least))?;
            height = 1 + height.max(other);
            let span = left.span.to(right.span);
            left = Expression { kind: ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), span };
            if height > HIGHEST {
                self.report(SyntaxProblem::TooDeep, sign);
                return Err(Failed);
            }
        }
        Ok((left, height))
    }

    fn operator(&self) -> Option<BinaryOperator> {
        use BinaryOperator::*;
        let TokenKind::Sign(sign) = self.kind() else { return None };
        let all =
            [Or, And, Equal, NotEqual, Less, Greater, LessEqual, GreaterEqual, Add, Subtract, Multiply, Divide, Power];
        all.into_iter().find(|operator| operator.symbol() == *sign)
    }

    fn unary(&mut self) -> Parsed<Levelled> {
        let operator = match self.kind() {
            TokenKind::Sign("-") => UnaryOperator::Negate,
            TokenKind::Sign("!") => UnaryOperator::Not,
            TokenKind::Sign("+") => {
                let (construct, remedy) = ("a plus without a left side", "take it out");
                let span = self.span();
                self.report(SyntaxProblem::Foreign { construct, remedy }, span);
                return Err(Failed);
            }
            _ => return self.primary(),
        };
        let sign = self.next().span;
        let (operand, height) = self.deeper(|parser| parser.binary(TIGHT))?;
        let span = sign.to(operand.span);
        Ok((Expression { kind: ExpressionKind::Unary(operator, Box::new(operand)), span }, height + 1))
    }

    fn primary(&mut self) -> Parsed<Levelled> {
        let start = self.span();
        let mut height = 1;
        let kind = match self.kind().clone() {
            TokenKind::Number { value, is_integer } => {
                let text = self.text().to_owned();
                self.next();
                let unit = self.optional_unit()?;
                if let Some(unit) = &unit
                    && unit.text.parse::<f64>().is_ok()
                {
                    self.report(SyntaxProblem::NumberInUnit { text: unit.text.to_string() }, unit.span);
                }
                ExpressionKind::Number(Number { text, value, is_integer, unit })
            }
            TokenKind::Text(text) => {
                self.next();
                ExpressionKind::Text(text)
            }
            TokenKind::Primed(_) => {
                let span = self.next().span;
                ExpressionKind::Rate(self.name_at(span))
            }
            TokenKind::Sign("(") => {
                self.next();
                let (inner, levels) = self.deeper(|parser| parser.binary(1))?;
                self.expect_sign(")")?;
                height += levels;
                ExpressionKind::Parentheses(Box::new(inner))
            }
            TokenKind::Word if self.defined.contains_key(self.text()) => {
                let value = self.defined[self.text()];
                self.next();
                let unit = self.optional_unit()?;
                let number = |value: i64| {
                    ExpressionKind::Number(Number {
                        text: value.to_string(),
                        value: value as f64,
                        is_integer: true,
                        unit: unit.clone(),
                    })
                };
                if value < 0 {
                    let positive = Expression { kind: number(-value), span: start };
                    ExpressionKind::Unary(UnaryOperator::Negate, Box::new(positive))
                } else {
                    number(value)
                }
            }
            TokenKind::Word => {
                let name = self.name("an expression")?;
                if self.take_sign("[") {
                    let (index, levels) = self.deeper(|parser| parser.binary(1))?;
                    self.expect_sign("]")?;
                    height += levels;
                    ExpressionKind::Element(name, Box::new(index))
                } else if self.is_sign("(") {
                    let (arguments, levels) = self.arguments()?;
                    height += levels;
                    ExpressionKind::Call(name, arguments)
                } else {
                    ExpressionKind::Name(name)
                }
            }
            _ => return self.expected("an expression"),
        };
        Ok((Expression { kind, span: self.since(start) }, height))
    }

    /// Expressions in parentheses, separated by commas.
    pub(super) fn arguments(&mut self) -> Parsed<(Vec<Expression>, usize)> {
        self.expect_sign("(")?;
        let mut arguments = Vec::new();
        let mut height = 0;
        while !self.take_sign(")") {
            if !arguments.is_empty() && !self.take_sign(",") {
                return self.expected("\",\" or \")\"");
            }
            let (argument, levels) = self.deeper(|parser| parser.binary(1))?;
            arguments.push(argument);
            height = height.max(levels);
        }
        Ok((arguments, height))
    }
}
