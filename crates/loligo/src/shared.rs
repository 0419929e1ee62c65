//! A part of a description that copies have in common.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name_index::{NameIndex, Named};

/// A value that its copies share until one of them changes it.
///
/// A thousand cells that are copies of one cost the memory of one, and are checked and discretised once. Changing it through
/// one of the copies gives that copy a value of its own; the others keep theirs.
///
/// ```
/// use loligo::Shared;
/// let first = Shared::from(vec![1, 2]);
/// let mut second = first.clone();
/// assert!(second.is_shared_with(&first));
/// second.push(3);
/// assert_eq!((first.len(), second.len()), (2, 3));
/// ```
#[derive(Debug, Default)]
pub struct Shared<T>(Arc<Contents<T>>);

#[derive(Debug, Default)]
struct Contents<T> {
    value: T,
    /// Of a list, once names have been looked for.
    names: Mutex<Option<Box<NameIndex>>>,
}

impl<T: Clone> Clone for Contents<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), names: Mutex::default() }
    }
}

/// As the value itself.
impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T> Shared<T> {
    /// Whether two are one value in memory, not only equal.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Where it is in memory: a key by which copies that share it are found again while one of them lives.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        let contents = Arc::make_mut(&mut self.0);
        // Any name may be changed.
        contents.names = Mutex::default();
        &mut contents.value
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(Contents { value, names: Mutex::default() }))
    }
}

impl<'a, T> IntoIterator for &'a Shared<T>
where
    &'a T: IntoIterator,
{
    type Item = <&'a T as IntoIterator>::Item;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (**self).into_iter()
    }
}

impl<'a, T: Clone> IntoIterator for &'a mut Shared<T>
where
    &'a mut T: IntoIterator,
{
    type Item = <&'a mut T as IntoIterator>::Item;
    type IntoIter = <&'a mut T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&mut **self).into_iter()
    }
}

impl<T: Named + Clone> Shared<Vec<T>> {
    /// Appends an entry; the names of the others need not be read again to find one of them.
    pub fn push(&mut self, entry: T) {
        Arc::make_mut(&mut self.0).value.push(entry);
    }

    /// The index of the first entry of that name. Many look-ups in a long list take the time of few.
    pub(crate) fn position_of(&self, name: &str) -> Option<usize> {
        if self.len() < NameIndex::SHORT {
            return self.iter().position(|entry| entry.name() == name);
        }
        self.names(|names| names.position_of(name, self))
    }

    /// How many entries are of that kind.
    pub(crate) fn count_of(&self, kind: &str) -> usize {
        self.names(|names| names.count_of(kind, self))
    }

    fn names<R>(&self, read: impl FnOnce(&mut NameIndex) -> R) -> R {
        // A panic leaves an index behind that is complete up to the number that it says.
        let mut names = self.0.names.lock().unwrap_or_else(PoisonError::into_inner);
        read(names.get_or_insert_default())
    }
}
