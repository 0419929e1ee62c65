//! NONLINEAR blocks: translates equations into residuals.

use super::Lowering;
use super::expression::Location;
pub(super) use crate::lower::equations::Residuals;
use crate::model::Expression;
use crate::program::{Array, Place, Range, Unary};

impl Lowering<'_> {
    /// `~ left = right`: the residual is `-(left) + right`, joined as text as in NEURON.
    pub(super) fn residual(&mut self, residuals: &Residuals, left: &Expression, right: &Expression) {
        let left = self.real(left);
        let negative = self.body.unary(Unary::Negative, left);
        let value = self.pasted_sum(negative, right);
        let Range { first, length } = residuals.rows;
        let at = match self.body.row {
            Some(row) => Location::Element(Array::Temporaries(residuals.rows), row),
            None => Location::Place(Place::Temporary(first + self.body.next_row.min(length.saturating_sub(1)))),
        };
        self.put(at, value);
        self.next_row(self.body.span);
    }
}
