//! A queue of events in which the order of simultaneous events does not depend on other events.

use std::collections::BTreeMap;

use crate::moment::Moment;

/// Identifies an event on a [`FifoQueue`], so that it can be moved; no longer valid after the event is delivered or
/// moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FifoHandle(Moment);

/// A queue of events ordered by time (ms); simultaneous events are first in, first out.
///
/// Unlike in an [`EventQueue`](crate::EventQueue), which delivers simultaneous events in NEURON's order, the order of
/// two events does not depend on the other events on the queue: cells that share a queue receive their events in the
/// order in which each cell sent them.
///
/// ```
/// use loligo_events::FifoQueue;
/// let mut queue = FifoQueue::default();
/// for (time, name) in [(5.0, "a"), (5.0, "b"), (3.0, "c"), (5.0, "d")] {
///     queue.insert(time, name);
/// }
/// let order: Vec<_> = std::iter::from_fn(|| queue.pop_until(5.0)).map(|(_, name)| name).collect();
/// assert_eq!(order, ["c", "a", "b", "d"]);
/// ```
#[derive(Clone, Debug)]
pub struct FifoQueue<T> {
    events: BTreeMap<Moment, T>,
    sequence: u64,
}

impl<T> Default for FifoQueue<T> {
    fn default() -> Self {
        Self { events: BTreeMap::new(), sequence: 0 }
    }
}

impl<T> FifoQueue<T> {
    /// Adds an event at `time` (ms), after those of that time.
    pub fn insert(&mut self, time: f64, event: T) -> FifoHandle {
        self.sequence += 1;
        let key = Moment::new(time, self.sequence);
        self.events.insert(key, event);
        FifoHandle(key)
    }

    /// Time of the earliest event, ms.
    pub fn next_time(&self) -> Option<f64> {
        self.events.first_key_value().map(|(key, _)| key.time())
    }

    /// Removes and returns the earliest event if its time is at most `until` (ms).
    pub fn pop_until(&mut self, until: f64) -> Option<(f64, T)> {
        let first = self.events.first_entry().filter(|first| first.key().time() <= until)?;
        let (key, event) = first.remove_entry();
        Some((key.time(), event))
    }

    /// Moves an event to another time (ms), after those of that time; `None` if it is no longer on the queue.
    pub fn reschedule(&mut self, handle: FifoHandle, time: f64) -> Option<FifoHandle> {
        let event = self.events.remove(&handle.0)?;
        Some(self.insert(time, event))
    }

    /// The pending events, with their times (ms), in the order of delivery.
    pub fn waiting(&self) -> impl Iterator<Item = (f64, FifoHandle, &T)> {
        self.events.iter().map(|(&key, event)| (key.time(), FifoHandle(key), event))
    }

    /// Number of pending events.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// True if no event is pending.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Drops all events.
    pub fn clear(&mut self) {
        self.events.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_event_goes_behind_those_of_its_new_time() {
        let mut queue = FifoQueue::default();
        queue.insert(1.0, 'a');
        let b = queue.insert(0.5, 'b');
        queue.insert(1.0, 'c');
        let moved = queue.reschedule(b, 1.0);
        assert!(moved.is_some());
        assert_eq!(queue.reschedule(b, 2.0), None, "the old handle is no longer valid");
        let order: String = std::iter::from_fn(|| queue.pop_until(1.0)).map(|(_, event)| event).collect();
        assert_eq!(order, "acb");
        assert_eq!(queue.reschedule(moved.unwrap(), 2.0), None, "it has been delivered");
        assert!(queue.is_empty());
    }

    #[test]
    fn events_later_than_asked_for_stay() {
        let mut queue = FifoQueue::default();
        queue.insert(2.0, 'a');
        assert_eq!(queue.pop_until(1.9), None);
        assert_eq!((queue.next_time(), queue.len()), (Some(2.0), 1));
        assert_eq!(queue.waiting().map(|(t, _, &event)| (t, event)).collect::<Vec<_>>(), [(2.0, 'a')]);
    }
}
