//! Storage of the variables of a mechanism's instances.

mod bound;
mod column;
mod columns;

use std::ops::Range;
use std::sync::Arc;

use loligo_random::Random123;

use crate::history::History;
use crate::math::interpolant::Values;
pub use bound::{BoundColumns, JointInstances, OpenColumns, SharedColumn};
use column::{Column, Numbers};
pub use column::{ColumnMut, ColumnView, ColumnsMut};
use columns::Columns;

/// Largest number of instances that are passed to a mechanism at a time: few enough for their columns to stay in the
/// first-level cache.
pub const CHUNK: usize = 1016;

/// All instances of one mechanism in a group of cells, one column for each variable (structure of
/// arrays).
///
/// Columns are in the order of the [`Signature`](crate::Signature)'s variables. A column whose instances all have the
/// same value is stored as that value, until one of them changes. A block contains all data that change during a run,
/// so that a copy of the blocks is a copy of the state.
///
/// ```
/// use loligo_mechanisms::{Block, Catalogue};
/// let catalogue = Catalogue::builtin();
/// let pas = catalogue.find("pas").unwrap();
/// let mut block = Block::new(pas.signature().defaults(), 3);
/// block.set(1, 2, -65.0);
/// assert_eq!([block.value(1, 0), block.value(1, 2)], [-70.0, -65.0]); // mV, the column e
/// ```
#[derive(Clone, Debug, Default)]
pub struct Block {
    columns: Columns,
    instances: usize,
    /// The random streams of the first instance, of the second, ..., for mechanisms that use random numbers
    /// (else empty).
    pub streams: Vec<Random123>,
    /// The lists of numbers given to the first instance, to the second, ..., for mechanisms that take some (else
    /// empty).
    pub vectors: Vec<Arc<[f64]>>,
    /// The histories of the first instance, of the second, ..., for mechanisms that read past values (else empty).
    pub histories: Vec<History>,
}

/// Working memory of kernels; its contents between two calls have no meaning.
#[derive(Clone, Debug, Default)]
pub struct KernelScratch {
    /// Interpolated rates, allocated when a kernel first requests them.
    values: Option<Box<Values>>,
}

impl Block {
    /// A block of `instances` with each column at its variable's default.
    pub fn new(defaults: impl IntoIterator<Item = f64>, instances: usize) -> Self {
        Self { columns: defaults.into_iter().map(Column::uniform).collect(), instances, ..Self::default() }
    }

    /// Number of instances.
    pub fn len(&self) -> usize {
        self.instances
    }

    /// True if there are no instances.
    pub fn is_empty(&self) -> bool {
        self.instances == 0
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// A variable of an instance; 0 if the column is [discarded](Self::discard).
    #[inline]
    pub fn value(&self, column: usize, instance: usize) -> f64 {
        match &self.columns[column] {
            Column::Each(values) => values[instance],
            Column::Uniform { value, .. } => *value,
            Column::Discarded { .. } => 0.0,
        }
    }

    /// A variable of all instances, in the form in which it is stored.
    pub fn column(&self, column: usize) -> ColumnView<'_> {
        match &self.columns[column] {
            Column::Each(values) => ColumnView::Each(values),
            Column::Uniform { value, .. } => ColumnView::Same(*value),
            Column::Discarded { .. } => ColumnView::Discarded,
        }
    }

    /// Sets a variable of an instance.
    #[inline]
    pub fn set(&mut self, column: usize, instance: usize, value: f64) {
        match &self.columns[column] {
            Column::Uniform { value: all, .. } if all.to_bits() == value.to_bits() => {}
            _ => self.column_mut(column)[instance] = value,
        }
    }

    /// Sets a variable of all instances.
    pub fn fill(&mut self, column: usize, value: f64) {
        match &self.columns[column] {
            Column::Each(_) => self.column_mut(column).fill(value),
            Column::Discarded { .. } => {}
            Column::Uniform { .. } => self.columns.share(column, value),
        }
    }

    /// A variable of all instances, with a separate value for each.
    #[inline]
    pub fn column_mut(&mut self, column: usize) -> &mut [f64] {
        self.columns.each(column, self.instances)
    }

    /// Stops storing a column that is computed but not read.
    pub fn discard(&mut self, column: usize) {
        self.columns.replace(column, Column::Discarded { room: Vec::new() });
    }

    /// Stores columns whose instances all have the same value as that value.
    pub fn compact(&mut self) {
        for column in 0..self.width() {
            if let Column::Each(values) = &self.columns[column]
                && let Some(first) = values.first().copied()
                && values.iter().all(|value| value.to_bits() == first.to_bits())
            {
                self.columns.replace(column, Column::uniform(first));
            }
        }
    }

    /// A range of consecutive instances, at most [`CHUNK`] of them.
    #[inline]
    pub fn instances<'a>(&'a mut self, range: Range<usize>, scratch: &'a mut KernelScratch) -> Instances<'a> {
        let streams = items_of(self.streams.len(), self.instances, &range);
        let vectors = items_of(self.vectors.len(), self.instances, &range);
        let histories = items_of(self.histories.len(), self.instances, &range);
        let (streams, vectors) = (&mut self.streams[streams], &self.vectors[vectors]);
        let histories = &mut self.histories[histories];
        Instances { columns: &mut self.columns, instances: self.instances, range, streams, vectors, histories, scratch }
    }

    /// The same instances in another order: first the instance at present index `order[0]`, and so
    /// on.
    #[must_use]
    pub fn reordered(self, order: &[usize]) -> Self {
        let reordered = |column: Column| match column {
            Column::Each(values) => {
                Column::Each(Numbers::from_iter(64, order.iter().map(|&instance| values[instance])))
            }
            same => same,
        };
        Self {
            streams: in_order(&self.streams, self.instances, order),
            vectors: in_order(&self.vectors, self.instances, order),
            histories: in_order(&self.histories, self.instances, order),
            columns: self.columns.into_iter().map(reordered).collect(),
            instances: order.len(),
        }
    }

    /// Appends the instances of another block of the same mechanism.
    ///
    /// # Panics
    /// If the numbers of columns differ.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(self.width(), other.width(), "blocks of one mechanism have the same columns");
        self.columns.append(self.instances, &other.columns, other.instances);
        self.instances += other.instances;
        self.streams.extend_from_slice(&other.streams);
        self.vectors.extend_from_slice(&other.vectors);
        self.histories.extend_from_slice(&other.histories);
    }
}

/// The items of a range of instances, of which each has the same number; most blocks have none.
#[inline]
fn items_of(items: usize, instances: usize, range: &Range<usize>) -> Range<usize> {
    if items == 0 {
        return 0..0;
    }
    let each = items / instances.max(1);
    range.start * each..range.end * each
}

/// Data of which every instance has the same number of items, with the instances in another order.
fn in_order<T: Clone>(all: &[T], instances: usize, order: &[usize]) -> Vec<T> {
    order.iter().flat_map(|&one| &all[items_of(all.len(), instances, &(one..one + 1))]).cloned().collect()
}

/// Consecutive instances of a block, at most [`CHUNK`] of them, which a mechanism computes in one
/// call.
#[derive(Debug)]
pub struct Instances<'a> {
    columns: &'a mut Columns,
    /// Number of instances of the whole block.
    instances: usize,
    range: Range<usize>,
    /// The random streams of the first of these instances, of the second, ...
    streams: &'a mut [Random123],
    /// The lists given to the first of these instances, to the second, ...
    vectors: &'a [Arc<[f64]>],
    /// The histories of the first of these instances, of the second, ...
    histories: &'a mut [History],
    scratch: &'a mut KernelScratch,
}

impl<'a> Instances<'a> {
    /// Number of instances.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// True if there are no instances.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// Some variables to read and others to change, as in [`columns`](Self::columns), and memory for interpolated rates
    /// with undefined contents.
    ///
    /// # Panics
    /// As [`columns`](Self::columns).
    pub fn columns_and_values<const R: usize, const W: usize>(
        self,
        read: [usize; R],
        write: [usize; W],
    ) -> ([&'a [f64]; R], [&'a mut [f64]; W], &'a mut Values) {
        let Self { columns, instances, range, .. } = self;
        let (reads, writes) = columns.select(instances, &range, read, write);
        (reads, writes, self.scratch.values.get_or_insert_default())
    }

    /// Some variables to read and others to change, each list of columns in ascending order.
    ///
    /// # Panics
    /// If a list is not ascending, or a column is in both lists or does not exist; a mechanism uses only its own,
    /// fixed columns.
    pub fn columns<const R: usize, const W: usize>(
        self,
        read: [usize; R],
        write: [usize; W],
    ) -> ([&'a [f64]; R], [&'a mut [f64]; W]) {
        self.columns.select(self.instances, &self.range, read, write)
    }

    /// A variable of these instances, in the form in which it is stored.
    pub fn column(&self, column: usize) -> ColumnView<'_> {
        match &self.columns[column] {
            Column::Each(values) => ColumnView::Each(&values[self.range.clone()]),
            Column::Uniform { value, .. } => ColumnView::Same(*value),
            Column::Discarded { .. } => ColumnView::Discarded,
        }
    }

    /// All variables of some of these instances in order, in the form in which they are stored, to change several at
    /// once. The range counts from the first of these instances.
    pub fn columns_mut(&mut self, range: Range<usize>) -> ColumnsMut<'_> {
        let range = self.range.start + range.start..self.range.start + range.end;
        self.columns.numbers(range)
    }

    /// A variable of these instances, with a separate value for each; values of a column that is not stored are lost.
    pub fn column_mut(&mut self, column: usize) -> &mut [f64] {
        self.columns.write(column, self.instances, &self.range)
    }

    /// True if any of the columns is stored; values for other columns need not be computed.
    pub fn keeps<const N: usize>(&self, columns: [usize; N]) -> bool {
        columns.iter().any(|&column| !matches!(self.columns[column], Column::Discarded { .. }))
    }

    /// The same instances, borrowed again for a second use.
    pub fn again(&mut self) -> Instances<'_> {
        self.part(0..self.range.len())
    }

    /// A range of the instances, counted from the first.
    pub fn part(&mut self, range: Range<usize>) -> Instances<'_> {
        let streams = items_of(self.streams.len(), self.range.len(), &range);
        let vectors = items_of(self.vectors.len(), self.range.len(), &range);
        let histories = items_of(self.histories.len(), self.range.len(), &range);
        let (streams, vectors) = (&mut self.streams[streams], &self.vectors[vectors]);
        let histories = &mut self.histories[histories];
        let range = self.range.start + range.start..self.range.start + range.end;
        let Self { instances, .. } = *self;
        Instances { columns: self.columns, instances, range, streams, vectors, histories, scratch: self.scratch }
    }

    /// A variable of an instance; 0 if the column is not stored.
    #[inline]
    pub fn value(&self, column: usize, instance: usize) -> f64 {
        match &self.columns[column] {
            Column::Each(values) => values[self.range.start + instance],
            Column::Uniform { value, .. } => *value,
            Column::Discarded { .. } => 0.0,
        }
    }

    /// Sets a variable of an instance.
    #[inline]
    pub fn set(&mut self, column: usize, instance: usize, value: f64) {
        match &self.columns[column] {
            Column::Discarded { .. } => {}
            Column::Uniform { value: all, .. } if all.to_bits() == value.to_bits() => {}
            _ => self.columns.each(column, self.instances)[self.range.start + instance] = value,
        }
    }

    /// Adds to a variable of an instance.
    pub fn add(&mut self, column: usize, instance: usize, increment: f64) {
        self.set(column, instance, self.value(column, instance) + increment);
    }

    /// Sets a variable of all these instances.
    pub fn fill(&mut self, column: usize, value: f64) {
        match &self.columns[column] {
            Column::Discarded { .. } => {}
            Column::Uniform { value: all, .. } if all.to_bits() == value.to_bits() => {}
            Column::Uniform { .. } if self.range.len() == self.instances => self.columns.share(column, value),
            _ => self.columns.each(column, self.instances)[self.range.clone()].fill(value),
        }
    }

    /// A random stream of an instance, by its number among the signature's.
    ///
    /// # Panics
    /// If the signature has no such stream.
    pub fn stream(&mut self, instance: usize, stream: usize) -> &mut Random123 {
        let streams = self.streams.len() / self.range.len().max(1);
        &mut self.streams[instance * streams + stream]
    }

    /// A history of an instance, by its number among the [signature's](crate::Signature::histories).
    ///
    /// # Panics
    /// If the signature has no such history.
    pub fn history(&mut self, instance: usize, history: usize) -> &mut History {
        let histories = self.histories.len() / self.range.len().max(1);
        &mut self.histories[instance * histories + history]
    }

    /// A list of numbers given to an instance, by its number among the signature's; empty if none is given.
    pub fn vector(&self, vector: usize, instance: usize) -> &'a [f64] {
        let own = self.vectors.get(items_of(self.vectors.len(), self.range.len(), &(instance..instance + 1)));
        own.and_then(|own| own.get(vector)).map_or(&[], |vector| vector)
    }

    /// The first `N` variables of one instance, for mechanisms that compute each instance
    /// separately.
    pub fn row<const N: usize>(&self, instance: usize) -> [f64; N] {
        std::array::from_fn(|column| self.value(column, instance))
    }

    /// Stores the variables that [`row`](Self::row) returned.
    pub fn set_row<const N: usize>(&mut self, instance: usize, row: [f64; N]) {
        let columns = self.columns.len();
        for (column, value) in row.into_iter().enumerate().take(columns) {
            self.set(column, instance, value);
        }
    }
}
