//! Pointers of C text, as far as they refer to something that Loligo has.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The object that a variable of a mechanism holds by a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// A list of numbers: a Vector of hoc.
    List,
    /// A stream of random numbers: Random123, or a Random object of hoc.
    Stream,
}

/// The variables that hold objects.
pub(crate) type HeldObjects = BTreeMap<Arc<str>, Held>;

/// The value of a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Handle {
    Null,
    /// The object that a variable holds.
    Object(Arc<str>),
    /// The address of the variable that holds an object.
    Holder(Arc<str>),
    /// The numbers of a list that a variable holds.
    Elements(Arc<str>),
    /// The object that is passed as an argument of this number, from 1.
    Passed(usize),
    /// The address of a number that is passed as an argument.
    Argument(usize),
    /// The address of a variable with a number.
    Variable(Arc<str>),
    /// The weights of a connection.
    Weights,
    /// Another pointer, or none: a local variable is 0 if it is none.
    Perhaps(Arc<str>, Box<Handle>),
    /// Something else, with its description.
    Unknown(String),
}

impl Handle {
    /// The pointer, taken to be not null.
    pub(super) fn certain(self) -> Self {
        match self {
            Self::Perhaps(_, inner) => inner.certain(),
            other => other,
        }
    }

    /// The variable that holds the object.
    pub(super) fn holder(&self) -> Option<&Arc<str>> {
        match self {
            Self::Object(name) | Self::Elements(name) => Some(name),
            Self::Perhaps(_, inner) => inner.holder(),
            _ => None,
        }
    }
}
