use rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use crate::error::RandomError;
use crate::generator::words_as_generator;

/// Knuth's lags of additive generators of maximal period: the short and the long lag (The Art of Computer Programming,
/// vol. 2, section 3.2.2, table 1), and the number of words from which the result is chosen.
const LAGS: [(usize, usize, usize); 28] = [
    (3, 7, 16),
    (4, 9, 32),
    (3, 10, 32),
    (1, 11, 32),
    (1, 15, 64),
    (3, 17, 128),
    (7, 18, 128),
    (3, 20, 128),
    (2, 21, 128),
    (1, 22, 128),
    (5, 23, 128),
    (3, 25, 128),
    (2, 29, 128),
    (3, 31, 128),
    (13, 33, 256),
    (2, 35, 256),
    (11, 36, 256),
    (14, 39, 256),
    (3, 41, 256),
    (9, 49, 256),
    (3, 52, 256),
    (24, 55, 256),
    (7, 57, 256),
    (19, 58, 256),
    (38, 89, 512),
    (17, 95, 512),
    (6, 97, 512),
    (11, 98, 512),
];

/// The lags of NEURON's default size.
const DEFAULT_LAGS: (usize, usize, usize) = LAGS[21];

/// Words that are combined with the seed.
#[rustfmt::skip]
const SEEDS: [u32; 32] = [
    0xbdcc47e5, 0x54aea45d, 0xec0df859, 0xda84637b, 0xc8c6cb4f, 0x35574b01, 0x28260b7d, 0x0d07fdbf, 0x9faaeeb0,
    0x613dd169, 0x5ce2d818, 0x85b9e706, 0xab2469db, 0xda02b0dc, 0x45c60d6e, 0xffe49d10, 0x7224fea3, 0xf9684fc9,
    0xfc7ee074, 0x326ce92a, 0x366d13b5, 0x17aaa731, 0xeb83a675, 0x7781cb32, 0x4ec7c92d, 0x7f187521, 0x2cf346b4,
    0xad13310f, 0xb89cff2b, 0x12164de1, 0xa865168d, 0x32b56cdf,
];

/// For each byte of the result, lowest first, the byte of the word from which it is taken.
#[rustfmt::skip]
const BYTE_ORDERS: [[u8; 4]; 16] = [
    [0, 1, 2, 3], [0, 1, 3, 2], [0, 2, 1, 3], [0, 3, 2, 1], [1, 0, 2, 3], [1, 0, 3, 2], [2, 0, 1, 3], [3, 0, 1, 2],
    [2, 1, 0, 3], [3, 1, 0, 2], [2, 3, 0, 1], [3, 2, 0, 1], [1, 2, 3, 0], [3, 1, 2, 0], [2, 3, 1, 0], [3, 2, 1, 0],
];

/// The additive congruential generator of the GNU C++ library, which is used by `ACG` of
/// [neurodamus](https://github.com/openbraininstitute/neurodamus) and, up to version 8, by NEURON's
/// `Random()`.
///
/// Words of a linear congruential generator are stored in a table. An additive generator selects one of them and
/// determines a permutation of that word's bytes (Knuth's Algorithm M with Nowatzyk's permutations). NEURON 9 no longer
/// has it; the numbers are those of NEURON 8.2.6, to the bit. A uniform number takes two words: the first gives the 32
/// lower and the second the 20 upper bits of its fraction.
///
/// The default is NEURON's: seed 0 and size 55. There are no independent streams: the sequences of two seeds
/// may overlap. Prefer [`Random123`](crate::Random123) unless older results must be reproduced.
///
/// ```
/// use loligo_random::Acg;
///
/// let mut stream = Acg::new(1, 20)?;
/// assert_eq!(stream.next_f64(), 0.10411842675052663);
/// assert_eq!(Acg::default().next_f64(), 0.5340179015002575);
/// # Ok::<(), loligo_random::RandomError>(())
/// ```
#[doc(alias = "ACG")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StoredAcg")]
pub struct Acg {
    seed: u32,
    #[serde(skip)]
    short_lag: usize,
    /// The last words of the additive generator, one for each step of the long lag.
    sums: Vec<u32>,
    /// Index in `sums` of the entry that is replaced next; the index decreases.
    next: usize,
    /// Words from which the next one is selected.
    waiting: Vec<u32>,
    /// The last word of the linear congruential generator.
    last: u32,
}

impl Acg {
    /// The stream of a seed with a number of words of state.
    ///
    /// The size is rounded up to the next published one (7, 9, 10, 11, 15, 17, 18, 20, ... 55, ... 98).
    ///
    /// # Errors
    ///
    /// [`RandomError::StateSize`] if the size is not between 7 and 98.
    pub fn new(seed: u32, size: usize) -> Result<Self, RandomError> {
        let lags = LAGS.iter().find(|&&(_, long_lag, _)| long_lag >= size);
        match lags {
            Some(&lags) if size >= LAGS[0].1 => Ok(Self::with_lags(seed, lags)),
            _ => Err(RandomError::StateSize { size }),
        }
    }

    /// The stream of a seed with 55 words of state.
    pub fn with_default_size(seed: u32) -> Self {
        Self::with_lags(seed, DEFAULT_LAGS)
    }

    fn with_lags(seed: u32, (short_lag, long_lag, waiting): (usize, usize, usize)) -> Self {
        let mut stream = Self { seed, short_lag, sums: vec![0; long_lag], next: 0, waiting: vec![0; waiting], last: 0 };
        stream.reset();
        stream
    }

    /// The seed.
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// The number of words of state.
    pub fn size(&self) -> usize {
        self.sums.len()
    }

    /// Returns to the beginning.
    pub fn reset(&mut self) {
        let mixed = SEEDS[self.seed as usize % SEEDS.len()];
        // For small seeds the word is taken from the table alone.
        self.last = if (self.seed as usize) < SEEDS.len() { mixed } else { self.seed ^ mixed };
        for word in self.sums.iter_mut().chain(&mut self.waiting) {
            self.last = congruential(self.last);
            *word = self.last;
        }
        self.next = self.last as usize % self.sums.len();
    }

    /// The next 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        let size = self.sums.len();
        let sum = self.sums[self.next].wrapping_add(self.sums[(self.next + self.short_lag) % size]);
        self.sums[self.next] = sum;
        self.next = self.next.checked_sub(1).unwrap_or(size - 1);

        self.last = congruential(self.last);
        let place = (sum >> 24) as usize % self.waiting.len();
        let word = std::mem::replace(&mut self.waiting[place], self.last).to_le_bytes();
        let order = BYTE_ORDERS[(sum >> 2) as usize % BYTE_ORDERS.len()];
        u32::from_le_bytes(order.map(|byte| word[usize::from(byte)]))
    }

    /// The next uniform number, at least 0 and less than 1, from two words.
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        let lower = u64::from(self.next_u32());
        let upper = u64::from(self.next_u32() & 0xf_ffff);
        (upper << 32 | lower) as f64 * 2_f64.powi(-52)
    }
}

/// The step of the linear congruential generator.
#[inline]
fn congruential(word: u32) -> u32 {
    word.wrapping_mul(66049).wrapping_add(3907864577)
}

words_as_generator!(Acg);

impl Default for Acg {
    fn default() -> Self {
        Self::with_default_size(0)
    }
}

impl SeedableRng for Acg {
    /// The seed, little-endian; the size is 55.
    type Seed = [u8; 4];

    fn from_seed(seed: [u8; 4]) -> Self {
        Self::with_default_size(u32::from_le_bytes(seed))
    }
}

/// The stored form of a stream, which is checked when it is read.
#[derive(Deserialize)]
struct StoredAcg {
    seed: u32,
    sums: Vec<u32>,
    next: usize,
    waiting: Vec<u32>,
    last: u32,
}

impl TryFrom<StoredAcg> for Acg {
    type Error = RandomError;

    fn try_from(stored: StoredAcg) -> Result<Self, RandomError> {
        let StoredAcg { seed, sums, next, waiting, last } = stored;
        let sizes = (sums.len(), waiting.len());
        match LAGS.iter().find(|&&(_, long_lag, places)| (long_lag, places) == sizes) {
            Some(&(short_lag, ..)) if next < sums.len() => Ok(Self { seed, short_lag, sums, next, waiting, last }),
            _ => Err(RandomError::StateSize { size: sums.len() }),
        }
    }
}
