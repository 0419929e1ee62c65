//! Groups of which a rehearsal makes fewer cells than the file asks for.

use std::collections::HashMap;

/// Copies of the first cells of groups, for other cells that entries name.
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
