//! The reason for which C text is not understood.

use crate::source::Span;

/// A C text that is not understood: its place, and what it seems to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The place of the text.
    pub(crate) span: Span,
    /// A description of the text.
    pub(crate) reason: String,
}

impl Refusal {
    pub(super) fn at(span: Span, reason: impl Into<String>) -> Self {
        Self { span, reason: reason.into() }
    }
}
