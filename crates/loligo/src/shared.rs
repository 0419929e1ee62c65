//! A value that copies of a description share.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name_index::{NameIndex, Named};

/// A value that its copies share until one of them changes it.
///
/// A thousand cells that are copies of one need the memory of one, and are checked and discretised once. A change
/// through one of the copies gives that copy its own value; the others keep theirs.
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
    /// The index of names, for a list after the first look-up.
    names: Mutex<Option<Box<NameIndex>>>,
}

impl<T: Clone> Clone for Contents<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), names: Mutex::default() }
    }
}

/// Serialised as the value itself.
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
    /// `true` if the two are one value in memory, not only equal.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Its address in memory: a key that identifies the copies that share it as long as one of them exists.
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
        // The change may concern any name.
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
    /// Appends an entry; the index of the other names stays valid.
    pub fn push(&mut self, entry: T) {
        Arc::make_mut(&mut self.0).value.push(entry);
    }

    /// The index of the first entry of that name. Uses an index of names if there are many look-ups in a long list.
    pub(crate) fn position_of(&self, name: &str) -> Option<usize> {
        if self.len() < NameIndex::SHORT {
            return self.iter().position(|entry| entry.name() == name);
        }
        self.names(|names| names.position_of(name, self))
    }

    /// The number of entries of that kind.
    pub(crate) fn count_of(&self, kind: &str) -> usize {
        self.names(|names| names.count_of(kind, self))
    }

    fn names<R>(&self, read: impl FnOnce(&mut NameIndex) -> R) -> R {
        // After a panic the index is complete up to the number of entries it has recorded.
        let mut names = self.0.names.lock().unwrap_or_else(PoisonError::into_inner);
        read(names.get_or_insert_default())
    }
}
