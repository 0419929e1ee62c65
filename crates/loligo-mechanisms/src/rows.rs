//! Working memory for kernels that compute in rows of numbers, one number for each of some instances.

/// Number of instances that a [`Row`] has room for.
pub const ROW: usize = 512;

/// Numbers for [`ROW`] instances, aligned to cache lines.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Row(pub [f64; ROW]);

/// Rows that are allocated once and reused; their contents between two calls of kernels have no meaning.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Boxed, since rows change places without being copied.
    rows: Vec<Box<Row>>,
}

impl Rows {
    /// At least `count` rows.
    pub fn at_least(&mut self, count: usize) -> &mut [Box<Row>] {
        if self.rows.len() < count {
            self.rows.resize_with(count, || Box::new(Row([0.0; ROW])));
        }
        &mut self.rows
    }
}
