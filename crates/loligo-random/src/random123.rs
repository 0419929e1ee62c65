use rand_core::{SeedableRng, utils};
use serde::{Deserialize, Serialize};

use crate::error::RandomError;
use crate::generator::words_as_generator;
use crate::philox::philox4x32_10;

/// The last position of a stream: 2^32 blocks of four words.
const LAST_SEQUENCE: u64 = (1 << 34) - 1;

/// A Random123 stream: Philox4x32-10 of three ids and a position, with NEURON's layout.
///
/// The counter is `[block, id3, id1, id2]` and the key `[global index, 0]`; a block's four words
/// are taken in order. After 2^34 words the block number carries into `id3`. Streams of different
/// ids are independent (Salmon et al. 2011, doi:10.1145/2063384.2063405).
///
/// ```
/// use loligo_random::Random123;
///
/// let mut stream = Random123::new(1, 2, 3);
/// assert_eq!(stream.next_f64(), 0.98086189735195095);
/// assert_eq!(stream.sequence(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Random123 {
    counter: [u32; 4],
    global_index: u32,
    block: [u32; 4],
    word: u8,
}

impl Random123 {
    /// The stream of three ids, at its beginning, with global index 0.
    pub fn new(id1: u32, id2: u32, id3: u32) -> Self {
        let mut stream = Self { counter: [0, id3, id1, id2], global_index: 0, block: [0; 4], word: 0 };
        stream.fill_block();
        stream
    }

    /// The same ids and position with another global index (a run number, for instance).
    pub fn with_global_index(mut self, global_index: u32) -> Self {
        self.global_index = global_index;
        self.fill_block();
        self
    }

    /// The global index.
    pub fn global_index(&self) -> u32 {
        self.global_index
    }

    /// `[id1, id2, id3]`; `id3` increases by one when the stream exceeds 2^34 words.
    pub fn ids(&self) -> [u32; 3] {
        [self.counter[2], self.counter[3], self.counter[1]]
    }

    /// Changes the ids and keeps the position.
    ///
    /// As in NEURON, the remaining words of the present block of four still belong to the old ids;
    /// setting the sequence afterwards makes the change immediate.
    pub fn set_ids(&mut self, id1: u32, id2: u32, id3: u32) {
        self.counter = [self.counter[0], id3, id1, id2];
    }

    /// The position: four times the block number plus the word within the block.
    pub fn sequence(&self) -> u64 {
        u64::from(self.counter[0]) * 4 + u64::from(self.word)
    }

    /// Moves to a position between 0 and 2^34 - 1.
    pub fn set_sequence(&mut self, sequence: u64) -> Result<(), RandomError> {
        if sequence > LAST_SEQUENCE {
            return Err(RandomError::Sequence { sequence });
        }
        self.go_to(sequence);
        Ok(())
    }

    /// Moves to a position like NMODL's `random_setseq`, which accepts any number.
    ///
    /// The fraction is dropped and only the lowest 34 bits are used; negative numbers, numbers of
    /// 2^40 and more, and NaN give 0.
    pub fn set_sequence_wrapping(&mut self, sequence: f64) {
        let valid = (0.0..=((1_u64 << 40) - 1) as f64).contains(&sequence);
        let sequence = if valid { sequence as u64 } else { 0 };
        self.go_to(sequence & LAST_SEQUENCE);
    }

    /// Returns to position 0.
    pub fn reset(&mut self) {
        self.go_to(0);
    }

    /// The next 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        // The mask keeps the word number within its block, even if a stored stream has an invalid
        // one.
        let word = self.word & 3;
        let bits = self.block[usize::from(word)];
        if word == 3 {
            self.word = 0;
            self.count_block();
            self.fill_block();
        } else {
            self.word = word + 1;
        }
        bits
    }

    /// The next uniform number, greater than 0 and less than 1: (word + 1) / (2^32 + 1).
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        (f64::from(self.next_u32()) + 1.0) * (1.0 / 4294967297.0)
    }

    /// A uniform number between two bounds (NMODL's `random_uniform`).
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + self.next_f64() * (high - low)
    }

    /// A negative exponential number with a mean (NMODL's `random_negexp`).
    ///
    /// ```
    /// let mut stream = loligo_random::Random123::new(1, 2, 3);
    /// assert_eq!(stream.negexp(2.5), 0.048309016864637878);
    /// ```
    pub fn negexp(&mut self, mean: f64) -> f64 {
        -self.next_f64().ln() * mean
    }

    /// A normal number with a mean and a **standard deviation** (NMODL's `random_normal`).
    ///
    /// Marsaglia's polar method; the second deviate is discarded, so the position alone determines
    /// the next number. A [`Sampler`](crate::Sampler) keeps the second deviate.
    ///
    /// ```
    /// let mut stream = loligo_random::Random123::new(1, 2, 3);
    /// assert_eq!(stream.normal(3.0, 2.0), 5.3395411560156507);
    /// ```
    pub fn normal(&mut self, mean: f64, standard_deviation: f64) -> f64 {
        let (first, _) = crate::polar::polar_pair(self);
        mean + first * standard_deviation
    }

    fn go_to(&mut self, sequence: u64) {
        self.counter[0] = (sequence >> 2) as u32;
        self.word = (sequence & 3) as u8;
        self.fill_block();
    }

    /// Adds one to the 128-bit counter.
    fn count_block(&mut self) {
        for part in &mut self.counter {
            *part = part.wrapping_add(1);
            if *part != 0 {
                break;
            }
        }
    }

    fn fill_block(&mut self) {
        self.block = philox4x32_10(self.counter, [self.global_index, 0]);
    }
}

words_as_generator!(Random123);

impl SeedableRng for Random123 {
    /// `id1`, `id2`, `id3` and the global index, each little-endian.
    type Seed = [u8; 16];

    fn from_seed(seed: [u8; 16]) -> Self {
        let [id1, id2, id3, global_index] = utils::read_words(&seed);
        Self::new(id1, id2, id3).with_global_index(global_index)
    }
}
