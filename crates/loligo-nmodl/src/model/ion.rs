//! Ions and currents.

use std::sync::Arc;

use loligo_mechanisms::IonVariable;

use super::{IonId, VariableId};
use crate::Span;

/// An ion that a mechanism uses.
#[derive(Clone, Debug)]
pub struct Ion {
    /// Its name, e.g. `ca`.
    pub name: Arc<str>,
    /// Where it is named.
    pub span: Span,
    /// Its charge, where the text says it.
    pub valence: Option<f64>,
    /// What is read, in the order of the text.
    pub reads: Vec<(IonVariable, VariableId)>,
    /// What is written, in the order of the text.
    pub writes: Vec<(IonVariable, VariableId)>,
}

/// A current of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// The variable.
    pub variable: VariableId,
    /// The ion that carries it.
    pub ion: Option<IonId>,
    /// Whether it comes from an electrode.
    pub is_electrode: bool,
}
