//! The columns of a block, and the form in which they are stored.

use std::ops::{Index, Range};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use super::column::{Column, ColumnsMut};

/// The columns of a block. Every change of their [form](Form) goes through a method that renews it: numbers of each
/// instance may be changed in place, but not moved.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    columns: Vec<Column>,
    form: Form,
}

/// The form in which columns are stored: which of them have a number for each instance, where these are in memory, and
/// the numbers that all instances share. No two blocks have the same form, and a copy has a form of its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form(u64);

impl Default for Form {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Clone for Form {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Form {
    /// True if this is a form that was [noted](Self::note).
    #[inline]
    pub(super) fn is(&self, noted: u64) -> bool {
        self.0 == noted
    }

    /// A number by which it is recognised.
    pub(super) fn note(&self) -> u64 {
        self.0
    }
}

impl Index<usize> for Columns {
    type Output = Column;

    #[inline]
    fn index(&self, column: usize) -> &Column {
        &self.columns[column]
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<I: IntoIterator<Item = Column>>(columns: I) -> Self {
        Self { columns: columns.into_iter().collect(), form: Form::default() }
    }
}

impl Columns {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    #[inline]
    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = Column> {
        self.columns.into_iter()
    }

    /// The numbers of some instances, column by column.
    #[inline]
    pub(super) fn numbers(&mut self, range: Range<usize>) -> ColumnsMut<'_> {
        ColumnsMut::of(&mut self.columns, range)
    }

    /// The first number of some instances, or else the number that all instances share, if the column is stored. The
    /// pointer is the vector's own, so that it can be used after other borrows of the numbers.
    pub(super) fn first_of(&mut self, column: usize, range: &Range<usize>) -> Result<NonNull<f64>, Option<f64>> {
        match &mut self.columns[column] {
            Column::Each(values) => {
                assert!(range.start <= range.end && range.end <= values.len(), "the instances exist");
                NonNull::new(values.as_mut_ptr().wrapping_add(range.start)).ok_or(None)
            }
            Column::Uniform { value, .. } => Err(Some(*value)),
            Column::Discarded { .. } => Err(None),
        }
    }

    /// A column with a separate number for each of `instances` instances.
    #[inline]
    pub(super) fn each(&mut self, column: usize, instances: usize) -> &mut [f64] {
        if !matches!(self.columns[column], Column::Each(_)) {
            self.form = Form::default();
        }
        self.columns[column].each(instances)
    }

    /// The numbers of some instances to be written; those of a column that is not stored are lost.
    #[inline]
    pub(super) fn write(&mut self, column: usize, instances: usize, range: &Range<usize>) -> &mut [f64] {
        if matches!(self.columns[column], Column::Uniform { .. }) {
            self.form = Form::default();
        }
        self.columns[column].write(instances, range)
    }

    /// Sets the number that all instances share, if they do.
    pub(super) fn share(&mut self, column: usize, value: f64) {
        if let Column::Uniform { value: all, .. } = &self.columns[column]
            && all.to_bits() != value.to_bits()
        {
            self.replace(column, Column::uniform(value));
        }
    }

    pub(super) fn replace(&mut self, column: usize, by: Column) {
        self.columns[column] = by;
        self.form = Form::default();
    }

    /// Columns to read and others to write.
    pub(super) fn select<const R: usize, const W: usize>(
        &mut self,
        instances: usize,
        range: &Range<usize>,
        read: [usize; R],
        write: [usize; W],
    ) -> ([&[f64]; R], [&mut [f64]; W]) {
        let mut reads: [&[f64]; R] = [&[]; R];
        let mut writes: [&mut [f64]; W] = std::array::from_fn(|_| Default::default());
        let (mut next_read, mut next_write) = (0, 0);
        if write.iter().any(|&column| matches!(self.columns.get(column), Some(Column::Uniform { .. }))) {
            self.form = Form::default();
        }
        for (index, column) in self.columns.iter_mut().enumerate() {
            if next_write < W && write[next_write] == index {
                writes[next_write] = column.write(instances, range);
                next_write += 1;
            } else if next_read < R && read[next_read] == index {
                reads[next_read] = column.read(range);
                next_read += 1;
            }
        }
        assert!(next_read == R && next_write == W, "columns {read:?} and {write:?} are not ascending and distinct");
        (reads, writes)
    }

    /// Appends the columns of `added` instances to those of `instances`.
    pub(super) fn append(&mut self, instances: usize, others: &Self, added: usize) {
        self.form = Form::default();
        for (own, others) in self.columns.iter_mut().zip(&others.columns) {
            if instances == 0 {
                *own = others.clone();
                continue;
            }
            match (&mut *own, others) {
                (Column::Uniform { value, .. }, Column::Uniform { value: others, .. })
                    if value.to_bits() == others.to_bits() => {}
                (_, Column::Each(others)) => own.each(instances).extend_from_slice(others),
                (_, Column::Uniform { value, .. }) => own.each(instances).resize(instances + added, *value),
                (_, Column::Discarded { .. }) => own.each(instances).resize(instances + added, 0.0),
            }
        }
    }
}
