//! Ions and currents.

use std::sync::Arc;

use loligo_mechanisms::IonVariable;

use super::{IonId, VariableId};
use crate::source::Span;

/// An ion that a mechanism uses.
#[derive(Clone, Debug)]
pub struct Ion {
    /// Its name, e.g. `ca`.
    pub name: Arc<str>,
    /// Place of its name in the text.
    pub span: Span,
    /// Its charge, if the text gives it.
    pub valence: Option<f64>,
    /// The variables behind READ, in the order of the text.
    pub reads: Vec<(IonVariable, VariableId)>,
    /// The variables behind WRITE, in the order of the text.
    pub writes: Vec<(IonVariable, VariableId)>,
}

/// A current of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// The variable.
    pub variable: VariableId,
    /// The ion that carries it.
    pub ion: Option<IonId>,
    /// `true` for a current of an electrode.
    pub is_electrode: bool,
}
