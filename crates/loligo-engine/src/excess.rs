//! The first voltage of a run beyond those of membranes.

use serde::{Deserialize, Serialize};

/// The largest magnitude of a membrane's voltage that is usual, mV.
pub const USUAL_VOLTAGE: f64 = 200.0;

/// The first voltage of a run whose magnitude is above [`USUAL_VOLTAGE`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Excess {
    /// Index of the cell in the blueprint.
    pub cell: usize,
    /// The node of its cable.
    pub node: u32,
    /// The voltage, mV.
    pub voltage: f64,
    /// The end of the step in which it was reached, ms.
    pub t: f64,
}

impl Excess {
    /// The first of some in time; of simultaneous ones that of the first cell.
    pub(crate) fn first(all: impl Iterator<Item = Self>) -> Option<Self> {
        all.min_by(|a, b| a.t.total_cmp(&b.t).then(a.cell.cmp(&b.cell)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_that_of_the_earliest_time_then_of_the_first_cell() {
        let excess = |t, cell| Excess { cell, node: 1, voltage: 201.0, t };
        let all = [excess(2.0, 0), excess(1.0, 3), excess(1.0, 2)];
        assert_eq!(Excess::first(all.into_iter()), Some(all[2]));
        assert_eq!(Excess::first(std::iter::empty()), None);
    }
}
