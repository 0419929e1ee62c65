//! Tables that programs use, and the places that their computation reads and changes.

use std::collections::BTreeSet;

use super::flow::flow;
use super::instruction::{Operation, Place, ProgramId};
use super::programs::{Programs, Table};
use super::walk::walk;

/// The places that the computation of a table reads and changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFlow {
    /// The places on which the table depends and whose values may change while a kernel is used.
    pub inputs: Vec<Place>,
    /// Columns that the computation changes, except the table's outputs.
    pub changed: Vec<u32>,
    /// Places that the computation reads and changes, also outputs: without DEPEND the table is not made again when one has
    /// another value. They are 0 when it is made, as in a new instance.
    pub zero: Vec<Place>,
}

impl TableFlow {
    /// The flow of one of a mechanism's tables.
    pub fn of(programs: &Programs, table: &Table) -> Self {
        let body = flow(programs, table.program);
        let bounds = [table.from, table.to].map(|bound| flow(programs, bound).reads_first);
        let all = body.reads_first.iter().chain(bounds.iter().flatten()).chain(&table.depends);
        // A shared table has its own voltage and time.
        let is_input =
            |place: Place| may_differ(place) && (table.per_call || !matches!(place, Place::Voltage | Place::Time));
        let read: BTreeSet<Place> = all.copied().filter(|&place| is_input(place)).collect();
        let is_changed = |place: &Place| {
            let is_own = body.may_write.contains(place) || table.outputs.contains(place);
            is_own && matches!(place, Place::Column(_) | Place::Temporary(_)) && !table.depends.contains(place)
        };
        let (zero, inputs) = read.into_iter().partition(is_changed);
        let others = body.may_write.iter().filter(|place| !table.outputs.contains(place));
        Self { inputs, changed: columns(others).collect(), zero }
    }
}

/// The columns among places.
pub(crate) fn columns<'a>(places: impl IntoIterator<Item = &'a Place>) -> impl Iterator<Item = u32> {
    places.into_iter().filter_map(|place| match place {
        Place::Column(column) => Some(*column),
        _ => None,
    })
}

/// `true` if the value at a place may change while a kernel is used.
fn may_differ(place: Place) -> bool {
    matches!(place, Place::Column(_) | Place::Temporary(_) | Place::Voltage | Place::Time | Place::Step)
}

/// The tables that a program uses, directly or through calls, except those that are checked at each call, in the order in which
/// they are made.
pub fn tables_used(programs: &Programs, root: ProgramId) -> Vec<usize> {
    let (mut seen, mut waiting, mut used) = (BTreeSet::from([root]), vec![root], BTreeSet::new());
    while let Some(id) = waiting.pop() {
        walk(&programs.program(id).body, &mut |instruction| {
            let called = match &instruction.operation {
                Operation::Call { program, .. }
                | Operation::Newton { program, .. }
                | Operation::Linear { program, .. } => *program,
                Operation::Sparse(sparse) => sparse.program,
                Operation::Tabulated { table, .. } => {
                    used.insert(*table as usize);
                    programs.tables[*table as usize].program
                }
                _ => return,
            };
            if seen.insert(called) {
                waiting.push(called);
            }
        });
    }
    let mut shared: Vec<usize> = used.into_iter().filter(|&table| !programs.tables[table].per_call).collect();
    shared.sort_by_key(|&table| programs.tables[table].order);
    shared
}
