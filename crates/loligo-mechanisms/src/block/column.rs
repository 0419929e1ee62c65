//! One variable of all instances of a block.

use std::ops::Range;

use aligned_vec::{AVec, ConstAlign};

/// Numbers that begin at a line of the cache.
pub(super) type Numbers = AVec<f64, ConstAlign<64>>;

/// Read-only view of one variable of all instances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColumnView<'a> {
    /// A value for each instance.
    Each(&'a [f64]),
    /// The same value for all instances.
    Same(f64),
    /// Computed, but not stored.
    Discarded,
}

/// View of one variable of some instances that allows to change separate values.
#[derive(Debug, PartialEq)]
pub enum ColumnMut<'a> {
    /// A value for each instance.
    Each(&'a mut [f64]),
    /// The same value for all instances.
    Same(f64),
    /// Computed, but not stored.
    Discarded,
}

/// Views of the variables of some instances, from [`Instances::columns_mut`](crate::Instances::columns_mut). Skipping columns with `nth` costs nothing.
#[derive(Debug)]
pub struct ColumnsMut<'a> {
    columns: std::slice::IterMut<'a, Column>,
    range: Range<usize>,
}

impl<'a> ColumnsMut<'a> {
    pub(super) fn of(columns: &'a mut [Column], range: Range<usize>) -> Self {
        Self { columns: columns.iter_mut(), range }
    }
}

impl<'a> Iterator for ColumnsMut<'a> {
    type Item = ColumnMut<'a>;

    fn next(&mut self) -> Option<ColumnMut<'a>> {
        self.nth(0)
    }

    #[inline]
    fn nth(&mut self, skipped: usize) -> Option<ColumnMut<'a>> {
        Some(match self.columns.nth(skipped)? {
            Column::Each(values) => ColumnMut::Each(&mut values[self.range.clone()]),
            Column::Uniform { value, .. } => ColumnMut::Same(*value),
            Column::Discarded { .. } => ColumnMut::Discarded,
        })
    }
}

/// One variable of all instances.
#[derive(Clone, Debug)]
pub(super) enum Column {
    /// A value for each instance.
    Each(Numbers),
    /// The same value for all; `copies` are read by kernels, as many as they request at a time.
    Uniform { value: f64, copies: Vec<f64> },
    /// Computed, but not read: memory for the instances that are being computed.
    Discarded { room: Vec<f64> },
}

impl Column {
    pub(super) fn uniform(value: f64) -> Self {
        Self::Uniform { value, copies: Vec::new() }
    }

    /// Converts the column to a separate value for each of `instances` instances.
    #[inline]
    pub(super) fn each(&mut self, instances: usize) -> &mut Numbers {
        if !matches!(self, Self::Each(_)) {
            self.store_each(instances);
        }
        let Self::Each(values) = self else { unreachable!("both other kinds were replaced") };
        values
    }

    #[cold]
    fn store_each(&mut self, instances: usize) {
        let value = if let Self::Uniform { value, .. } = self { *value } else { 0.0 };
        let mut values = Numbers::with_capacity(64, instances);
        values.resize(instances, value);
        *self = Self::Each(values);
    }

    pub(super) fn read(&mut self, range: &Range<usize>) -> &[f64] {
        match self {
            Self::Each(values) => &values[range.clone()],
            Self::Uniform { value, copies } => {
                if copies.len() < range.len() {
                    copies.resize(range.len(), *value);
                }
                &copies[..range.len()]
            }
            Self::Discarded { room } => &*Self::some_room(room, range.len()),
        }
    }

    pub(super) fn write(&mut self, instances: usize, range: &Range<usize>) -> &mut [f64] {
        if let Self::Discarded { room } = self {
            return Self::some_room(room, range.len());
        }
        &mut self.each(instances)[range.clone()]
    }

    fn some_room(room: &mut Vec<f64>, length: usize) -> &mut [f64] {
        if room.len() < length {
            room.resize(length, 0.0);
        }
        &mut room[..length]
    }
}
