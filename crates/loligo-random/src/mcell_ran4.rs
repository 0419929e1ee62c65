use rand_core::{SeedableRng, utils};
use serde::{Deserialize, Serialize};

use crate::generator::words_as_generator;

/// An MCellRan4 stream: a hash of a counting high index and a fixed low index.
///
/// The hash is two rounds of the pseudo-DES of Press et al. (Numerical Recipes, `ran4`) with the
/// constants of MCell and NEURON. Two values that NEURON stores once per process are explicit here:
///
/// * low index 0 is simply 0, NEURON's default of `mcell_ran4_init`; pass a model's argument of
///   `mcell_ran4_init` as the low index instead;
/// * high index 0 is simply 0, whereas NEURON then counts its generators: its choice is
///   [`MCellRan4::of_instance`].
///
/// ```
/// use loligo_random::MCellRan4;
///
/// let mut stream = MCellRan4::new(5, 0);
/// assert_eq!(stream.next_f64(), 0.33290340378880501);
/// assert_eq!(stream.sequence(), 6);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MCellRan4 {
    high: u32,
    low: u32,
    first: u32,
}

impl MCellRan4 {
    /// The stream that begins at a high index, under a low index.
    pub fn new(high: u32, low: u32) -> Self {
        Self { high, low, first: high }
    }

    /// The stream that NEURON gives to the n-th generator of a process, counted from 1, when it is
    /// constructed with high index 0.
    pub fn of_instance(instance: u32, low: u32) -> Self {
        Self::new(hash(instance, low), low)
    }

    /// The high index of the next word.
    pub fn sequence(&self) -> u32 {
        self.high
    }

    /// Moves to a high index.
    pub fn set_sequence(&mut self, high: u32) {
        self.high = high;
    }

    /// The low index.
    pub fn low(&self) -> u32 {
        self.low
    }

    /// Returns to the high index at which the stream began.
    pub fn reset(&mut self) {
        self.high = self.first;
    }

    /// The next 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        let bits = hash(self.high, self.low);
        self.high = self.high.wrapping_add(1);
        bits
    }

    /// The next uniform number, at least 0 and less than 1: word / 2^32.
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        f64::from(self.next_u32()) * (1.0 / 4294967296.0)
    }
}

#[inline]
fn hash(high: u32, low: u32) -> u32 {
    let low = low ^ scramble(high ^ 0xbaa9_6887, 0x4b0f_3b58);
    high ^ scramble(low ^ 0x1e17_d32c, 0xe874_f0c3)
}

/// The nonlinear function of a round, applied to the upper and the lower half of a word.
#[inline(always)]
fn scramble(word: u32, mask: u32) -> u32 {
    let (upper, lower) = (word >> 16, word & 0xffff);
    let squares = (upper * upper).wrapping_sub(lower * lower);
    ((!squares).rotate_left(16) ^ mask).wrapping_add(upper * lower)
}

words_as_generator!(MCellRan4);

impl SeedableRng for MCellRan4 {
    /// The high and the low index, each little-endian.
    type Seed = [u8; 8];

    fn from_seed(seed: [u8; 8]) -> Self {
        let [high, low] = utils::read_words(&seed);
        Self::new(high, low)
    }
}
