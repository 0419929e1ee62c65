//! Checkpoints.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::OrRaise;

/// The state of a run, from which it continues with the same bits, also in another process.
///
/// Examples
/// --------
/// >>> checkpoint = simulation.checkpoint()
/// >>> round(checkpoint.t, 6)  # ms
/// 40.0
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Checkpoint {
    pub(crate) inner: loligo::Checkpoint,
}

#[pymethods]
impl Checkpoint {
    /// Reads a checkpoint from a file.
    ///
    /// Raises
    /// ------
    /// CheckpointError
    ///     A file that cannot be read, is no checkpoint, or is damaged.
    ///
    /// Examples
    /// --------
    /// >>> simulation.checkpoint().write("warm.state")
    /// >>> loligo.Checkpoint.read("warm.state") == simulation.checkpoint()
    /// True
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Ok(Self { inner: py.detach(|| loligo::Checkpoint::read(path)).or_raise(py)? })
    }

    /// Writes it to a file; only another checkpoint is replaced.
    ///
    /// Raises
    /// ------
    /// CheckpointError
    ///     A file that cannot be written, or that is no checkpoint.
    ///
    /// Examples
    /// --------
    /// >>> simulation.checkpoint().write("warm.state")
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.inner.write(path)).or_raise(py)
    }

    /// The checkpoint of bytes that `to_bytes` made.
    ///
    /// Raises
    /// ------
    /// CheckpointError
    ///     Bytes that are no checkpoint, or a damaged one.
    ///
    /// Examples
    /// --------
    /// >>> bytes = simulation.checkpoint().to_bytes()
    /// >>> loligo.Checkpoint.from_bytes(bytes) == simulation.checkpoint()
    /// True
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: loligo::Checkpoint::from_bytes(bytes).or_raise(py)? })
    }

    /// The contents of its file.
    ///
    /// Examples
    /// --------
    /// >>> simulation.checkpoint().to_bytes() == simulation.checkpoint().to_bytes()
    /// True
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.to_bytes())
    }

    /// Simulated time, ms.
    #[getter]
    fn t(&self) -> f64 {
        self.inner.time()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __repr__(&self) -> String {
        format!("<Checkpoint at {} ms>", loligo_io::plain(self.inner.time()))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((slf.get_type().getattr("from_bytes")?, (slf.get().to_bytes(slf.py()),)))
    }
}
