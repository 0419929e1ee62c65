//! Working memory for kernels that compute in rows of numbers, one number for each of some instances.

use std::cell::Cell;

/// Number of instances that a [`Row`] has room for.
pub const ROW: usize = 512;

/// Numbers for [`ROW`] instances, aligned to cache lines.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Row(pub [f64; ROW]);

/// The rows of a thread, allocated once and reused by all of its kernels: their contents between two calls of kernels have
/// no meaning.
///
/// ```
/// use loligo_mechanisms::Rows;
/// let sum = Rows::of_this_thread(|rows| {
///     let rows = rows.at_least(2);
///     rows[0].0.fill(1.0);
///     rows[1].0.fill(2.0);
///     rows[0].0[7] + rows[1].0[7]
/// });
/// assert_eq!(sum, 3.0);
/// ```
#[derive(Debug, Default)]
pub struct Rows {
    /// Boxed, since rows change places without being copied.
    rows: Vec<Box<Row>>,
}

thread_local! {
    static ROWS: Cell<Rows> = const { Cell::new(Rows { rows: Vec::new() }) };
}

impl Rows {
    /// Calls `work` with the rows of this thread. A call within it gets other rows.
    pub fn of_this_thread<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        let mut rows = ROWS.take();
        let result = work(&mut rows);
        ROWS.set(rows);
        result
    }

    /// At least `count` rows.
    pub fn at_least(&mut self, count: usize) -> &mut [Box<Row>] {
        if self.rows.len() < count {
            self.rows.resize_with(count, || Box::new(Row([0.0; ROW])));
        }
        &mut self.rows
    }
}
