//! A queue of events that have numbers, which order simultaneous ones.

use crate::ladder::Ladder;
use crate::moment::Moment;

/// A queue of numbers, each due at a time (ms); those of one time are in ascending order.
///
/// The order does not depend on the order of insertion. A number may be on the queue several times.
///
/// ```
/// use loligo_events::NumberedQueue;
/// let mut queue = NumberedQueue::default();
/// for (time, number) in [(5.0, 2), (3.0, 9), (5.0, 1)] {
///     queue.insert(time, number);
/// }
/// let order: Vec<_> = std::iter::from_fn(|| queue.pop_until(5.0)).collect();
/// assert_eq!(order, [(3.0, 9), (5.0, 1), (5.0, 2)]); // ms
/// ```
#[derive(Clone, Debug, Default)]
pub struct NumberedQueue {
    events: Ladder<Moment>,
}

impl NumberedQueue {
    /// Adds a number at `time` (ms).
    #[inline]
    pub fn insert(&mut self, time: f64, number: u32) {
        self.events.add(Moment::new(time, u64::from(number)));
    }

    /// Removes and returns the first number, with its time, if this is at most `until` (ms).
    #[inline]
    pub fn pop_until(&mut self, until: f64) -> Option<(f64, u32)> {
        // A time that is not a number is due at once.
        let is_due = |time: f64| time <= until || time.is_nan();
        let taken = self.events.pop_if(|moment| is_due(moment.time()))?;
        Some((taken.time(), taken.sequence() as u32))
    }

    /// All numbers on the queue, each with its time (ms), in any order.
    pub fn waiting(&self) -> impl Iterator<Item = (f64, u32)> {
        self.events.iter().map(|moment| (moment.time(), moment.sequence() as u32))
    }

    /// Length of the queue.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// True if there is no number on the queue.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Approximate memory, bytes.
    pub fn bytes(&self) -> usize {
        self.len() * size_of::<Moment>()
    }

    /// Drops all numbers.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also if it comes when the others of its time have been looked at.
    #[test]
    fn a_number_that_comes_late_has_its_place_among_those_of_its_time() {
        let mut queue = NumberedQueue::default();
        [2, 9].into_iter().for_each(|number| queue.insert(5.0, number));
        assert_eq!(queue.pop_until(4.0), None);
        queue.insert(5.0, 7);
        assert_eq!(std::iter::from_fn(|| queue.pop_until(5.0)).map(|(_, n)| n).collect::<Vec<_>>(), [2, 7, 9]);
    }

    #[test]
    fn numbers_later_than_asked_for_stay() {
        let mut queue = NumberedQueue::default();
        [(2.0, 7), (1.0, 7), (1.0, 7)].into_iter().for_each(|(time, number)| queue.insert(time, number));
        assert_eq!([queue.pop_until(1.0), queue.pop_until(1.0)], [Some((1.0, 7)); 2]);
        assert_eq!((queue.pop_until(1.9), queue.len()), (None, 1));
        assert_eq!(queue.waiting().collect::<Vec<_>>(), [(2.0, 7)]);
        queue.clear();
        assert!(queue.is_empty() && queue.bytes() == 0);
    }
}
