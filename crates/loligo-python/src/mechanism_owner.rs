//! Parts of a model with one mechanism: point processes and artificial cells.

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::wrong_type;
use crate::mechanism;
use crate::objects::{Owner, Variable};
use crate::references::variable_named;

/// A part of a description with a mechanism, whose variables are attributes.
pub(crate) trait MechanismOwner {
    /// Its name in messages.
    const KIND: &'static str;

    /// The part, as the owner of a variable.
    fn owner(&self, py: Python<'_>) -> Owner;

    /// Its mechanism.
    fn description(&self, py: Python<'_>) -> PyResult<loligo::Mechanism>;

    /// Replaces its mechanism.
    fn replace(&self, py: Python<'_>, mechanism: loligo::Mechanism);

    /// Sets parameters of the mechanism.
    fn set_parameters(&self, py: Python<'_>, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let mechanism = mechanism::set(self.description(py)?, parameters)?;
        self.replace(py, mechanism);
        Ok(())
    }

    /// The variable of that name.
    fn variable(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        variable_named(Self::KIND, name, || self.owner(py))
    }

    /// The error of an iteration.
    fn not_iterable(&self) -> PyErr {
        wrong_type(format!("this is one {}; give a list for several", Self::KIND))
    }

    /// The error of an assignment to an attribute.
    fn not_assignable(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = value.repr()?;
        Err(PyAttributeError::new_err(format!(
            "{name} = {value}: set parameters of the description with .set({name}={value}), those of a running simulation with \
             simulation.set(part.{name}, {value})"
        )))
    }
}
