//! The syntax tree: the contents of a file, before names are resolved.
//!
//! Parentheses and the spelling of numbers are kept, since they affect the result in NEURON.

mod block;
mod declaration;
mod expression;
mod statement;

use std::sync::Arc;

use crate::source::Span;
pub use block::{Block, Event, File, Item, ItemKind, Procedure};
pub use declaration::{
    Count, Declaration, IonDeclaration, Limits, NeuronEntry, ParameterEntry, StateEntry, UnitEntry, Value,
};
pub use expression::{BinaryOperator, Expression, ExpressionKind, Number, UnaryOperator};
pub(crate) use statement::lagged_name;
pub use statement::{Arrow, Condition, LocalVariable, Reactant, Statement, StatementKind, Table, Target, Verbatim};

/// A name with its place in the text.
#[derive(Clone, Debug)]
pub struct Name {
    /// Its letters.
    pub text: Arc<str>,
    /// Its place in the text.
    pub span: Span,
}

/// A unit in parentheses with its place in the text, e.g. `(mV)`.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The text between the parentheses, without surrounding blanks.
    pub text: Arc<str>,
    /// Its place in the text, parentheses included.
    pub span: Span,
}
