//! Lumps that are being formed.

/// Lumps that are being formed.
#[derive(Default)]
pub(super) struct Formed {
    pub(super) rows: Vec<u32>,
    /// An instance of each lump.
    pub(super) first: Vec<u32>,
    /// The number that a lump had before, if it is kept.
    pub(super) former: Vec<Option<u32>>,
    /// The sums of all states of the first lump, of the second, ...; 0 for those that are kept.
    pub(super) amounts: Vec<f64>,
}

impl Formed {
    /// The sums of a lump.
    pub(super) fn amounts_of(&self, lump: usize) -> &[f64] {
        let states = self.amounts.len() / self.rows.len().max(1);
        &self.amounts[lump * states..(lump + 1) * states]
    }
}
