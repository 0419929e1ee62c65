//! The keys of pending events, from which the least is taken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::moment::Moment;

/// A key: the moment of an event, perhaps with more.
pub(crate) trait Key: Copy + Ord {
    fn moment(&self) -> Moment;
}

impl Key for Moment {
    #[inline]
    fn moment(&self) -> Moment {
        *self
    }
}

/// Keys in bins of equal width in time; a bin is sorted when its first key is needed. Keys beyond the last bin are
/// distributed over new bins when the present ones are empty. To add and to take a key takes the same time for any
/// number of keys (a ladder queue with one rung: Tang, Goh and Thng 2005, doi:10.1145/1103323.1103324).
#[derive(Clone, Debug)]
pub(crate) struct Ladder<K> {
    /// The keys of the present bin, latest first.
    present: Vec<K>,
    /// Keys that were added to the present bin, or before it, after it was sorted.
    late: BinaryHeap<Reverse<K>>,
    bins: Vec<Vec<K>>,
    /// Index of the bin after the present one.
    next: usize,
    /// Start of the first bin, ms.
    start: f64,
    /// Inverse of the width of a bin, 1/ms.
    bins_per_ms: f64,
    /// Keys beyond the last bin, in any order.
    beyond: Vec<K>,
    len: usize,
}

impl<K: Ord> Default for Ladder<K> {
    fn default() -> Self {
        Self {
            present: Vec::new(),
            late: BinaryHeap::new(),
            bins: Vec::new(),
            next: 0,
            start: 0.0,
            bins_per_ms: 0.0,
            beyond: Vec::new(),
            len: 0,
        }
    }
}

impl<K: Key> Ladder<K> {
    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// All keys, in any order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = K> {
        let late = self.late.iter().map(|&Reverse(key)| key);
        self.present.iter().chain(self.bins.iter().flatten()).chain(&self.beyond).copied().chain(late)
    }

    /// Adds a key.
    pub(crate) fn add(&mut self, key: K) {
        self.len += 1;
        match self.bin_of(key) {
            None => self.beyond.push(key),
            Some(bin) if bin >= self.next => self.bins[bin].push(key),
            Some(_) => {
                self.late.push(Reverse(key));
                self.narrow_bins();
            }
        }
    }

    /// The index of a key's bin; `None` if it is beyond the last one.
    #[inline]
    fn bin_of(&self, key: K) -> Option<usize> {
        let t = key.moment().time(); // ms
        // The first time always has a bin, even if all keys have this time, and also if it is not finite.
        let bin = if t > self.start { (t - self.start) * self.bins_per_ms } else { 0.0 };
        (bin < self.bins.len() as f64).then_some(bin as usize)
    }

    /// The least key.
    pub(crate) fn first(&mut self) -> Option<K> {
        self.fill_present();
        match self.late.peek() {
            Some(&Reverse(late)) if self.is_late_first() => Some(late),
            _ => self.present.last().copied(),
        }
    }

    /// Takes the least key.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<K> {
        self.pop_if(|_| true)
    }

    /// Takes the least key if it fulfils a condition.
    #[inline]
    pub(crate) fn pop_if(&mut self, is_taken: impl FnOnce(K) -> bool) -> Option<K> {
        self.fill_present();
        let taken = match self.is_late_first() {
            true => self.late.peek().is_some_and(|&Reverse(key)| is_taken(key)).then(|| self.late.pop()).flatten(),
            false => self.present.pop_if(|key| is_taken(*key)).map(Reverse),
        };
        self.len -= usize::from(taken.is_some());
        taken.map(|Reverse(key)| key)
    }

    /// True if the least key is a late one.
    #[inline]
    fn is_late_first(&self) -> bool {
        let Some(Reverse(late)) = self.late.peek() else { return false };
        self.present.last().is_none_or(|present| late.moment() < present.moment())
    }

    /// Drops the keys for which `is_kept` is false.
    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&K) -> bool) {
        self.late.retain(|Reverse(key)| is_kept(key));
        let others = [&mut self.present, &mut self.beyond].into_iter().chain(&mut self.bins);
        self.len = self.late.len();
        for keys in others {
            keys.retain(&mut is_kept);
            self.len += keys.len();
        }
    }

    /// Distributes all keys anew if most of them are late: then bins are far too wide for the present distances
    /// between events.
    fn narrow_bins(&mut self) {
        const FEW: usize = 64;
        if self.late.len() > FEW && 2 * self.late.len() > self.len {
            let bins = self.bins.iter_mut().flat_map(|bin| bin.drain(..));
            self.beyond.extend(self.late.drain().map(|Reverse(key)| key).chain(self.present.drain(..)).chain(bins));
            self.distribute();
        }
    }

    /// Makes sure that the least key is in the present bin or late, if any key is left.
    #[inline]
    fn fill_present(&mut self) {
        if self.present.is_empty() && self.late.is_empty() {
            self.sort_next();
        }
    }

    /// Sorts the next bin that is not empty.
    fn sort_next(&mut self) {
        loop {
            while let Some(bin) = self.bins.get_mut(self.next) {
                self.next += 1;
                if !bin.is_empty() {
                    std::mem::swap(&mut self.present, bin);
                    sort_latest_first(&mut self.present);
                    return;
                }
            }
            if self.beyond.is_empty() {
                return;
            }
            self.distribute();
        }
    }

    /// Distributes most of the keys over bins; all bins are empty. The bins reach far enough for most of the keys that are
    /// added while the first half of the present ones is taken.
    fn distribute(&mut self) {
        const KEYS_OF_BIN: usize = 8;
        const MOST_BINS: usize = 1 << 16;
        const MEDIANS: usize = 4;
        let Some(first) = self.beyond.iter().map(|key| key.moment()).min() else { return };
        let bins = (MEDIANS * self.beyond.len() / 2 / KEYS_OF_BIN).clamp(1, MOST_BINS);
        self.bins.resize_with(bins, Vec::new);
        (self.next, self.start) = (0, first.time());
        self.bins_per_ms = bins as f64 / (MEDIANS as f64 * (self.median() - self.start));
        let mut beyond = std::mem::take(&mut self.beyond);
        beyond.retain(|&key| {
            let bin = self.bin_of(key);
            if let Some(bin) = bin {
                self.bins[bin].push(key);
            }
            bin.is_none()
        });
        self.beyond = beyond;
    }

    /// The median time (ms) of the keys beyond the last bin, from some of them; a few events in the far future have no
    /// effect on it.
    fn median(&self) -> f64 {
        const SAMPLES: usize = 64;
        let stride = self.beyond.len().div_ceil(SAMPLES).max(1);
        let mut samples: Vec<Moment> = self.beyond.iter().step_by(stride).map(|key| key.moment()).collect();
        samples.sort_unstable();
        samples.get(samples.len() / 2).map_or(self.start, |moment| moment.time())
    }
}

/// Sorts keys, latest first. Few keys, as in most bins, are put at their ranks: without branches that depend on their order and
/// could not be predicted.
fn sort_latest_first<K: Key>(keys: &mut [K]) {
    const FEW: usize = 16;
    let (mut ranks, count) = ([0; FEW], keys.len());
    let Some(&first) = keys.first() else { return };
    if count > FEW {
        return keys.sort_unstable_by_key(|key| Reverse(key.moment()));
    }
    let mut given = [first; FEW];
    given[..count].copy_from_slice(keys);
    for later in 1..count {
        for earlier in 0..later {
            let is_first = usize::from(given[earlier].moment() >= given[later].moment());
            ranks[later] += is_first;
            ranks[earlier] += 1 - is_first;
        }
    }
    for (&rank, &key) in ranks.iter().zip(&given[..count]) {
        keys[rank] = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without an obvious order.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % end
        }
    }

    #[test]
    fn few_and_many_keys_are_sorted() {
        let mut numbers = Numbers(3);
        for count in 0..40 {
            // Some of them are equal.
            let mut keys: Vec<Moment> = (0..count).map(|_| Moment::new(numbers.below(20) as f64, 7)).collect();
            let mut expected = keys.clone();
            expected.sort_by(|a, b| b.cmp(a));
            sort_latest_first(&mut keys);
            assert_eq!(keys, expected);
        }
    }

    /// Adds and takes keys at random, by these delays (ms) after the last one taken, and compares with a heap; keys of one
    /// time are in the order in which they are added, or in another one.
    fn same_as_a_heap(number: u64, delay: impl Fn(&mut Numbers) -> f64) {
        for in_order_of_addition in [true, false] {
            compare_with_a_heap(number, in_order_of_addition, &delay);
        }
    }

    fn compare_with_a_heap(number: u64, in_order_of_addition: bool, delay: impl Fn(&mut Numbers) -> f64) {
        let mut numbers = Numbers(number);
        let (mut ladder, mut heap) = (Ladder::default(), BinaryHeap::new());
        let mut now = 0.0;
        for sequence in 0..20_000 {
            // More are added than taken at first, then fewer.
            if numbers.below(20_000) > sequence {
                let position = if in_order_of_addition { sequence } else { numbers.below(1000) };
                let key = Moment::new(now + delay(&mut numbers), position);
                ladder.add(key);
                heap.push(Reverse(key));
            } else {
                assert_eq!(ladder.first(), heap.peek().map(|&Reverse(key)| key));
                let taken = ladder.pop();
                assert_eq!(taken, heap.pop().map(|Reverse(key)| key));
                now = taken.map_or(now, |key| key.time());
            }
            assert_eq!(ladder.len(), heap.len());
            if numbers.below(2_000) == 0 {
                let is_kept = |key: &Moment| !key.sequence().is_multiple_of(7);
                ladder.retain(is_kept);
                heap.retain(|Reverse(key)| is_kept(key));
                let mut keys: Vec<Moment> = ladder.iter().collect();
                keys.sort_unstable();
                assert_eq!(
                    keys,
                    heap.clone().into_sorted_vec().into_iter().rev().map(|Reverse(key)| key).collect::<Vec<_>>()
                );
            }
        }
        while let Some(Reverse(key)) = heap.pop() {
            assert_eq!(ladder.pop(), Some(key));
        }
        assert_eq!((ladder.pop(), ladder.len()), (None, 0));
    }

    #[test]
    fn keys_have_the_order_of_a_heap() {
        for number in 0..5 {
            same_as_a_heap(number, |numbers| numbers.below(1_000_000) as f64 * 3e-6); // up to 3 ms
            same_as_a_heap(number, |numbers| numbers.below(4) as f64); // many of one time
            same_as_a_heap(number, |_| 0.0);
            same_as_a_heap(number, |numbers| [1e-9, 1.0, 1e9, f64::INFINITY][numbers.below(4) as usize]);
            same_as_a_heap(number, |numbers| [f64::NEG_INFINITY, -1e300, 1e300, 0.5][numbers.below(4) as usize]);
        }
    }

    /// The first bins reach to 1e9 ms; then all events of the next 10 ms are late.
    #[test]
    fn an_event_in_the_far_future_does_not_make_all_others_late() {
        let mut ladder = Ladder::default();
        let mut add = |t: f64, sequence| ladder.add(Moment::new(t, sequence));
        [0.0, 1e9, 1e9].into_iter().zip(0..).for_each(|(t, sequence)| add(t, sequence));
        assert!(ladder.pop().is_some());
        for sequence in 3..10_003 {
            ladder.add(Moment::new(sequence as f64 * 1e-3, sequence));
        }
        assert!(ladder.late.len() < 100 && ladder.bins.len() > 1, "{} of {}", ladder.late.len(), ladder.len());
    }

    #[test]
    fn a_time_that_is_not_a_number_does_not_stay() {
        let mut ladder = Ladder::default();
        for (t, sequence) in [f64::NAN, 1.0, -f64::NAN, f64::NAN].into_iter().zip(0..) {
            ladder.add(Moment::new(t, sequence));
        }
        assert_eq!(std::iter::from_fn(|| ladder.pop()).count(), 4);
    }
}
