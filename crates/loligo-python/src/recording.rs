//! Recordings of a network.

use pyo3::prelude::*;

use crate::locks::lock;
use crate::objects::Recording;

#[pymethods]
impl Recording {
    /// The name in the output.
    #[getter]
    fn name(&self, py: Python<'_>) -> String {
        lock(py, &self.network.get().inner).recordings[self.index].name.clone()
    }

    /// Number of steps between two samples.
    #[getter]
    fn every(&self, py: Python<'_>) -> usize {
        lock(py, &self.network.get().inner).recordings[self.index].every
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Recording {}>", self.name(py))
    }
}
