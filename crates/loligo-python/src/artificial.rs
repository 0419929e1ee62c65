//! Artificial cells of a network.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::locks::lock;
use crate::mechanism_owner::MechanismOwner;
use crate::objects::{ArtificialCell, Mechanism, Network, Owner, Variable};
use crate::references::same_network;

impl ArtificialCell {
    /// Its index in a network.
    pub(crate) fn resolve(&self, py: Python<'_>, network: &Py<Network>) -> PyResult<usize> {
        same_network(py, &self.network, network).map(|()| self.index)
    }
}

impl MechanismOwner for ArtificialCell {
    const KIND: &'static str = "artificial cell";

    fn owner(&self, py: Python<'_>) -> Owner {
        Owner::Artificial(self.network.clone_ref(py), self.index)
    }

    fn description(&self, py: Python<'_>) -> PyResult<loligo::Mechanism> {
        let network = lock(py, &self.network.get().inner);
        Ok((*network.artificial_cells[self.index].mechanism).clone())
    }

    fn replace(&self, py: Python<'_>, mechanism: loligo::Mechanism) {
        lock(py, &self.network.get().inner).artificial_cells[self.index].mechanism = mechanism.into();
    }
}

#[pymethods]
impl ArtificialCell {
    /// The name.
    #[getter]
    fn name(&self, py: Python<'_>) -> String {
        self.network.get().artificial_name(py, self.index)
    }

    /// The mechanism with its parameters.
    #[getter]
    fn mechanism(&self, py: Python<'_>) -> PyResult<Mechanism> {
        Ok(Mechanism { inner: self.description(py)? })
    }

    /// Sets parameters of the description: ``stim.set(interval=5)``. Simulations made before keep the old ones.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     A text, or another object that is no number.
    ///
    /// Examples
    /// --------
    /// >>> stim = network.add_artificial("stim", loligo.NetStim(interval=10))  # ms
    /// >>> stim.set(interval=5)
    /// >>> stim.mechanism
    /// NetStim(interval=5.0)
    #[pyo3(signature = (**parameters))]
    fn set(&self, py: Python<'_>, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        self.set_parameters(py, parameters)
    }

    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        self.variable(py, name)
    }

    /// The variable of that name, also if it is no word.
    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        self.variable(py, name)
    }

    fn __iter__(&self) -> PyResult<()> {
        Err(self.not_iterable())
    }

    fn __setattr__(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.not_assignable(name, value)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.network.is(&other.network) && self.index == other.index
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<{}: {}>", self.name(py), self.description(py)?.name))
    }
}
