//! Selected members of a group: `[3]`, `[2:8]`, `[0:128:8]`.

use std::ops::Range;

/// Some members of a group: every `step`-th from the first on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    first: usize,
    step: usize,
    count: usize,
    /// Number of them that exist: all, or in a rehearsal the first, which then stands for all.
    made: usize,
}

impl Chosen {
    pub(crate) fn new(range: Range<usize>, step: usize) -> Self {
        let count = range.len().div_ceil(step.max(1));
        Self { first: range.start, step, count, made: count }
    }

    /// Makes a selection of `count` members of which only one exists.
    pub(crate) fn rehearsed(first: usize, count: usize) -> Self {
        Self { first, step: 0, count, made: count.min(1) }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Number of them for which entries are made.
    pub(crate) fn made(&self) -> usize {
        self.made
    }

    /// The index of the `k`-th.
    pub(crate) fn at(&self, k: usize) -> usize {
        self.first + k * self.step
    }

    /// `true` if some member is in both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let (few, many) = if self.count <= other.count { (self, other) } else { (other, self) };
        (0..few.count).any(|k| many.contains(few.at(k)))
    }

    /// `true` if a member has this index.
    fn contains(&self, index: usize) -> bool {
        let step = self.step.max(1);
        index.checked_sub(self.first).is_some_and(|distance| distance % step == 0 && distance / step < self.count)
    }

    /// The index of the first.
    pub(crate) fn first(&self) -> Option<usize> {
        (self.count > 0).then_some(self.first)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        let chosen = *self;
        (0..self.made).map(move |k| chosen.at(k))
    }
}

/// The indices below `count` that `3`, `2:8`, `:8`, `2:` or `0:128:8` selects, and their step.
pub(crate) fn indices(text: &str, count: usize) -> Option<(Range<usize>, usize)> {
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let number = |text: &str, default: usize| if text.is_empty() { Some(default) } else { text.parse().ok() };
    match parts.as_slice() {
        [index] => {
            let index: usize = index.parse().ok().filter(|&index| index < count)?;
            Some((index..index + 1, 1))
        }
        [start, stop, step @ ..] if step.len() <= 1 => {
            let (start, stop) = (number(start, 0)?, number(stop, count)?);
            let step = step.first().map_or(Some(1), |step| number(step, 1))?;
            (start < stop && stop <= count && step > 0).then_some((start..stop, step))
        }
        _ => None,
    }
}
