//! Units in parentheses.

use super::{Parsed, Parser};
use crate::source::Span;
use crate::syntax::Unit;

impl Parser<'_> {
    /// A unit in parentheses, if present.
    pub(super) fn optional_unit(&mut self) -> Parsed<Option<Unit>> {
        if self.is_sign("(") { self.unit().map(Some) } else { Ok(None) }
    }

    /// A unit in parentheses.
    pub(super) fn unit(&mut self) -> Parsed<Unit> {
        let start = self.expect_sign("(")?;
        let mut inner = None;
        while !self.is_sign(")") {
            if self.is_end() || self.token().begins_line {
                return self.expected("\")\" behind a unit");
            }
            let span = self.next().span;
            inner = Some(inner.map_or(span, |first: Span| first.to(span)));
        }
        let end = self.next().span;
        let text = inner.map_or("", |span| self.sources.text(span)).into();
        Ok(Unit { text, span: start.to(end) })
    }
}
