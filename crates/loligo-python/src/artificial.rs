//! Artificial cells of a network.

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::locks::lock;
use crate::mechanism;
use crate::objects::{ArtificialCell, Mechanism, Network, Owner, Variable};
use crate::references::same_network;

impl ArtificialCell {
    /// Its index in a network.
    pub(crate) fn resolve(&self, py: Python<'_>, network: &Py<Network>) -> PyResult<usize> {
        same_network(py, &self.network, network).map(|()| self.index)
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
    fn mechanism(&self, py: Python<'_>) -> Mechanism {
        let network = lock(py, &self.network.get().inner);
        Mechanism { inner: (*network.artificial_cells[self.index].mechanism).clone() }
    }

    /// Sets parameters of the description: ``stim.set(interval=5)``. Simulations made before keep the old ones.
    #[pyo3(signature = (**parameters))]
    fn set(&self, py: Python<'_>, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let mechanism = mechanism::set(self.mechanism(py).inner, parameters)?;
        lock(py, &self.network.get().inner).artificial_cells[self.index].mechanism = mechanism.into();
        Ok(())
    }

    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        if name.starts_with('_') {
            return Err(PyAttributeError::new_err(format!("an artificial cell has no variable \"{name}\"")));
        }
        Ok(Variable { owner: Owner::Artificial(self.network.clone_ref(py), self.index), name: name.to_owned() })
    }

    /// The variable of that name, also if it is no word.
    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        self.__getattr__(py, name)
    }

    fn __iter__(&self) -> PyResult<()> {
        Err(crate::errors::wrong_type("this is one; give a list for several"))
    }

    fn __setattr__(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = value.repr()?;
        Err(PyAttributeError::new_err(format!("{name} = {value}: set parameters with .set({name}={value})")))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.network.is(&other.network) && self.index == other.index
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<{}: {}>", self.name(py), self.mechanism(py).inner.name)
    }
}
