//! Expressions.

use std::sync::Arc;

use super::{LibraryFunction, LocalId, RoutineId, VariableId};
use crate::source::Span;
use crate::syntax::{BinaryOperator, UnaryOperator};

/// An expression with its place in the text.
#[derive(Clone, Debug)]
pub struct Expression {
    /// Its kind.
    pub kind: ExpressionKind,
    /// Its place in the text.
    pub span: Span,
}

/// The target of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A variable of the mechanism.
    Variable(VariableId),
    /// A local variable.
    Local(LocalId),
    /// A weight of the connection that brought the event, in NET_RECEIVE.
    Weight(u32),
    /// A weight of the connection that FOR_NETCONS has reached.
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
    /// A number.
    Number {
        /// Its value.
        value: f64,
        /// `true` if it is written without point and exponent.
        is_integer: bool,
    },
    /// The value of a variable.
    Read(Place),
    /// A text, an argument of printing only.
    Text(Arc<str>),
    /// A function or procedure of the mechanism.
    Call(RoutineId, Vec<Expression>),
    /// A function of the language.
    Library(LibraryFunction, Vec<Expression>),
    /// An expression in parentheses. They are kept because NEURON joins some expressions as text.
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
    /// `/`, which drops the remainder.
    Divide,
}

/// The index of an element, or a bound of FROM: whole-number arithmetic of C.
#[derive(Clone, Debug)]
pub enum IntegerExpression {
    /// A number.
    Number(i64),
    /// The counter of a FROM loop.
    Counter(LocalId),
    /// The whole part of a value.
    Truncated(Expression),
    /// The negative of a number.
    Negated(Box<IntegerExpression>),
    /// An operator between its operands.
    Binary(IntegerOperator, Box<IntegerExpression>, Box<IntegerExpression>),
}
