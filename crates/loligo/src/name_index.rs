//! Finds entries of a list by their names.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// An entry of a list that can be found by its name.
pub trait Named {
    /// Its name.
    fn name(&self) -> &str;

    /// Its kind, for entries that are counted by kind.
    fn kind(&self) -> &str {
        ""
    }
}

/// The positions of the names of a list, read on demand; the list may have grown since, but must not have changed.
#[derive(Debug, Default)]
pub(crate) struct NameIndex {
    /// Number of look-ups so far.
    walks: usize,
    /// Number of entries in the maps.
    read: usize,
    hasher: RandomState,
    /// The first entry whose name has this hash.
    first: HashMap<u64, usize>,
    /// Number of entries of each kind.
    kinds: HashMap<String, usize>,
}

impl NameIndex {
    /// A list of fewer entries is searched linearly.
    pub(crate) const SHORT: usize = 16;
    /// Number of linear searches of a longer list before an index is made.
    const WALKS: usize = 4;

    /// The index of the first entry of that name.
    pub(crate) fn position_of(&mut self, name: &str, list: &[impl Named]) -> Option<usize> {
        let walk = || list.iter().position(|entry| entry.name() == name);
        if !self.is_worthwhile(list.len()) {
            return walk();
        }
        self.read(list);
        let found = *self.first.get(&self.hasher.hash_one(name))?;
        // Another name may have the same hash.
        if list[found].name() == name { Some(found) } else { walk() }
    }

    /// The number of entries of that kind.
    pub(crate) fn count_of(&mut self, kind: &str, list: &[impl Named]) -> usize {
        if !self.is_worthwhile(list.len()) {
            return list.iter().filter(|entry| entry.kind() == kind).count();
        }
        self.read(list);
        self.kinds.get(kind).copied().unwrap_or(0)
    }

    fn is_worthwhile(&mut self, length: usize) -> bool {
        self.walks += 1;
        length >= Self::SHORT && (self.read > 0 || self.walks > Self::WALKS)
    }

    fn read(&mut self, list: &[impl Named]) {
        for (index, entry) in list.iter().enumerate().skip(self.read) {
            self.first.entry(self.hasher.hash_one(entry.name())).or_insert(index);
            match self.kinds.get_mut(entry.kind()) {
                Some(count) => *count += 1,
                None => {
                    self.kinds.insert(entry.kind().to_owned(), 1);
                }
            }
        }
        self.read = list.len();
    }
}
