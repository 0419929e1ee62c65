//! C text as a tree.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax;

/// A type, as far as it matters for numbers and pointers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Type {
    /// The kind of the values.
    pub(super) base: Base,
    /// The number of `*`.
    pub(super) pointers: usize,
}

/// The kinds of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// A whole number.
    Whole,
    /// A number of double precision.
    Double,
    /// A number of single precision.
    Single,
    Void,
    /// A type of NEURON or of a library.
    Other,
}

impl Type {
    /// `true` for a number, not a pointer.
    pub(super) fn is_number(&self) -> bool {
        self.pointers == 0 && matches!(self.base, Base::Whole | Base::Double)
    }
}

/// An expression with its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) kind: ExpressionKind,
    pub(super) span: Span,
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    BitAnd,
    BitOr,
    BitExclusiveOr,
    ShiftLeft,
    ShiftRight,
    Comma,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub(super) enum ExpressionKind {
    /// A number; `true` if it is a whole number.
    Number(f64, bool),
    Text(Arc<str>),
    Name(Arc<str>),
    Call(Arc<str>, Vec<Expression>),
    Index(Box<Expression>, Box<Expression>),
    /// A field of a structure, or a call of a method.
    Field,
    Negate(Box<Expression>),
    Not(Box<Expression>),
    /// `~x`
    Complement(Box<Expression>),
    Address(Box<Expression>),
    Content(Box<Expression>),
    /// `++x`, `x++`, `--x`, `x--`
    Step {
        target: Box<Expression>,
        is_up: bool,
        is_before: bool,
    },
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `x = e`, or `x += e` and similar.
    Assign {
        operator: Option<Operator>,
        target: Box<Expression>,
        value: Box<Expression>,
    },
    /// `a ? b : c`
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
    Cast(Type, Box<Expression>),
}

/// A declared variable.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    pub(super) own_type: Type,
    /// The length of an array; `Some(None)` if it is that of the initial values.
    pub(super) length: Option<Option<Expression>>,
    pub(super) value: Initial,
}

/// The initial value of a variable.
#[derive(Clone, Debug)]
pub(super) enum Initial {
    None,
    Value(Expression),
    List(Vec<Expression>),
}

/// A statement with its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    pub(super) span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug)]
pub(super) enum StatementKind {
    Declare {
        variables: Vec<Declared>,
        is_static: bool,
    },
    Expression(Expression),
    Block(Vec<Statement>),
    If {
        condition: Expression,
        then: Box<Statement>,
        otherwise: Option<Box<Statement>>,
    },
    While {
        condition: Expression,
        body: Box<Statement>,
    },
    DoWhile {
        body: Box<Statement>,
        condition: Expression,
    },
    For {
        start: Option<Box<Statement>>,
        condition: Option<Expression>,
        step: Option<Expression>,
        body: Box<Statement>,
    },
    Return(Option<Expression>),
    Break,
    Continue,
    /// A statement of NMODL between two C texts.
    Nmodl(Arc<syntax::Statement>),
}

/// A function of the file.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: Arc<str>,
    pub(super) span: Span,
    pub(super) result: Type,
    pub(super) arguments: Vec<Declared>,
    pub(super) body: Vec<Statement>,
}
