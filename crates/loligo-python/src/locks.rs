//! Locks of descriptions that several Python threads may use.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::MutexExt;

/// Locks a value, and lets other Python threads run while it waits.
pub(crate) fn lock<'a, T>(py: Python<'_>, value: &'a Mutex<T>) -> MutexGuard<'a, T> {
    // A panic while a description was changed leaves a description, which is checked before each run.
    value.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner)
}
