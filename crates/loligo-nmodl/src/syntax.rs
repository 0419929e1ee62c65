//! The syntax tree: what stands in a file, before names have a meaning.
//!
//! Parentheses and the spelling of numbers are kept, since NEURON's meaning depends on both.

mod block;
mod declaration;
mod expression;
mod statement;

use std::sync::Arc;

pub use block::{Block, Event, File, Item, ItemKind, Procedure};
pub use declaration::{
    Count, Declaration, IonDeclaration, Limits, NeuronEntry, ParameterEntry, StateEntry, UnitEntry, Value,
};
pub use expression::{BinaryOperator, Expression, ExpressionKind, Number, UnaryOperator};
pub use statement::{Arrow, Condition, LocalVariable, Reactant, Statement, StatementKind, Table, Target, Verbatim};

use crate::Span;

/// A name where it stands.
#[derive(Clone, Debug)]
pub struct Name {
    /// Its letters.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A unit in parentheses where it stands, e.g. `(mV)`.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The text between the parentheses, without blanks around it.
    pub text: Arc<str>,
    /// Where it stands, parentheses included.
    pub span: Span,
}
