//! Position in the order of events.

use std::cmp::Ordering;

/// The time of an event, and its position among those of that time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// ms.
    pub(crate) time: f64,
    pub(crate) sequence: u64,
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.time.total_cmp(&other.time).then(self.sequence.cmp(&other.sequence))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Moment {}
