//! The instances for which a plan is run: those of one mechanism, or of several mechanisms on the same nodes.

use std::ops::Range;

use loligo_mechanisms::{ColumnView, Instances, OpenColumns};

use super::row::Source;

/// As many instances of each of some mechanisms. The columns of all are numbered in a row.
pub(super) enum Members<'a, 'b> {
    /// Their columns are found by number in each call.
    Given(Given<'a, 'b>),
    /// Their columns were found before.
    Bound(Bound<'a>),
}

/// Instances of mechanisms; `first_columns` has the number of each mechanism's first column.
pub(super) struct Given<'a, 'b> {
    pub(super) all: &'a mut [Instances<'b>],
    pub(super) first_columns: &'a [u32],
}

/// Columns in lists, and a list of streams for each piece of machine code.
pub(super) struct Bound<'a> {
    pub(super) columns: OpenColumns<'a>,
    /// The numbers of the columns in the list of inputs, in ascending order.
    pub(super) inputs: &'a [u32],
}

/// The list of the columns that are loaded into rows.
pub(super) const INPUTS: usize = 0;
/// The list of the columns that are compared with the values for which a plan was made.
pub(super) const COMPARED: usize = 1;

impl Members<'_, '_> {
    /// Number of instances of each mechanism.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Given(given) => given.len(),
            Self::Bound(bound) => bound.columns.len(),
        }
    }

    /// A column that a plan loads, of some instances.
    pub(super) fn input(&self, column: u32, range: Range<usize>) -> ColumnView<'_> {
        let view = match self {
            Self::Given(given) => given.column(column),
            Self::Bound(bound) => {
                let place = bound.inputs.partition_point(|&other| other < column);
                bound.columns.columns(INPUTS).nth(place).unwrap_or(ColumnView::Discarded)
            }
        };
        match view {
            ColumnView::Each(values) => ColumnView::Each(&values[range]),
            other => other,
        }
    }
}

impl<'b> Given<'_, 'b> {
    /// Number of instances of each mechanism.
    pub(super) fn len(&self) -> usize {
        self.all.first().map_or(0, Instances::len)
    }

    /// The mechanism of a column, and the column's number there.
    fn place(&self, column: u32) -> (usize, usize) {
        place(self.first_columns, column)
    }

    /// A variable, in the form in which it is stored.
    pub(super) fn column(&self, column: u32) -> ColumnView<'_> {
        let (member, column) = self.place(column);
        self.all[member].column(column)
    }

    /// A variable, with a separate value for each of some instances.
    pub(super) fn column_mut(&mut self, column: u32, range: Range<usize>) -> &mut [f64] {
        let (member, column) = self.place(column);
        &mut self.all[member].column_mut(column)[range]
    }

    /// Sets a variable of all instances.
    pub(super) fn fill(&mut self, column: u32, value: f64) {
        let (member, column) = self.place(column);
        self.all[member].fill(column, value);
    }

    /// Stores a column of some instances, unless it is not kept, or has one value for all instances and keeps that. `first` is
    /// the lane of the first instance.
    #[inline(always)]
    pub(super) fn store(&mut self, column: u32, lanes: Range<usize>, (x, first): (Source<'_>, usize)) {
        match self.column(column) {
            ColumnView::Each(_) => {}
            ColumnView::Discarded => return,
            ColumnView::Same(value) => {
                let is_same = |x: &f64| x.to_bits() == value.to_bits();
                let is_unchanged = match x {
                    Source::Row(row) => row.0[first..first + lanes.len()].iter().all(is_same),
                    Source::Number(x) => is_same(&x),
                };
                if is_unchanged {
                    return;
                }
            }
        }
        let to = self.column_mut(column, lanes);
        match x {
            Source::Row(row) => to.copy_from_slice(&row.0[first..first + to.len()]),
            Source::Number(x) => to.fill(x),
        }
    }
}

/// The mechanism of a column, and the column's number there.
pub(super) fn place(first_columns: &[u32], column: u32) -> (usize, usize) {
    let member = first_columns.partition_point(|&first| first <= column) - 1; // the first one's is 0
    (member, (column - first_columns[member]) as usize)
}
