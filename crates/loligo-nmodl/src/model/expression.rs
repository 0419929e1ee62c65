//! Expressions.

use std::sync::Arc;

use super::{LibraryFunction, LocalId, RoutineId, VariableId};
use crate::Span;
use crate::syntax::{BinaryOperator, UnaryOperator};

/// An expression where it stands.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// What a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A variable of the mechanism.
    Variable(VariableId),
    /// A local variable.
    Local(LocalId),
    /// A weight of the connection that an event came by, in NET_RECEIVE.
    Weight(u32),
    /// A weight of the connection that FOR_NETCONS is at.
    VisitedWeight(u32),
    /// `flag` in NET_RECEIVE.
    Flag,
}

/// A variable, or an element of an array.
#[derive(Clone, Debug)]
pub struct Place {
    /// The variable.
    pub reference: Reference,
    /// The number of the element.
    pub index: Option<Box<IntegerExpression>>,
}

/// The kinds of expressions, whose values are numbers; comparisons and logic give 1 or 0.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A number, and whether it is written without point and exponent.
    Number {
        /// Its value.
        value: f64,
        /// Whether it is written without point and exponent.
        is_integer: bool,
    },
    /// The value of a variable.
    Read(Place),
    /// A text, which only printing has.
    Text(Arc<str>),
    /// A function or procedure of the mechanism.
    Call(RoutineId, Vec<Expression>),
    /// A function of the language.
    Library(LibraryFunction, Vec<Expression>),
    /// An expression in parentheses. NEURON pastes some expressions into others, so that they matter.
    Parentheses(Box<Expression>),
    /// An operator before its operand.
    Unary(UnaryOperator, Box<Expression>),
    /// An operator between its operands.
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
}

/// Operators of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntegerOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`, which leaves out the remainder.
    Divide,
}

/// The number of an element, or a bound of FROM: C's arithmetic of whole numbers.
#[derive(Clone, Debug)]
pub enum IntegerExpression {
    /// A number.
    Number(i64),
    /// A variable with which FROM counts.
    Counter(LocalId),
    /// The whole part of a value.
    Truncated(Expression),
    /// The negative of a number.
    Negated(Box<IntegerExpression>),
    /// An operator between its operands.
    Binary(IntegerOperator, Box<IntegerExpression>, Box<IntegerExpression>),
}
