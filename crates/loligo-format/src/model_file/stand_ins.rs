//! Representatives of cells that a rehearsal does not make.

use std::collections::HashMap;

/// Copies of the first cells of groups, in place of other cells that entries refer to.
#[derive(Debug, Default)]
pub(crate) struct StandIns {
    /// By group and number of the member.
    pub(super) index: HashMap<(usize, usize), usize>,
    pub(super) group_of_cell: HashMap<usize, usize>,
    pub(super) group_of_artificial_cell: HashMap<usize, usize>,
}

impl StandIns {
    pub(crate) fn group_of_cell(&self, cell: usize) -> Option<usize> {
        self.group_of_cell.get(&cell).copied()
    }

    pub(crate) fn group_of_artificial_cell(&self, cell: usize) -> Option<usize> {
        self.group_of_artificial_cell.get(&cell).copied()
    }
}
