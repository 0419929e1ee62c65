//! A spike.

use serde::{Deserialize, Serialize};

/// A spike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spike {
    /// Time, ms: for a threshold crossing the start of the step at which it is detected, plus
    /// 1e-10.
    pub t: f64,
    /// Index into the blueprint's `sources`.
    pub source: usize,
}
