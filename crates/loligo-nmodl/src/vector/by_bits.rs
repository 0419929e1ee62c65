//! Values that are made by the first request, each for other bits.

use std::sync::OnceLock;

/// A list of values, in the order of their first requests; threads can request them at the same time.
#[derive(Clone, Debug)]
pub(super) struct ByBits<T>(OnceLock<Box<Entry<T>>>);

#[derive(Clone, Debug)]
struct Entry<T> {
    bits: u128,
    /// `None` if it cannot be made.
    value: Option<T>,
    others: ByBits<T>,
}

impl<T> Default for ByBits<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> ByBits<T> {
    /// The value for some bits, made if this is the first request and there are not `most` values yet.
    pub(super) fn get(&self, bits: u128, most: usize, make: impl FnOnce() -> Option<T>) -> Option<&T> {
        let (mut list, mut make) = (self, Some(make));
        for _ in 0..most {
            let entry = list.0.get_or_init(|| {
                let value = make.take().and_then(|make| make());
                Box::new(Entry { bits, value, others: Self::default() })
            });
            if entry.bits == bits {
                return entry.value.as_ref();
            }
            list = &entry.others;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_made_once_and_not_more_than_allowed() {
        let values = ByBits::default();
        let get = |bits, value: Option<&'static str>| values.get(bits, 3, || value).copied();
        assert_eq!(get(1, Some("first")), Some("first"));
        assert_eq!(get(2, None), None);
        assert_eq!(get(0, Some("third")), Some("third"));
        assert_eq!(get(4, Some("too many")), None);
        assert_eq!([1, 2, 0].map(|bits| get(bits, Some("again"))), [Some("first"), None, Some("third")]);
    }
}
