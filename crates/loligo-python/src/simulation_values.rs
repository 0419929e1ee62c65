//! Values of a simulation that are read and set between steps.

use pyo3::prelude::*;

use crate::errors::OrRaise;
use crate::network_parts::value_of;
use crate::objects::Simulation;

/// A value of a simulation, found once and then read and set quickly by its attribute `value`.
///
/// Examples
/// --------
/// >>> handle = simulation.handle(soma(0.5).hh.gnabar)
/// >>> handle.value = 0.06  # S/cm2
/// >>> handle.value
/// 0.06
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A procedure that the mechanism lacks.
    ///
    /// Examples
    /// --------
    /// >>> with open("counter.mod", "w") as file:
    /// ...     _ = file.write('''NEURON { POINT_PROCESS Counter RANGE n }
    /// ...     PARAMETER { n = 1 }
    /// ...     PROCEDURE add(k) { n = n + k }''')
    /// >>> mods = loligo.Catalogue("counter.mod")
    /// >>> network = loligo.Network(mods)
    /// >>> cell = network.add(cell)
    /// >>> counter = cell.place("counter", cell.soma(0.5), mods.Counter())
    /// >>> handle = loligo.Simulation(network).handle(counter.n)
    /// >>> _ = handle.call("add", 2)
    /// >>> handle.value
    /// 3.0
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A variable that does not exist, or that cannot be set.
    ///
    /// Examples
    /// --------
    /// >>> amplitude = simulation.handle(electrode.amp)
    /// >>> amplitude.value = 0.3  # nA
    fn handle(slf: &Bound<'_, Self>, variable: &Bound<'_, PyAny>) -> PyResult<Handle> {
        let py = slf.py();
        let value = value_of(py, variable, &slf.get().network)?;
        let inner = slf.get().idle(py)?.handle(&value).or_raise(py)?;
        Ok(Handle { simulation: slf.clone().unbind(), inner })
    }

    /// The present value of a variable.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A variable that does not exist, or that cannot be set.
    ///
    /// Examples
    /// --------
    /// >>> simulation.get(soma(0.5).hh.gnabar), simulation.get("celsius")  # S/cm2, degC
    /// (0.12, 6.3)
    fn get(&self, py: Python<'_>, variable: &Bound<'_, PyAny>) -> PyResult<f64> {
        let value = value_of(py, variable, &self.network)?;
        let mut simulation = self.idle(py)?;
        let handle = simulation.handle(&value).or_raise(py)?;
        simulation.read(handle).or_raise(py)
    }

    /// Sets a variable or parameter from the next step on: ``simulation.set(cell.soma(0.5).hh.gnabar, 0.06)``.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A variable that does not exist, or that cannot be set.
    ///
    /// Examples
    /// --------
    /// >>> simulation.set(soma(0.5).hh.gnabar, 0.06)  # S/cm2
    /// >>> simulation.get(soma(0.5).hh.gnabar)
    /// 0.06
    fn set(&self, py: Python<'_>, variable: &Bound<'_, PyAny>, to: f64) -> PyResult<()> {
        let value = value_of(py, variable, &self.network)?;
        let mut simulation = self.idle(py)?;
        let handle = simulation.handle(&value).or_raise(py)?;
        simulation.set(handle, to).or_raise(py)
    }
}
