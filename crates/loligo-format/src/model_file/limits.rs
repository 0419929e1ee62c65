//! Limits of a model file: large enough for any model that fits into memory, small enough that a typing error does not
//! exhaust memory.

use loligo::Options;

/// Cells, artificial ones included.
pub(crate) const CELLS: u64 = 1_000_000;
/// Sections of all cells.
pub(crate) const SECTIONS: u64 = 5_000_000;
/// Segments of all cells.
pub(crate) const SEGMENTS: u64 = 10_000_000;
/// Point processes, stimuli or recordings that one entry places on each cell.
pub(crate) const PLACES: u64 = 1_000_000;
/// Point processes of all cells.
pub(crate) const POINTS: u64 = 20_000_000;
/// Connections, and given events.
pub(crate) const CONNECTIONS: u64 = 20_000_000;
/// Pairs of cells among which connections are drawn.
pub(crate) const PAIRS: u64 = 1_000_000_000;
/// Recordings.
pub(crate) const RECORDINGS: u64 = 1_000_000;
/// Samples of all recordings (8 bytes each).
pub(crate) const SAMPLES: u64 = 1_000_000_000;
/// Spikes of NetStims (16 bytes each).
pub(crate) const SPIKES: u64 = 100_000_000;
/// Latest end of a run, ms.
pub(crate) const TIME: f64 = 1e9;
/// The shortest step, ms.
pub(crate) const STEP: f64 = Options::SHORTEST_STEP;
/// Points of the signals of all stimuli, at every place (some 50 bytes each).
pub(crate) const STIMULUS_POINTS: u64 = 20_000_000;
/// Threads.
pub(crate) const THREADS: u64 = Options::MOST_THREADS as u64;
