//! Tables of functions and procedures (TABLE in NMODL).

use std::sync::{Arc, Mutex, PoisonError};

use smallvec::SmallVec;

use crate::program::{Place, Programs, TableFlow};

/// The most versions of a table that are kept, for instances with different parameters.
pub(super) const MOST_VERSIONS: usize = 32;

/// The values of a function at equidistant arguments.
#[derive(Debug)]
pub(crate) struct Tabulated {
    pub(super) from: f64,
    /// Intervals per unit of the argument.
    pub(super) factor: f64,
    /// For each output its values at all arguments.
    pub(super) values: Vec<Vec<f64>>,
    /// Values that the computation of the table has written to other columns.
    pub(super) left: Vec<(u32, f64)>,
}

/// A shared table.
pub(crate) type Tabulation = Arc<Tabulated>;

/// The tables of a kernel, made when first needed, one version for each set of values on which they depend.
#[derive(Debug, Default)]
pub(super) struct TableStore {
    pub(super) tables: Vec<Stored>,
}

#[derive(Debug)]
pub(super) struct Stored {
    pub(super) flow: TableFlow,
    /// Tables with the values of their inputs, by bits.
    pub(super) versions: Mutex<Vec<(Vec<u64>, Tabulation)>>,
}

/// The tables that a hook uses, by their number.
pub(crate) type TablesInUse = SmallVec<[Option<Tabulation>; 4]>;

impl Stored {
    /// The table for the values of its inputs, if it has been made.
    pub(super) fn find(&self, value: impl Fn(Place) -> f64) -> Option<Tabulation> {
        // A thread that panicked with the lock had only read or pushed, so the versions are still valid.
        let versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |key: &[u64]| self.flow.inputs.iter().zip(key).all(|(&place, bits)| value(place).to_bits() == *bits);
        versions.iter().find(|(key, _)| fits(key)).map(|(_, tabulation)| tabulation.clone())
    }
}

impl TableStore {
    pub(super) fn new(programs: &Programs) -> Self {
        let stored = |table| Stored { flow: TableFlow::of(programs, table), versions: Mutex::default() };
        Self { tables: programs.tables.iter().map(stored).collect() }
    }
}
