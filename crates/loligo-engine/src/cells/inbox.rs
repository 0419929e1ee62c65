//! Pending deliveries to a group.

use super::Cells;
use crate::profile::Phase;

/// A delivery to a group; simultaneous deliveries are made in the order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Arrival {
    /// The next time of a waveform.
    Waveform(u32),
    /// An event through an [input](Inputs).
    Event(u32),
}

/// An arrival with its time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    /// Twice the number of the step; plus one if due by the end of the step rather than by its
    /// middle.
    pub(crate) tick: u64,
    pub(crate) t: f64,
    pub(crate) arrival: Arrival,
}

/// Pending deliveries, including those already taken until they are [dropped](Inbox::drop_taken).
#[derive(Clone, Debug, Default)]
pub(super) struct Inbox {
    deliveries: Vec<Delivery>,
    taken: usize,
}

impl Inbox {
    /// The next delivery, if it is due by `tick`.
    pub(super) fn next(&self, tick: u64) -> Option<Delivery> {
        self.deliveries.get(self.taken).copied().filter(|next| next.tick <= tick)
    }

    /// Marks the next delivery as taken.
    pub(super) fn take(&mut self) {
        self.taken += 1;
    }

    /// Drops all deliveries.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Cells {
    /// Adds deliveries. They must come in the order of delivery unless they are [put in order](Self::order_deliveries)
    /// later.
    pub(crate) fn give(&mut self, deliveries: &mut Vec<Delivery>) {
        self.inbox.deliveries.append(deliveries);
    }

    /// Sorts the pending deliveries, so that the order in which they were added has no effect: inputs are numbered in
    /// the order in which connections were created, for any division of the cells into groups and ranks.
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

    /// Drops deliveries already taken.
    pub(crate) fn drop_taken(&mut self) {
        let Inbox { deliveries, taken } = &mut self.inbox;
        deliveries.drain(..*taken);
        *taken = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::test_models::{passive, started};

    fn delivery(tick: u64, t: f64, arrival: Arrival) -> Delivery {
        Delivery { tick, t, arrival }
    }

    /// Takes all deliveries due by a tick.
    fn taken(inbox: &mut Inbox, tick: u64) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        while let Some(next) = inbox.next(tick) {
            inbox.take();
            arrivals.push(next.arrival);
        }
        arrivals
    }

    #[test]
    fn what_waits_is_ordered_by_tick_time_and_kind() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        let (first, second) = (Arrival::Event(0), Arrival::Event(1));
        let mut given = vec![
            delivery(3, 0.0, first),
            delivery(1, 0.2, second),
            delivery(1, 0.2, first),
            delivery(1, 0.2, Arrival::Waveform(9)),
            delivery(1, 0.1, second),
        ];
        cells.give(&mut given);
        assert!(given.is_empty());
        cells.order_deliveries();
        assert_eq!(taken(&mut cells.inbox, 0), []);
        assert_eq!(taken(&mut cells.inbox, 2), [second, Arrival::Waveform(9), first, second]);
        assert_eq!(taken(&mut cells.inbox, 3), [first]);
    }

    #[test]
    fn what_has_been_taken_stays_taken() {
        let mut cells = started(&[passive(Vec::new())], Options::default(), |_, _| {});
        cells.give(&mut vec![delivery(5, 1.0, Arrival::Event(5)), delivery(6, 1.0, Arrival::Event(6))]);
        assert_eq!(taken(&mut cells.inbox, 5), [Arrival::Event(5)]);
        cells.give(&mut vec![delivery(1, 0.0, Arrival::Event(1))]);
        cells.order_deliveries();
        assert_eq!(cells.inbox.next(9).map(|next| next.arrival), Some(Arrival::Event(1)));
        cells.drop_taken();
        assert_eq!(cells.inbox.deliveries.len(), 2);
        assert_eq!(taken(&mut cells.inbox, 9), [Arrival::Event(1), Arrival::Event(6)]);
        cells.inbox.clear();
        assert!(cells.inbox.deliveries.is_empty() && cells.inbox.taken == 0);
    }
}
