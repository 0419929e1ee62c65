//! Descriptions as bytes, for `pickle` and `copy`.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errors::exception;

/// A description as bytes in MessagePack.
pub(crate) fn to_bytes<'py>(py: Python<'py>, description: &impl Serialize) -> PyResult<Bound<'py, PyBytes>> {
    match rmp_serde::to_vec_named(description) {
        Ok(bytes) => Ok(PyBytes::new(py, &bytes)),
        Err(error) => Err(exception(py, "LoligoError", format!("the description cannot be written: {error}"), None)),
    }
}

/// The description of bytes that [`to_bytes`] wrote.
pub(crate) fn from_bytes<T: DeserializeOwned>(py: Python<'_>, bytes: &[u8]) -> PyResult<T> {
    rmp_serde::from_slice(bytes).map_err(|error| {
        let text = format!("these bytes are no description of this version of Loligo ({error}); make it again");
        exception(py, "LoligoError", text, None)
    })
}
