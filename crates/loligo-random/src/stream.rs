use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::acg::Acg;
use crate::error::RandomError;
use crate::generator::words_as_generator;
use crate::mcell_ran4::MCellRan4;
use crate::random123::Random123;

/// The generator of a model's random numbers: neurodamus's `RNGConfig.Modes`.
///
/// As text (`FromStr`, in upper or lower case) the modes are `Compatibility`, `Random123` and `UpMCellRan4`
/// (`UpdatedMCell` in old configurations); as numbers (`TryFrom<u8>`, `as u8`) they are neurodamus's 1, 2 and 3.
/// [`Seeds`](crate::Seeds) has the rules for the streams of a simulation in each mode.
///
/// The default is `Random123`, as in neurodamus's runs since 2020 (its class `RNGConfig` still has 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum RngMode {
    /// [`Acg`], NEURON's default until version 8.
    Compatibility = 1,
    /// [`Random123`].
    #[default]
    Random123 = 2,
    /// [`MCellRan4`].
    #[serde(rename = "upmcellran4")]
    UpMCellRan4 = 3,
}

impl TryFrom<u8> for RngMode {
    type Error = RandomError;

    fn try_from(number: u8) -> Result<Self, RandomError> {
        match number {
            1 => Ok(Self::Compatibility),
            2 => Ok(Self::Random123),
            3 => Ok(Self::UpMCellRan4),
            other => Err(RandomError::Mode { mode: other.to_string() }),
        }
    }
}

impl FromStr for RngMode {
    type Err = RandomError;

    fn from_str(name: &str) -> Result<Self, RandomError> {
        match name.to_ascii_lowercase().as_str() {
            "compatibility" => Ok(Self::Compatibility),
            "random123" => Ok(Self::Random123),
            "upmcellran4" | "mcellran4" | "updatedmcell" => Ok(Self::UpMCellRan4),
            _ => Err(RandomError::Mode { mode: name.to_owned() }),
        }
    }
}

/// A stream of any of the generators, chosen at run time, like the result of neurodamus's `RNG.create`.
///
/// ```
/// use loligo_random::{Distribution, RngMode, Sampler, Stream};
///
/// let stream = Stream::create(RngMode::Random123, &[1, 2, 3], Some(42))?;
/// let mut sampler = Sampler::new(stream, Distribution::Uniform { low: 0.0, high: 1.0 })?;
/// assert!((0.0..1.0).contains(&sampler.pick()));
///
/// let error = Stream::create(RngMode::Random123, &[1, 2], None).unwrap_err();
/// assert_eq!(error.to_string(), "a Random123 stream takes three ids, not 2");
/// # Ok::<(), loligo_random::RandomError>(())
/// ```
#[doc(alias = "RNG")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// A stream with three ids.
    Random123(Random123),
    /// A stream with a high and a low index.
    #[serde(rename = "mcellran4")]
    MCellRan4(MCellRan4),
    /// A stream with a seed.
    Acg(Acg),
}

impl Stream {
    /// The stream for a mode, ids and a seed, chosen like neurodamus's `RNG.create(rng_mode, ids, seed)`.
    ///
    /// | mode | ids | seed | without a seed |
    /// |---|---|---|---|
    /// | `Random123` | three | global index of this stream | 0 |
    /// | `UpMCellRan4` | one, the high index | low index of this stream | 0 |
    /// | `Compatibility` | any number, without effect: an ACG has no streams | seed of an ACG of size 55 | 0 |
    ///
    /// A seed affects only the stream that is made. (In neurodamus it changed all Random123 streams of the process,
    /// and was ignored in the other two modes; without a seed the numbers are those of neurodamus.)
    ///
    /// # Errors
    ///
    /// [`RandomError::Ids`] if the number of ids does not fit the mode.
    pub fn create(mode: RngMode, ids: &[u32], seed: Option<u32>) -> Result<Self, RandomError> {
        let seed = seed.unwrap_or(0);
        let wrong = |mode, needed| Err(RandomError::Ids { mode, needed, given: ids.len() });
        match (mode, ids) {
            (RngMode::Random123, &[id1, id2, id3]) => Ok(Random123::new(id1, id2, id3).with_global_index(seed).into()),
            (RngMode::Random123, _) => wrong("a Random123 stream", "three ids"),
            (RngMode::UpMCellRan4, &[high]) => Ok(MCellRan4::new(high, seed).into()),
            (RngMode::UpMCellRan4, _) => wrong("an MCellRan4 stream", "one id, the high index"),
            (RngMode::Compatibility, _) => Ok(Acg::with_default_size(seed).into()),
        }
    }

    /// Returns to the beginning of the stream.
    pub fn reset(&mut self) {
        match self {
            Self::Random123(stream) => stream.reset(),
            Self::MCellRan4(stream) => stream.reset(),
            Self::Acg(stream) => stream.reset(),
        }
    }

    /// The next 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        match self {
            Self::Random123(stream) => stream.next_u32(),
            Self::MCellRan4(stream) => stream.next_u32(),
            Self::Acg(stream) => stream.next_u32(),
        }
    }

    /// The next uniform number between 0 and 1, as converted by the generator.
    #[inline]
    pub fn next_f64(&mut self) -> f64 {
        match self {
            Self::Random123(stream) => stream.next_f64(),
            Self::MCellRan4(stream) => stream.next_f64(),
            Self::Acg(stream) => stream.next_f64(),
        }
    }
}

words_as_generator!(Stream);

impl From<Random123> for Stream {
    fn from(stream: Random123) -> Self {
        Self::Random123(stream)
    }
}

impl From<MCellRan4> for Stream {
    fn from(stream: MCellRan4) -> Self {
        Self::MCellRan4(stream)
    }
}

impl From<Acg> for Stream {
    fn from(stream: Acg) -> Self {
        Self::Acg(stream)
    }
}
