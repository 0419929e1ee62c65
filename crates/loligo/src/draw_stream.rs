//! The random streams of positions.

use loligo_random::Random123;
use serde::{Deserialize, Serialize};

/// Names the random streams from which positions of cells are drawn.
///
/// Draws of different numbers are independent, as are those of different seeds. All streams are Random123 with `seed`
/// as the global index; what is drawn depends on the name, and on the cell or pair of cells for which it is drawn,
/// never on the order of drawing or the number of ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DrawStream {
    /// Distinguishes the draws of one model, below 2^29; model files count their entries, from 1.
    pub number: u32,
    /// The seed of the model.
    pub seed: u32,
}

impl DrawStream {
    /// Third id of the streams of positions: 'p'.
    const POSITIONS: u32 = 112;

    /// Makes a name of streams.
    pub fn new(number: u32, seed: u32) -> Self {
        Self { number, seed }
    }

    fn stream(self, id1: u32, id2: u32, id3: u32) -> Random123 {
        Random123::new(id1, id2, id3).with_global_index(self.seed)
    }

    /// The stream of the position of the `k`-th cell.
    pub(crate) fn position(self, k: u32) -> Random123 {
        self.stream(k, self.number, Self::POSITIONS)
    }
}
