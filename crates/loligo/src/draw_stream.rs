//! The random streams of positions and connection patterns.

use loligo_random::Random123;
use serde::{Deserialize, Serialize};

/// Names the random streams from which positions, or the connections of a pattern, are drawn.
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

/// A number that is drawn for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionDraw {
    /// The weight.
    Weight = 0,
    /// The delay.
    Delay = 1,
    /// The synapse, if it is one of several on the target cell.
    Synapse = 2,
}

impl DrawStream {
    /// Third ids: 'c' for pairs, 'd' for sources of a target, 'e' for targets of a source, 'p' for positions.
    const PAIRS: u32 = 99;
    const IN_DEGREE: u32 = 100;
    const OUT_DEGREE: u32 = 101;
    const POSITIONS: u32 = 112;
    /// The third ids from here on are those of connections.
    const OF_PAIRS: u32 = 1 << 31;
    /// Words of a stream that are kept for one of several connections of a pair.
    const WORDS_PER_CONNECTION: u64 = 1 << 16;

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

    /// The numbers that decide about the connections onto a target.
    pub(crate) fn pairs(self, target: u32) -> PairNumbers {
        PairNumbers { stream: self.stream(target, self.number, Self::PAIRS) }
    }

    /// The stream by which a target takes its sources, or a source its targets, one number each.
    pub(crate) fn partners(self, cell: u32, is_target: bool) -> Random123 {
        self.stream(cell, self.number, if is_target { Self::IN_DEGREE } else { Self::OUT_DEGREE })
    }

    /// The index of one of `count` synapses of the target cell, for a connection.
    pub fn synapse(self, pair: (u32, u32), repetition: u32, count: usize) -> usize {
        if count <= 1 {
            return 0;
        }
        let number = self.of_connection(ConnectionDraw::Synapse, pair, repetition).next_f64();
        ((number * count as f64) as usize).min(count - 1)
    }

    /// The stream of a number of a connection, by the indices of source and target among those of the pattern;
    /// `repetition` counts the connections of this pair, from 0.
    pub fn of_connection(self, draw: ConnectionDraw, (source, target): (u32, u32), repetition: u32) -> Random123 {
        let mut stream = self.stream(source, target, Self::OF_PAIRS | (self.number << 2) | draw as u32);
        if repetition > 0 {
            stream.set_sequence_wrapping((u64::from(repetition) * Self::WORDS_PER_CONNECTION) as f64);
        }
        stream
    }
}

/// The numbers of a target, by the index of the source: the k-th of a stream is that of source k.
pub(crate) struct PairNumbers {
    stream: Random123,
}

impl PairNumbers {
    /// The number of a source; sources in ascending order take the least time.
    pub(crate) fn at(&mut self, source: u32) -> f64 {
        if self.stream.sequence() != u64::from(source) {
            self.stream.set_sequence_wrapping(f64::from(source));
        }
        self.stream.next_f64()
    }
}

/// The pairs of a pattern, each with the number of connections of the same pair just before it.
pub fn with_repetitions(pairs: &[(u32, u32)]) -> impl Iterator<Item = ((u32, u32), u32)> {
    let mut last = None;
    pairs.iter().map(move |&pair| {
        let repetition = match last {
            Some((before, count)) if before == pair => count + 1,
            _ => 0,
        };
        last = Some((pair, repetition));
        (pair, repetition)
    })
}
