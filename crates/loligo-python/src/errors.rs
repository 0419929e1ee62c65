//! Errors of the crates as Python exceptions: the classes are in `loligo/errors.py`.

use loligo::morphology::MorphologyError;
use loligo::{CheckpointError, ModelError, ModelErrors, PruneError, SimulationError, TableErrors, nmodl};
use loligo_format::configuration::ConfigurationError;
use loligo_format::model_file::{LoadError, ModelFileErrors, Positions};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// An exception of a class of `loligo.errors`, with attributes.
pub(crate) fn exception(py: Python<'_>, class: &str, message: String, data: Option<&Bound<'_, PyDict>>) -> PyErr {
    let made = py.import("loligo.errors").and_then(|module| module.getattr(class)?.call((message,), data));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

/// An error in the use of an argument.
pub(crate) fn wrong_type(message: impl Into<String>) -> PyErr {
    PyTypeError::new_err(message.into())
}

/// An object of another network, or of a cell that is not in the network.
pub(crate) fn foreign(py: Python<'_>, message: impl Into<String>) -> PyErr {
    exception(py, "ForeignObjectError", message.into(), None)
}

/// A model error with a text of this crate.
pub(crate) fn invalid(py: Python<'_>, message: impl Into<String>) -> PyErr {
    let message = message.into();
    let problem = [("Value", message.clone())];
    problems(py, "ModelError", message, &problem)
}

/// The name of the variant of an error.
fn kind_of(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    text.chars().take_while(|c| c.is_alphanumeric()).collect()
}

fn problems(py: Python<'_>, class: &str, message: String, list: &[(&str, String)]) -> PyErr {
    let data = PyDict::new(py);
    let entries = list.iter().map(|(kind, text)| {
        let entry = PyDict::new(py);
        entry.set_item("kind", kind)?;
        entry.set_item("message", text)?;
        Ok(entry)
    });
    let filled = entries
        .collect::<PyResult<Vec<_>>>()
        .and_then(|entries| PyList::new(py, entries))
        .and_then(|entries| data.set_item("problems", entries));
    match filled {
        Ok(()) => exception(py, class, message, Some(&data)),
        Err(error) => error,
    }
}

/// Converts an error of a crate to an exception.
pub(crate) trait ToException {
    /// The exception.
    fn to_exception(&self, py: Python<'_>) -> PyErr;
}

impl ToException for ModelError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        problems(py, "ModelError", self.to_string(), &[(&kind_of(self), self.to_string())])
    }
}

impl ToException for ModelErrors {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        let kinds: Vec<String> = self.0.iter().map(kind_of).collect();
        let list: Vec<(&str, String)> =
            kinds.iter().zip(&self.0).map(|(kind, error)| (kind.as_str(), error.to_string())).collect();
        problems(py, "ModelError", self.to_string(), &list)
    }
}

impl ToException for TableErrors {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        invalid(py, self.to_string())
    }
}

impl ToException for PruneError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        invalid(py, self.to_string())
    }
}

impl ToException for MorphologyError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        exception(py, "MorphologyError", self.to_string(), None)
    }
}

impl ToException for CheckpointError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        exception(py, "CheckpointError", self.to_string(), None)
    }
}

impl ToException for nmodl::LoadErrors {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        let data = PyDict::new(py);
        let paths: Vec<String> = self.0.iter().map(|error| error.path().display().to_string()).collect();
        match data.set_item("paths", paths) {
            Ok(()) => exception(py, "MechanismFileError", self.to_string(), Some(&data)),
            Err(error) => error,
        }
    }
}

impl ToException for ModelFileErrors {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        let made = || {
            let mut positions = Positions::of(&self.text);
            let entries = self.errors.iter().map(|error| {
                let (line, column) = positions.at(error.span.start);
                let entry = PyDict::new(py);
                entry.set_item("kind", kind_of(&error.problem))?;
                entry.set_item("message", error.problem.to_string())?;
                entry.set_item("line", line)?;
                entry.set_item("column", column)?;
                Ok(entry)
            });
            let data = PyDict::new(py);
            data.set_item("problems", PyList::new(py, entries.collect::<PyResult<Vec<_>>>()?)?)?;
            data.set_item("path", self.path.display().to_string())?;
            Ok(data)
        };
        match made() {
            Ok(data) => exception(py, "ModelFileError", self.to_string(), Some(&data)),
            Err(error) => error,
        }
    }
}

impl ToException for LoadError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        match self {
            Self::Invalid(errors) => errors.to_exception(py),
            _ => exception(py, "ModelFileError", self.to_string(), None),
        }
    }
}

impl ToException for ConfigurationError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        match self {
            Self::Circuit(error) => error.to_exception(py),
            Self::Simulation(error) => error.to_exception(py),
            _ => exception(py, "ModelFileError", self.to_string(), None),
        }
    }
}

impl ToException for SimulationError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        let data = PyDict::new(py);
        let described: PyResult<&str> = (|| match self {
            Self::NonFinite { cell, section, x, voltage, t, mechanism } => {
                data.set_item("cell", cell)?;
                data.set_item("section", section)?;
                data.set_item("x", x)?;
                data.set_item("voltage", voltage)?;
                data.set_item("t", t)?;
                data.set_item("mechanism", mechanism)?;
                Ok("NonFiniteError")
            }
            Self::Runaway { cell, mechanism, t, .. } => {
                data.set_item("cell", cell)?;
                data.set_item("mechanism", mechanism)?;
                data.set_item("t", t)?;
                Ok("RunawayError")
            }
            Self::Sending { sender, mechanism, t, .. } => {
                // Names of artificial cells are in quotation marks.
                data.set_item("place", sender.trim_matches('"'))?;
                data.set_item("mechanism", mechanism)?;
                data.set_item("t", t)?;
                Ok("MechanismError")
            }
            Self::MechanismFault { instance, mechanism, t, .. } => {
                data.set_item("place", instance)?;
                data.set_item("mechanism", mechanism)?;
                data.set_item("t", t)?;
                Ok("MechanismError")
            }
            Self::TooManyEvents { sender, events, t, .. } => {
                data.set_item("sender", sender)?;
                data.set_item("events", events)?;
                data.set_item("t", t)?;
                Ok("TooManyEventsError")
            }
            _ => Ok("SimulationError"),
        })();
        match (self, described) {
            (_, Err(error)) => error,
            (Self::Model(errors), _) => errors.to_exception(py),
            (Self::Sink(error), _) => error.to_exception(py),
            (Self::ForeignHandle | Self::NoRecording { .. }, _) => foreign(py, self.to_string()),
            (_, Ok(class)) => exception(py, class, self.to_string(), Some(&data)),
        }
    }
}

/// Results whose error becomes an exception.
pub(crate) trait OrRaise<T> {
    /// The value, or the exception.
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T, E: ToException> OrRaise<T> for Result<T, E> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| error.to_exception(py))
    }
}
