//! Values of a simulation that are read and set between steps.

use pyo3::prelude::*;

use crate::errors::OrRaise;
use crate::network_parts::value_of;
use crate::objects::Simulation;

/// A value of a simulation, found once and then read and set quickly by its attribute `value`.
#[pyclass(frozen, module = "loligo")]
pub(crate) struct Handle {
    simulation: Py<Simulation>,
    inner: loligo::Handle,
}

#[pymethods]
impl Handle {
    /// The present value, in its unit.
    #[getter]
    fn value(&self, py: Python<'_>) -> PyResult<f64> {
        self.simulation.get().idle(py)?.read(self.inner).or_raise(py)
    }

    #[setter]
    fn set_value(&self, py: Python<'_>, value: f64) -> PyResult<()> {
        self.simulation.get().idle(py)?.set(self.inner, value).or_raise(py)
    }

    /// Calls a procedure of the mechanism whose variable this is; returns its result.
    #[pyo3(signature = (procedure, *arguments))]
    fn call(&self, py: Python<'_>, procedure: &str, arguments: Vec<f64>) -> PyResult<f64> {
        self.simulation.get().idle(py)?.call(self.inner, procedure, &arguments).or_raise(py)
    }
}

#[pymethods]
impl Simulation {
    /// Finds a value by which it can be read and set often.
    ///
    /// Parameters
    /// ----------
    /// variable : Variable, Connection or str
    ///     A variable such as ``cell.soma(0.5).v``, a connection (its weight), "celsius", or "mechanism.global".
    fn handle(slf: &Bound<'_, Self>, variable: &Bound<'_, PyAny>) -> PyResult<Handle> {
        let py = slf.py();
        let value = value_of(py, variable, &slf.get().network)?;
        let inner = slf.get().idle(py)?.handle(&value).or_raise(py)?;
        Ok(Handle { simulation: slf.clone().unbind(), inner })
    }

    /// The present value of a variable.
    fn get(&self, py: Python<'_>, variable: &Bound<'_, PyAny>) -> PyResult<f64> {
        let value = value_of(py, variable, &self.network)?;
        let mut simulation = self.idle(py)?;
        let handle = simulation.handle(&value).or_raise(py)?;
        simulation.read(handle).or_raise(py)
    }

    /// Sets a variable or parameter from the next step on: ``simulation.set(cell.soma(0.5).hh.gnabar, 0.06)``.
    fn set(&self, py: Python<'_>, variable: &Bound<'_, PyAny>, to: f64) -> PyResult<()> {
        let value = value_of(py, variable, &self.network)?;
        let mut simulation = self.idle(py)?;
        let handle = simulation.handle(&value).or_raise(py)?;
        simulation.set(handle, to).or_raise(py)
    }
}
