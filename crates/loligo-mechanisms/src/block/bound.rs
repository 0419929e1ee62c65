//! Columns of several blocks that are found once and used in many calls.

use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::NonNull;
use std::slice;

use loligo_machine_code::{StreamTable, Streams};

use super::Block;
use super::column::ColumnView;

/// Instances of several mechanisms on the same nodes.
#[derive(Clone, Copy, Debug)]
pub struct JointInstances<'a> {
    /// For each mechanism the number of its block, in ascending order, and its instances there: as many of each.
    pub members: &'a [(usize, Range<usize>)],
    /// Columns that take the place of their own.
    pub shared: &'a [SharedColumn],
}

/// A column of an ion that is used in the place of a mechanism's own copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedColumn {
    /// The index of the mechanism among the members, and its column.
    pub of: (usize, usize),
    /// The number of the ion's block, which is none of the members', and the column there.
    pub column: (usize, usize),
    /// The ion's instance for the first one of the mechanism; the others follow it.
    pub first: usize,
    /// True if the mechanism stores its copy there: else a kernel must not change the column.
    pub is_stored: bool,
}

impl JointInstances<'_> {
    /// Number of instances of each mechanism.
    pub fn len(&self) -> usize {
        self.members.first().map_or(0, |(_, range)| range.len())
    }

    /// True if there are no instances.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True if a kernel may change a column of a mechanism.
    pub fn may_be_changed(&self, of: (usize, usize)) -> bool {
        self.shared.iter().all(|shared| shared.is_stored || shared.of != of)
    }

    /// The block of a mechanism's column, the column there, and the instances.
    fn place(&self, of: (usize, usize)) -> (usize, usize, Range<usize>) {
        match self.shared.iter().find(|shared| shared.of == of) {
            Some(&SharedColumn { column: (block, column), first, .. }) => (block, column, first..first + self.len()),
            None => {
                let (block, ref range) = self.members[of.0];
                (block, of.1, range.clone())
            }
        }
    }

    /// A column of a mechanism, in the form in which it is stored.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column<'b>(&self, blocks: &'b [Block], of: (usize, usize)) -> ColumnView<'b> {
        let (block, column, range) = self.place(of);
        match blocks[block].column(column) {
            ColumnView::Each(values) => ColumnView::Each(&values[range]),
            other => other,
        }
    }
}

/// Columns of some instances of several blocks. Finding the columns of mechanisms with few instances takes longer
/// than computing them; they remain valid until the form of a block's columns changes.
///
/// ```
/// use loligo_mechanisms::{Block, BoundColumns, ColumnView, JointInstances};
/// let mut blocks = [Block::new([-65.0, 0.5], 3), Block::new([1.0], 3)];
/// blocks[0].set(1, 2, 0.25);
/// let instances = JointInstances { members: &[(0, 1..3)], shared: &[] };
/// let bound = BoundColumns::of(&mut blocks, instances, [vec![(0, 0), (0, 1)]], [vec![(0, 1)]]);
/// let open = bound.open(&mut blocks).unwrap();
/// let found: Vec<ColumnView> = open.columns(0).collect();
/// assert_eq!(found, [ColumnView::Same(-65.0), ColumnView::Each(&[0.5, 0.25])]);
/// blocks[0].set(0, 0, -70.0);
/// assert!(bound.open(&mut blocks).is_none(), "its instances no longer have one value");
/// ```
#[derive(Clone, Debug, Default)]
pub struct BoundColumns {
    /// The blocks, by their number among all, and the form that they had.
    blocks: Vec<(usize, u64)>,
    columns: Vec<Vec<BoundColumn>>,
    streams: Vec<StreamTable>,
    /// Number of instances of each block.
    count: usize,
    /// The kernel's own number of the plan that uses the columns.
    plan: u128,
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
    /// Finds columns. A list of `columns` or `streams` has for each column the index of the mechanism, and the column's number
    /// there; streams are for machine code, one with one number for all lanes for a column whose instances have the same
    /// value.
    ///
    /// # Panics
    /// If members are not in ascending order, do not exist or have other numbers of instances, if a shared column is one of
    /// theirs, if a column does not exist, or one that is not stored is a stream.
    pub fn of(
        blocks: &mut [Block],
        instances: JointInstances<'_>,
        columns: impl IntoIterator<Item = Vec<(usize, usize)>>,
        streams: impl IntoIterator<Item = Vec<(usize, usize)>>,
    ) -> Self {
        let JointInstances { members, shared } = instances;
        let count = instances.len();
        assert!(members.windows(2).all(|pair| pair[0].0 < pair[1].0), "members are in ascending order");
        assert!(members.iter().all(|(_, range)| range.len() == count), "members have as many instances");
        let is_own = |own: &SharedColumn| members.iter().any(|&(block, _)| block == own.column.0);
        assert!(!shared.iter().any(is_own), "a shared column is none of the members'");
        let mut find = |of: (usize, usize)| {
            let (block, column, range) = instances.place(of);
            match blocks[block].columns.first_of(column, &range) {
                Ok(first) => BoundColumn::Each(first),
                Err(Some(value)) => BoundColumn::Same(value),
                Err(None) => BoundColumn::Discarded,
            }
        };
        let columns = columns.into_iter().map(|list| list.into_iter().map(&mut find).collect()).collect();
        let mut table = |list: Vec<(usize, usize)>| {
            let mut table = StreamTable::default();
            for of in list {
                match find(of) {
                    BoundColumn::Each(first) => table.write(first, count),
                    BoundColumn::Same(value) => table.number(value),
                    BoundColumn::Discarded => panic!("streams are stored"),
                }
            }
            table
        };
        let streams = streams.into_iter().map(&mut table).collect();
        let used = members.iter().map(|&(k, _)| k).chain(shared.iter().map(|shared| shared.column.0));
        let mut noted: Vec<(usize, u64)> = used.map(|k| (k, blocks[k].columns.form().note())).collect();
        noted.sort_unstable();
        noted.dedup();
        Self { blocks: noted, columns, streams, count, plan: 0 }
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

    /// Numbers of lists of columns, and of lists of streams.
    #[inline]
    pub fn lists(&self) -> (usize, usize) {
        (self.bound.columns.len(), self.bound.streams.len())
    }

    /// The columns of a list.
    ///
    /// # Panics
    /// If there is no such list.
    #[inline]
    pub fn columns(&self, list: usize) -> impl Iterator<Item = ColumnView<'_>> {
        self.bound.columns[list].iter().map(|column| match *column {
            BoundColumn::Each(first) => {
                // SAFETY: `of` found the pointer to the first of `count` numbers of one column, whose block is borrowed as long
                // as `self` and is not written meanwhile. The block has the form that it had then (`BoundColumns::open`), so
                // that the numbers are where they were.
                ColumnView::Each(unsafe { slice::from_raw_parts(first.as_ptr(), self.bound.count) })
            }
            BoundColumn::Same(value) => ColumnView::Same(value),
            BoundColumn::Discarded => ColumnView::Discarded,
        })
    }

    /// One bit for each stream of a list with one number for all lanes.
    ///
    /// # Panics
    /// If there is no such list.
    #[inline]
    pub fn numbers(&self, list: usize) -> u128 {
        self.bound.streams[list].numbers()
    }

    /// Adds the streams of a list, from the instance number `start` on.
    ///
    /// # Panics
    /// If there is no such list, or not so many instances.
    #[inline]
    pub fn add_to<'s>(&'s mut self, streams: &mut Streams<'s>, list: usize, start: usize) {
        // SAFETY: each stream that is no number has `count` numbers of one column, whose block is borrowed for writing as long
        // as `self`. The block has the form that it had when they were found (`BoundColumns::open`), so that the numbers are
        // where they were.
        unsafe { streams.extend(&self.bound.streams[list], start) }
    }
}

#[cfg(test)]
mod tests {
    use loligo_machine_code::{Binary, Function, InstructionSet, Operation, Program, Value};

    use super::*;
    use crate::KernelScratch;

    fn blocks() -> Vec<Block> {
        let mut blocks = vec![Block::new([1.0, 2.0, 3.0], 4), Block::new([5.0], 4)];
        blocks[0].column_mut(1)[3] = 7.0;
        blocks
    }

    fn bound(blocks: &mut [Block]) -> BoundColumns {
        let members = &[(0, 2..4), (1, 1..3)];
        let lists = [vec![(0, 1), (1, 0)], vec![(0, 0), (0, 1)]];
        BoundColumns::of(blocks, JointInstances { members, shared: &[] }, lists.clone(), lists)
    }

    /// Adds the first two streams of a list, from `start` on, and stores the sums in a third one.
    fn sums(open: &mut OpenColumns<'_>, (list, start): (usize, usize), sums: &mut [f64]) {
        let operations =
            vec![Operation::Load(0), Operation::Load(1), Operation::Binary(Binary::Add, Value(0), Value(1))];
        let program = Program::new(3, operations, vec![(2, Value(2))]).expect("three streams");
        let program = program.with_numbers(open.numbers(list)).expect("only the third stream is written");
        let count = sums.len();
        let mut streams = Streams::default();
        open.add_to(&mut streams, list, start);
        streams.write(sums);
        let set = InstructionSet::available().next().expect("the processor has one");
        let function = Function::of(&program, set).expect("a short program");
        function.run(&mut streams, count).expect("three streams of that length");
    }

    #[test]
    fn numbers_are_read_in_place() {
        let mut blocks = blocks();
        let bound = bound(&mut blocks);
        blocks[0].set(1, 2, 6.0);
        let open = bound.open(&mut blocks).expect("only numbers have changed");
        assert_eq!((open.len(), open.plan(), open.lists()), (2, 0, (2, 2)));
        let first: Vec<ColumnView<'_>> = open.columns(0).collect();
        assert_eq!(first, [ColumnView::Each(&[6.0, 7.0]), ColumnView::Same(5.0)]);
        assert_eq!([0, 1].map(|list| open.numbers(list)), [0b10, 0b01]);
    }

    #[test]
    fn streams_are_the_numbers_of_columns() {
        if InstructionSet::available().next().is_none() {
            return;
        }
        let (mut blocks, mut found) = (blocks(), [0.0; 2]);
        let bound = bound(&mut blocks);
        let mut open = bound.open(&mut blocks).expect("nothing has changed");
        sums(&mut open, (0, 0), &mut found);
        assert_eq!(found, [2.0 + 5.0, 7.0 + 5.0]);
        sums(&mut open, (1, 1), &mut found[..1]);
        assert_eq!(found[0], 1.0 + 7.0, "from the second instance on");
    }

    /// A column of a third block takes the place of one of the first block.
    #[test]
    fn a_shared_column_is_used_in_the_place_of_the_own_one() {
        let mut blocks = blocks();
        blocks.push(Block::new([0.25, -60.0], 8));
        blocks[2].column_mut(1).copy_from_slice(&[-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -8.0]);
        let shared = [SharedColumn { of: (0, 1), column: (2, 1), first: 5, is_stored: false }];
        let instances = JointInstances { members: &[(0, 2..4)], shared: &shared };
        assert_eq!(instances.column(&blocks, (0, 1)), ColumnView::Each(&[-6.0, -7.0]));
        assert_eq!([0, 1].map(|column| instances.may_be_changed((0, column))), [true, false]);
        let bound = BoundColumns::of(&mut blocks, instances, [vec![(0, 0), (0, 1)]], []);
        let open = bound.open(&mut blocks).expect("nothing has changed");
        let columns: Vec<ColumnView<'_>> = open.columns(0).collect();
        assert_eq!(columns, [ColumnView::Same(1.0), ColumnView::Each(&[-6.0, -7.0])]);
        blocks[2].fill(0, 0.5);
        assert!(bound.open(&mut blocks).is_none(), "the form of the third block has changed");
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
    #[should_panic(expected = "streams are stored")]
    fn a_stream_is_stored() {
        let mut blocks = blocks();
        blocks[0].discard(2);
        let instances = JointInstances { members: &[(0, 0..4)], shared: &[] };
        BoundColumns::of(&mut blocks, instances, [], [vec![(0, 2)]]);
    }
}
