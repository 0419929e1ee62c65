//! Where the numbers of a mechanism's instances are kept.

use loligo_random::Random123;

/// All instances of one mechanism in a group of cells, one column a variable (structure of arrays).
///
/// Columns are in the order of the [`Description`](crate::Description)'s variables. Everything that changes during a run
/// is in here, so that a copy of the blocks is a copy of the state.
#[derive(Clone, Debug, Default)]
pub struct Block {
    columns: Vec<Vec<f64>>,
    instances: usize,
    /// One random stream an instance, for mechanisms that draw (else empty).
    pub streams: Vec<Random123>,
    /// One list of times (ms) an instance, for mechanisms that replay (else empty).
    pub schedules: Vec<Vec<f64>>,
    /// A table of rates, for mechanisms that use one; rebuilt when the block is initialised.
    pub table: Vec<f64>,
}

impl Block {
    /// A block of `instances` with each column filled with its variable's default.
    pub fn new(defaults: impl IntoIterator<Item = f64>, instances: usize) -> Self {
        let columns = defaults.into_iter().map(|default| vec![default; instances]).collect();
        Self { columns, instances, ..Self::default() }
    }

    /// Number of instances.
    pub fn len(&self) -> usize {
        self.instances
    }

    /// Whether there are no instances.
    pub fn is_empty(&self) -> bool {
        self.instances == 0
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// One variable of all instances.
    pub fn column(&self, column: usize) -> &[f64] {
        &self.columns[column]
    }

    /// One variable of all instances, to change.
    pub fn column_mut(&mut self, column: usize) -> &mut [f64] {
        &mut self.columns[column]
    }

    /// The first `N` variables of one instance, where an instance is worked on by itself.
    pub fn row<const N: usize>(&self, instance: usize) -> [f64; N] {
        std::array::from_fn(|column| self.columns[column][instance])
    }

    /// Puts back what [`row`](Self::row) took out.
    pub fn set_row<const N: usize>(&mut self, instance: usize, row: [f64; N]) {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column[instance] = value;
        }
    }

    /// Several variables at once, all to be changed.
    ///
    /// # Panics
    /// If a column is named twice or does not exist: a mechanism names its own, fixed columns.
    pub fn columns_mut<const N: usize>(&mut self, columns: [usize; N]) -> [&mut [f64]; N] {
        let Ok(found) = self.columns.get_disjoint_mut(columns) else {
            panic!("columns {columns:?} of a block of {} are not distinct or do not exist", self.instances)
        };
        found.map(Vec::as_mut_slice)
    }

    /// The same instances in another order: first the one that is number `order[0]` now, and so on.
    #[must_use]
    pub fn reordered(&self, order: &[usize]) -> Self {
        let reordered = |values: &Vec<f64>| order.iter().map(|&instance| values[instance]).collect();
        Self {
            columns: self.columns.iter().map(reordered).collect(),
            instances: order.len(),
            streams: order.iter().filter_map(|&instance| self.streams.get(instance).cloned()).collect(),
            schedules: order.iter().filter_map(|&instance| self.schedules.get(instance).cloned()).collect(),
            table: self.table.clone(),
        }
    }

    /// Appends the instances of another block of the same mechanism.
    ///
    /// # Panics
    /// If the two have different numbers of columns.
    pub fn append(&mut self, other: Self) {
        assert_eq!(self.width(), other.width(), "blocks of one mechanism have the same columns");
        for (own, others) in self.columns.iter_mut().zip(other.columns) {
            own.extend(others);
        }
        self.instances += other.instances;
        self.streams.extend(other.streams);
        self.schedules.extend(other.schedules);
    }
}
