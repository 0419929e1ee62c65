//! The event queue: one slot for the earliest event, an ordered set for the others.

use serde::{Deserialize, Serialize};

use crate::ladder::{self, Ladder};
use crate::moment::Moment;

/// Identifies an event on the queue, so that it can be moved; no longer valid after the event is
/// delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventHandle {
    place: u32,
    generation: u32,
}

/// A queue of events ordered by time (ms); simultaneous events are in the order in which NEURON
/// delivers them.
///
/// Events of equal time are *not* always first in, first out. The earliest event is stored in a slot of its own; when
/// an even earlier one is inserted, the old one moves back into the set, **behind** those of its own time. This affects
/// integrate-and-fire cells, refractory periods and the last bit of a summed conductance, so it is emulated exactly.
///
/// ```
/// use loligo_events::EventQueue;
/// let mut queue = EventQueue::default();
/// for name in ["a", "b", "c"] {
///     queue.insert(5.0, name);
/// }
/// queue.insert(3.0, "d");
/// let order: Vec<_> = std::iter::from_fn(|| queue.pop_until(5.0)).map(|(_, name)| name).collect();
/// assert_eq!(order, ["d", "b", "c", "a"]);
/// ```
#[derive(Clone, Debug)]
pub struct EventQueue<T> {
    least: Option<u32>,
    others: Ladder<Key>,
    places: Vec<Place<T>>,
    vacant: Vec<u32>,
    sequence: u64,
}

/// The moment of an event, and the place where it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    moment: Moment,
    place: u32,
}

impl ladder::Key for Key {
    #[inline]
    fn moment(&self) -> Moment {
        self.moment
    }
}

#[derive(Clone, Debug)]
struct Place<T> {
    time: f64,
    /// The sequence number of the event's valid key in the set; keys with an older number are void.
    sequence: u64,
    generation: u32,
    event: Option<T>,
}

impl<T> Default for EventQueue<T> {
    fn default() -> Self {
        Self { least: None, others: Ladder::default(), places: Vec::new(), vacant: Vec::new(), sequence: 0 }
    }
}

impl<T> EventQueue<T> {
    /// Adds an event at `time` (ms).
    pub fn insert(&mut self, time: f64, event: T) -> EventHandle {
        let place = self.occupy(time, event);
        match self.least {
            None => self.least = Some(place),
            Some(least) if time < self.places[least as usize].time => {
                self.enqueue(least);
                self.least = Some(place);
            }
            Some(_) => self.enqueue(place),
        }
        EventHandle { place, generation: self.places[place as usize].generation }
    }

    /// Time of the earliest event, ms.
    pub fn next_time(&self) -> Option<f64> {
        self.least.map(|place| self.places[place as usize].time)
    }

    /// Removes and returns the earliest event if its time is at most `until` (ms).
    pub fn pop_until(&mut self, until: f64) -> Option<(f64, T)> {
        let place = self.least?;
        let time = self.places[place as usize].time;
        if time > until {
            return None;
        }
        self.least = self.dequeue();
        let freed = &mut self.places[place as usize];
        freed.generation = freed.generation.wrapping_add(1);
        let event = freed.event.take()?;
        self.vacant.push(place);
        Some((time, event))
    }

    /// Moves an event to another time (ms); false if it has been delivered already.
    pub fn reschedule(&mut self, handle: EventHandle, time: f64) -> bool {
        let Some(moved) = self.places.get_mut(handle.place as usize) else { return false };
        if moved.generation != handle.generation || moved.event.is_none() {
            return false;
        }
        moved.time = time;
        let Some(least) = self.least else { return false };
        if handle.place == least {
            if self.first_time().is_some_and(|first| time > first) {
                self.least = self.dequeue();
                self.enqueue(handle.place);
            }
        } else if time < self.places[least as usize].time {
            // Void the moved event's key in the set: the event is now in the slot.
            self.sequence += 1;
            self.places[handle.place as usize].sequence = self.sequence;
            self.enqueue(least);
            self.least = Some(handle.place);
        } else {
            self.enqueue(handle.place);
        }
        true
    }

    /// The pending events, with their times (ms), in the order of delivery. If they are inserted in this order into an
    /// empty queue, they will be delivered as from this one, for any further insertions.
    pub fn waiting(&self) -> Vec<(f64, EventHandle, &T)> {
        let mut others: Vec<Key> = self.others.iter().filter(|key| !self.is_void(key)).collect();
        others.sort_unstable();
        let places = self.least.into_iter().chain(others.into_iter().map(|key| key.place));
        places
            .filter_map(|index| {
                let place = &self.places[index as usize];
                let handle = EventHandle { place: index, generation: place.generation };
                Some((place.time, handle, place.event.as_ref()?))
            })
            .collect()
    }

    /// Approximate memory of the pending events, bytes.
    pub fn bytes(&self) -> usize {
        self.len() * size_of::<Place<T>>() + self.others.len() * size_of::<Key>()
    }

    /// Number of pending events.
    pub fn len(&self) -> usize {
        self.places.len() - self.vacant.len()
    }

    /// True if no event is pending.
    pub fn is_empty(&self) -> bool {
        self.least.is_none()
    }

    /// Drops all events.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn occupy(&mut self, time: f64, event: T) -> u32 {
        if let Some(place) = self.vacant.pop() {
            let vacant = &mut self.places[place as usize];
            vacant.time = time;
            vacant.event = Some(event);
            place
        } else {
            self.places.push(Place { time, sequence: 0, generation: 0, event: Some(event) });
            (self.places.len() - 1) as u32
        }
    }

    /// Puts an event into the set, behind those of equal time.
    fn enqueue(&mut self, place: u32) {
        self.sequence += 1;
        let sequence = self.sequence;
        let entry = &mut self.places[place as usize];
        entry.sequence = sequence;
        self.others.add(Key { moment: Moment::new(entry.time, sequence), place });
        self.drop_void_keys();
    }

    /// A moved event leaves a void key, which may remain for a long time: drops all void keys once they are the
    /// majority.
    fn drop_void_keys(&mut self) {
        const FEW: usize = 64;
        if self.others.len() > 2 * self.len() + FEW {
            let mut others = std::mem::take(&mut self.others);
            others.retain(|key| !self.is_void(key));
            self.others = others;
        }
    }

    #[inline]
    fn is_void(&self, key: &Key) -> bool {
        let entry = &self.places[key.place as usize];
        entry.event.is_none() || entry.sequence != key.moment.sequence()
    }

    fn first_time(&mut self) -> Option<f64> {
        while let Some(key) = self.others.first() {
            if !self.is_void(&key) {
                return Some(key.moment.time());
            }
            self.others.pop();
        }
        None
    }

    /// Takes the earliest event out of the set.
    fn dequeue(&mut self) -> Option<u32> {
        loop {
            let key = self.others.pop()?;
            if !self.is_void(&key) {
                return Some(key.place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &mut EventQueue<char>) -> String {
        std::iter::from_fn(|| queue.pop_until(f64::INFINITY)).map(|(_, event)| event).collect()
    }

    #[test]
    fn a_moved_event_goes_behind_its_equals() {
        let mut queue = EventQueue::default();
        queue.insert(1.0, 'a');
        let b = queue.insert(2.0, 'b');
        queue.insert(3.0, 'c');
        assert!(queue.reschedule(b, 3.0));
        assert_eq!(drain(&mut queue), "acb");
    }

    #[test]
    fn the_earliest_event_keeps_its_slot_when_moved_onto_an_equal() {
        let mut queue = EventQueue::default();
        let a = queue.insert(1.0, 'a');
        queue.insert(2.0, 'b');
        assert!(queue.reschedule(a, 2.0));
        assert_eq!(drain(&mut queue), "ab");
    }

    #[test]
    fn an_event_moved_to_the_front_displaces_the_earliest() {
        let mut queue = EventQueue::default();
        queue.insert(2.0, 'a');
        queue.insert(2.0, 'b');
        let c = queue.insert(5.0, 'c');
        assert!(queue.reschedule(c, 1.0));
        assert_eq!(drain(&mut queue), "cba");
    }

    #[test]
    fn what_waits_can_be_put_into_another_queue() {
        let mut queue = EventQueue::default();
        let times = [5.0, 2.0, 5.0, 2.0, 7.0, 1.0, 5.0];
        let handles: Vec<_> = times.iter().zip('a'..).map(|(&t, name)| queue.insert(t, name)).collect();
        assert!(queue.reschedule(handles[4], 5.0));
        queue.pop_until(1.0);
        let mut other = EventQueue::default();
        for (t, _, &name) in queue.waiting() {
            other.insert(t, name);
        }
        // The earliest moves behind those of equal time in both queues.
        queue.insert(1.5, 'z');
        other.insert(1.5, 'z');
        assert_eq!(drain(&mut other), drain(&mut queue));
    }

    #[test]
    fn events_that_are_moved_again_and_again_take_no_more_room() {
        let mut queue = EventQueue::default();
        let handles: Vec<_> = (0..10).map(|k| queue.insert(1e9 + f64::from(k), k)).collect();
        for k in 0..100_000 {
            assert!(queue.reschedule(handles[k % 10], 1e9 + ((k * 7919) % 1000) as f64));
        }
        assert!(queue.others.len() < 100, "{} keys", queue.others.len());
        assert!(queue.bytes() < 10_000, "{} bytes", queue.bytes());
        assert_eq!(queue.len(), 10);
        let times: Vec<f64> = std::iter::from_fn(|| queue.pop_until(f64::INFINITY)).map(|(t, _)| t).collect();
        assert!(times.len() == 10 && times.is_sorted(), "{times:?}");
    }

    #[test]
    fn a_delivered_event_cannot_be_moved() {
        let mut queue = EventQueue::default();
        let a = queue.insert(1.0, 'a');
        assert_eq!(queue.pop_until(1.0), Some((1.0, 'a')));
        assert!(!queue.reschedule(a, 2.0));
        queue.insert(3.0, 'b');
        assert!(!queue.reschedule(a, 2.0), "its place is taken by another event");
        assert_eq!(drain(&mut queue), "b");
        assert!(queue.is_empty());
        assert_eq!(queue.len(), 0, "is_empty and len agree");
    }
}
