//! Columns of several blocks that are found once and used in many calls.

use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::NonNull;
use std::slice;

use super::Block;
use super::column::ColumnMut;

/// Lists of columns of some instances of several blocks. Finding the columns of mechanisms with few instances takes longer
/// than computing them; lists remain valid until the form of a block's columns changes.
///
/// ```
/// use loligo_mechanisms::{Block, BoundColumns, ColumnMut};
/// let mut blocks = [Block::new([-65.0, 0.5], 3), Block::new([1.0], 3)];
/// blocks[0].set(1, 2, 0.25);
/// let bound = BoundColumns::of(&mut blocks, &[(0, 1..3)], [[(0, 0), (0, 1)]]);
/// let mut open = bound.open(&mut blocks).unwrap();
/// let found: Vec<ColumnMut> = open.list(0).collect();
/// assert_eq!(found, [ColumnMut::Same(-65.0), ColumnMut::Each(&mut [0.5, 0.25])]);
/// blocks[0].set(0, 0, -70.0);
/// assert!(bound.open(&mut blocks).is_none(), "its instances no longer have one value");
/// ```
#[derive(Clone, Debug, Default)]
pub struct BoundColumns {
    /// The blocks, by their number among all, and the form that they had.
    blocks: Vec<(usize, u64)>,
    columns: Vec<BoundColumn>,
    lists: Vec<List>,
    /// Number of instances of each block.
    count: usize,
    /// The kernel's own number of the plan that uses the columns.
    plan: u128,
}

/// The columns from the end of the previous list on.
#[derive(Clone, Copy, Debug)]
struct List {
    end: usize,
    /// One bit for each of the first 128 columns that has one value for all instances.
    same: u128,
}

/// A column, with the number of the first of the instances.
#[derive(Clone, Copy, Debug)]
enum BoundColumn {
    Each(NonNull<f64>),
    Same(f64),
    Discarded,
}

// SAFETY: the pointers are only followed while the blocks that own the numbers are borrowed for writing; numbers can be sent
// to other threads and be used there.
unsafe impl Send for BoundColumns {}
// SAFETY: as above.
unsafe impl Sync for BoundColumns {}

impl BoundColumns {
    /// Finds columns. `members` are numbers of blocks, each with as many instances; a list has for each column the index of
    /// the member, and the column's number there.
    ///
    /// # Panics
    /// If members are not in ascending order, do not exist or have other numbers of instances, or the columns of a list are
    /// not in ascending order or do not exist.
    pub fn of<L: IntoIterator<Item = (usize, usize)>>(
        blocks: &mut [Block],
        members: &[(usize, Range<usize>)],
        lists: impl IntoIterator<Item = L>,
    ) -> Self {
        let count = members.first().map_or(0, |(_, range)| range.len());
        assert!(members.windows(2).all(|pair| pair[0].0 < pair[1].0), "members are in ascending order");
        assert!(members.iter().all(|(_, range)| range.len() == count), "members have as many instances");
        let noted = members.iter().map(|&(k, _)| (k, blocks[k].columns.form().note())).collect();
        let mut bound = Self { blocks: noted, columns: Vec::new(), lists: Vec::new(), count, plan: 0 };
        for list in lists {
            let (mut last, mut same) = (None, 0);
            for (place @ (member, column), number) in list.into_iter().zip(0_u32..) {
                assert!(last < Some(place), "the columns of a list are in ascending order");
                last = Some(place);
                let (block, range) = &members[member];
                let block = &mut blocks[*block];
                bound.columns.push(match block.columns.first_of(column, range) {
                    Ok(first) => BoundColumn::Each(first),
                    Err(Some(value)) => {
                        same |= 1_u128.checked_shl(number).unwrap_or(0);
                        BoundColumn::Same(value)
                    }
                    Err(None) => BoundColumn::Discarded,
                });
            }
            bound.lists.push(List { end: bound.columns.len(), same });
        }
        bound
    }

    /// The same columns for another plan of the kernel than that with number 0.
    #[must_use]
    pub fn for_plan(self, plan: u128) -> Self {
        Self { plan, ..self }
    }

    /// The columns of the blocks in which they were found; `None` if the form of a block has changed since.
    #[inline]
    pub fn open<'a>(&'a self, blocks: &'a mut [Block]) -> Option<OpenColumns<'a>> {
        let is_same = |&(k, noted): &(usize, u64)| blocks.get(k).is_some_and(|block| block.columns.form().is(noted));
        let are_same = !self.blocks.is_empty() && self.blocks.iter().all(is_same);
        are_same.then_some(OpenColumns { bound: self, blocks: PhantomData })
    }
}

/// Bound columns of blocks that still have the same form.
#[derive(Debug)]
pub struct OpenColumns<'a> {
    bound: &'a BoundColumns,
    blocks: PhantomData<&'a mut [Block]>,
}

impl OpenColumns<'_> {
    /// Number of instances.
    #[inline]
    pub fn len(&self) -> usize {
        self.bound.count
    }

    /// True if there are no instances.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the plan [for which](BoundColumns::for_plan) they were found.
    #[inline]
    pub fn plan(&self) -> u128 {
        self.bound.plan
    }

    /// Number of lists.
    #[inline]
    pub fn lists(&self) -> usize {
        self.bound.lists.len()
    }

    /// One bit for each of the first 128 columns of a list that has one value for all instances.
    ///
    /// # Panics
    /// If there is no such list.
    #[inline]
    pub fn same(&self, list: usize) -> u128 {
        self.bound.lists[list].same
    }

    /// The columns of a list.
    ///
    /// # Panics
    /// If there is no such list.
    #[inline]
    pub fn list(&mut self, list: usize) -> impl Iterator<Item = ColumnMut<'_>> {
        let BoundColumns { columns, lists, count, .. } = self.bound;
        let start = if list == 0 { 0 } else { lists[list - 1].end };
        columns[start..lists[list].end].iter().map(|column| match *column {
            // SAFETY: `of` found the pointer to the first of `count` numbers of one column, whose block is borrowed for
            // writing as long as `self`. The block has the form that it had then (`BoundColumns::open`), so that the
            // numbers are where they were. No other item of the list is the same column, since their places are ascending.
            BoundColumn::Each(first) => ColumnMut::Each(unsafe { slice::from_raw_parts_mut(first.as_ptr(), *count) }),
            BoundColumn::Same(value) => ColumnMut::Same(value),
            BoundColumn::Discarded => ColumnMut::Discarded,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KernelScratch;

    fn blocks() -> Vec<Block> {
        let mut blocks = vec![Block::new([1.0, 2.0, 3.0], 4), Block::new([5.0], 4)];
        blocks[0].column_mut(1)[3] = 7.0;
        blocks
    }

    fn bound(blocks: &mut [Block]) -> BoundColumns {
        BoundColumns::of(blocks, &[(0, 2..4), (1, 1..3)], [vec![(0, 1), (1, 0)], vec![(0, 0), (0, 1)]])
    }

    #[test]
    fn numbers_are_read_and_written_in_place() {
        let mut blocks = blocks();
        let bound = bound(&mut blocks);
        blocks[0].set(1, 2, 6.0);
        let mut open = bound.open(&mut blocks).expect("only numbers have changed");
        assert_eq!((open.len(), open.plan()), (2, 0));
        if let Some(ColumnMut::Each(numbers)) = open.list(1).nth(1) {
            numbers[1] = 8.0;
        }
        assert_eq!([0, 1].map(|list| open.same(list)), [0b10, 0b01]);
        let first: Vec<ColumnMut<'_>> = open.list(0).collect();
        assert_eq!(first, [ColumnMut::Each(&mut [6.0, 8.0]), ColumnMut::Same(5.0)]);
        assert_eq!(blocks[0].value(1, 3), 8.0);
    }

    /// Every way to change the form of a block's columns.
    #[test]
    fn another_form_needs_other_lists() {
        type Change = fn(&mut Vec<Block>);
        let in_instances: [Change; 6] = [
            |blocks| blocks[0].instances(0..4, &mut KernelScratch::default()).set(0, 1, 4.0),
            |blocks| blocks[0].instances(0..4, &mut KernelScratch::default()).add(0, 1, 4.0),
            |blocks| blocks[0].instances(0..4, &mut KernelScratch::default()).fill(0, 4.0),
            |blocks| blocks[0].instances(0..4, &mut KernelScratch::default()).set_row(1, [4.0]),
            |blocks| blocks[0].instances(0..4, &mut KernelScratch::default()).column_mut(2)[0] = 3.0,
            |blocks| _ = blocks[0].instances(0..4, &mut KernelScratch::default()).columns([], [2]),
        ];
        let in_block: [Change; 9] = [
            |blocks| blocks[0].set(0, 1, 4.0),
            |blocks| blocks[1].fill(0, 4.0),
            |blocks| blocks[0].column_mut(2)[0] = 3.0,
            |blocks| blocks[0].discard(1),
            |blocks| {
                blocks[0].column_mut(1).fill(1.0);
                blocks[0].compact();
            },
            |blocks| {
                let other = blocks[1].clone();
                blocks[1].append(&other);
            },
            |blocks| blocks[0] = blocks[0].clone().reordered(&[3, 2, 1, 0]),
            |blocks| blocks[0] = blocks[0].clone(),
            |blocks| blocks.swap(0, 1),
        ];
        for change in in_instances.into_iter().chain(in_block) {
            let mut blocks = blocks();
            let bound = bound(&mut blocks);
            assert!(bound.open(&mut blocks).is_some());
            change(&mut blocks);
            assert!(bound.open(&mut blocks).is_none());
        }
    }

    #[test]
    fn the_same_numbers_are_no_other_form() {
        let mut blocks = blocks();
        let bound = bound(&mut blocks);
        blocks[0].fill(0, 1.0);
        blocks[0].fill(1, 1.0);
        blocks[1].set(0, 2, 5.0);
        blocks[0].compact();
        assert!(bound.open(&mut blocks).is_none(), "a column has become one number");
        let bound = self::bound(&mut blocks);
        blocks[0].compact();
        assert!(bound.open(&mut blocks).is_some());
        assert!(BoundColumns::default().open(&mut blocks).is_none(), "nothing was found yet");
    }

    #[test]
    #[should_panic(expected = "ascending")]
    fn a_column_is_in_a_list_only_once() {
        BoundColumns::of(&mut blocks(), &[(0, 0..4)], [[(0, 1), (0, 1)]]);
    }
}
