//! Expressions.

use super::{Name, Unit};
use crate::source::Span;

/// An expression with its place in the text.
#[derive(Clone, Debug)]
pub struct Expression {
    /// Its kind.
    pub kind: ExpressionKind,
    /// Its place in the text.
    pub span: Span,
}

/// A number as written.
#[derive(Clone, Debug)]
pub struct Number {
    /// Its spelling, without the unit.
    pub text: String,
    /// Its value.
    pub value: f64,
    /// `true` if it is written without point and exponent.
    pub is_integer: bool,
    /// A unit behind it, which has no effect.
    pub unit: Option<Unit>,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A number.
    Number(Number),
    /// A text in quotes, for example an argument of `printf`.
    Text(String),
    /// A variable.
    Name(Name),
    /// `x'`: the last computed rate of change of a state.
    Rate(Name),
    /// An element of an array.
    Element(Name, Box<Expression>),
    /// A call of a function.
    Call(Name, Vec<Expression>),
    /// An expression in parentheses.
    Parentheses(Box<Expression>),
    /// An operator before its operand.
    Unary(UnaryOperator, Box<Expression>),
    /// An operator between its operands.
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// A missing expression, which has been reported.
    Missing,
}

/// Operators before their operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Operators between their operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
}

impl BinaryOperator {
    /// Its precedence: an operator with a larger number binds tighter.
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual => 3,
            Self::Less | Self::Greater | Self::LessEqual | Self::GreaterEqual => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide => 6,
            Self::Power => 8, // 7 is the precedence of prefix operators
        }
    }

    /// Its spelling.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::LessEqual => "<=",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }
}
