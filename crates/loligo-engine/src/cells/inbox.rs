//! What has been sent to a group and waits for its moment.

use super::Cells;
use crate::profile::Phase;

/// What reaches a group; of one instant in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Arrival {
    /// A waveform's next time.
    Waveform(u32),
    /// An event by way of an [input](Inputs).
    Event(u32),
}

/// An arrival with its moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    /// Twice the step's number; plus one if due by the end of the step rather than by its middle.
    pub(crate) tick: u64,
    pub(crate) t: f64,
    pub(crate) arrival: Arrival,
}

/// Deliveries that wait, those taken already included until they are [dropped](Inbox::drop_taken).
#[derive(Clone, Debug, Default)]
pub(super) struct Inbox {
    deliveries: Vec<Delivery>,
    taken: usize,
}

impl Inbox {
    /// The next one, if it is due by `tick`.
    pub(super) fn next(&self, tick: u64) -> Option<Delivery> {
        self.deliveries.get(self.taken).copied().filter(|next| next.tick <= tick)
    }

    /// The next one has been taken.
    pub(super) fn take(&mut self) {
        self.taken += 1;
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Cells {
    /// Takes deliveries, in the order in which they are to be made unless they are [put in order](Self::order_deliveries).
    pub(crate) fn give(&mut self, deliveries: &mut Vec<Delivery>) {
        self.inbox.deliveries.append(deliveries);
    }

    /// Sorts the deliveries that wait, so that it does not matter in which order they were given: inputs are numbered in the
    /// order in which connections were created, however cells are grouped and dealt out to ranks.
    pub(crate) fn order_deliveries(&mut self) {
        let Inbox { deliveries, taken } = &mut self.inbox;
        let waiting = &mut deliveries[*taken..];
        if waiting.len() < 2 {
            return;
        }
        let start = self.profile.start();
        waiting.sort_by(|a, b| a.tick.cmp(&b.tick).then(a.t.total_cmp(&b.t)).then_with(|| a.arrival.cmp(&b.arrival)));
        self.profile.stop(Phase::Deliver, start);
    }

    /// Forgets deliveries already taken.
    pub(crate) fn drop_taken(&mut self) {
        let Inbox { deliveries, taken } = &mut self.inbox;
        deliveries.drain(..*taken);
        *taken = 0;
    }
}
