//! The mechanisms available to a network.

use std::path::PathBuf;
use std::sync::Arc;

use loligo::{Kind, ModelError, Role, Signature, nmodl};
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::{OrRaise, wrong_type};
use crate::mechanism;
use crate::objects::{Catalogue, Mechanism};

impl Catalogue {
    /// The built-in mechanisms.
    pub(crate) fn builtin() -> Self {
        Self { inner: Arc::new(loligo::Catalogue::builtin()), paths: Vec::new(), warnings: Vec::new() }
    }

    /// A catalogue that a model file has made.
    pub(crate) fn of(inner: loligo::Catalogue) -> Self {
        Self { inner: Arc::new(inner), paths: Vec::new(), warnings: Vec::new() }
    }

    fn find(&self, py: Python<'_>, name: &str) -> PyResult<&Signature> {
        match self.inner.find(name) {
            Some(found) => Ok(found.signature()),
            None => {
                let place = "the catalogue".to_owned();
                let suggestion = loligo_io::closest(name, self.names());
                Err(ModelError::UnknownMechanism { place, name: name.to_owned(), suggestion }).or_raise(py)
            }
        }
    }
}

#[pymethods]
impl Catalogue {
    #[new]
    #[pyo3(signature = (*paths))]
    fn new(py: Python<'_>, paths: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let paths = paths.iter().map(|path| path.extract::<PathBuf>()).collect::<PyResult<Vec<_>>>();
        let paths = paths.map_err(|_| wrong_type("give paths of .mod files or folders, as texts"))?;
        let loaded = py.detach(|| nmodl::load(loligo::Catalogue::builtin(), &paths)).or_raise(py)?;
        let warnings = loaded.warnings.into_iter().map(|(_, text)| text).collect();
        Ok(Self { inner: Arc::new(loaded.catalogue), paths, warnings })
    }

    /// The names of all mechanisms.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.inner.iter().map(|mechanism| mechanism.signature().name.clone()).collect()
    }

    /// Warnings about the `.mod` files.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// Makes a mechanism by name, and checks the names of its parameters.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A mechanism or parameter that does not exist, with a suggestion.
    ///
    /// Examples
    /// --------
    /// >>> loligo.builtin.make("hh", gnabar=0.1)  # S/cm2
    /// hh(gnabar=0.1)
    #[pyo3(signature = (name, /, **parameters))]
    fn make(&self, py: Python<'_>, name: &str, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Mechanism> {
        let signature = self.find(py, name)?;
        let inner = mechanism::set(loligo::Mechanism::new(name), parameters)?;
        let parameters = || {
            signature
                .columns()
                .enumerate()
                .filter(|(_, variable)| matches!(variable.role, Role::Parameter))
                .map(|(column, _)| signature.column_name(column).to_string())
        };
        let lists = || signature.vectors.iter().map(|list| list.name.clone());
        if let Some(given) = inner.parameters.keys().find(|given| !parameters().any(|name| name == **given)) {
            let suggestion = loligo_io::closest(given, parameters().chain(lists()));
            let (mechanism, parameter) = (name.to_owned(), given.clone());
            let place = format!("{name}(...)");
            return Err(ModelError::UnknownParameter { place, mechanism, parameter, suggestion }).or_raise(py);
        }
        if let Some(given) = inner.vectors.keys().find(|given| !lists().any(|name| name == **given)) {
            if parameters().any(|name| name == *given) {
                return Err(wrong_type(format!(
                    "{name}(...): {given} is one number; for values that differ from place to place see Cell.paint"
                )));
            }
            let (place, mechanism, vector) = (format!("{name}(...)"), name.to_owned(), given.clone());
            let suggestion = loligo_io::closest(given, lists().chain(parameters()));
            return Err(ModelError::UnknownVector { place, mechanism, vector, suggestion }).or_raise(py);
        }
        Ok(Mechanism { inner })
    }

    /// The contents of the catalogue about a mechanism: a dictionary with ``name``, ``summary``, ``kind`` (``"density"``,
    /// ``"point"``, ``"artificial"`` or ``"ion"``), ``variables`` (each with ``name``, ``unit``, ``role``, ``default``,
    /// ``meaning``), ``lists``, ``globals``, ``procedures``, and the number of ``weights`` of a connection to it.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A mechanism that does not exist, with a suggestion.
    ///
    /// Examples
    /// --------
    /// >>> described = loligo.builtin.describe("ExpSyn")
    /// >>> described["kind"], described["weights"]
    /// ('point', 1)
    /// >>> described["variables"][0]
    /// {'name': 'tau', 'unit': 'ms', 'meaning': 'decay time constant', 'role': 'parameter', 'default': 0.1}
    fn describe<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyDict>> {
        let signature = self.find(py, name)?;
        let entry = |name: &str, unit: &str, meaning: &str| {
            let entry = PyDict::new(py);
            entry.set_item("name", name)?;
            entry.set_item("unit", unit)?;
            entry.set_item("meaning", meaning)?;
            Ok::<_, PyErr>(entry)
        };
        let described = PyDict::new(py);
        described.set_item("name", &signature.name)?;
        described.set_item("summary", &signature.summary)?;
        let kind = match signature.kind {
            Kind::Density => "density",
            Kind::Point { .. } => "point",
            Kind::Artificial => "artificial",
            Kind::Ion => "ion",
        };
        described.set_item("kind", kind)?;
        let mut variables = Vec::new();
        for (column, variable) in signature.columns().enumerate() {
            let described = entry(&signature.column_name(column).to_string(), &variable.unit, &variable.meaning)?;
            let role = match variable.role {
                Role::Parameter => "parameter",
                Role::State => "state",
                Role::Pointer { .. } => "pointer",
                Role::Assigned | Role::Output => "assigned",
            };
            described.set_item("role", role)?;
            described.set_item("default", variable.default)?;
            variables.push(described);
        }
        described.set_item("variables", variables)?;
        let lists = signature.vectors.iter().map(|list| entry(&list.name, &list.unit, &list.meaning));
        described.set_item("lists", lists.collect::<PyResult<Vec<_>>>()?)?;
        let mut globals = Vec::new();
        for global in &signature.globals {
            let described = entry(&global.name, &global.unit, &global.meaning)?;
            described.set_item("default", global.default)?;
            globals.push(described);
        }
        described.set_item("globals", globals)?;
        let procedures: Vec<&str> = signature.procedures.iter().map(|procedure| procedure.name.as_str()).collect();
        described.set_item("procedures", procedures)?;
        described.set_item("weights", signature.weights)?;
        Ok(described)
    }

    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let (py, catalogue) = (slf.py(), slf.get());
        if catalogue.inner.find(name).is_some() {
            return py.import("loligo._factories")?.getattr("factory")?.call1((slf, name));
        }
        let suggestion = loligo_io::closest(name, catalogue.names());
        let hint = suggestion.map_or_else(String::new, |closest| format!("; did you mean \"{closest}\"?"));
        Err(PyAttributeError::new_err(format!("there is no mechanism \"{name}\"{hint}")))
    }

    fn __contains__(&self, name: &str) -> bool {
        self.inner.find(name).is_some()
    }

    fn __dir__(slf: &Bound<'_, Self>) -> PyResult<Vec<String>> {
        let mut names: Vec<String> = slf.get_type().dir()?.extract()?;
        names.extend(slf.get().names());
        Ok(names)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __repr__(&self) -> String {
        let paths: Vec<String> = self.paths.iter().map(|path| format!("{:?}", path.display().to_string())).collect();
        format!("<Catalogue({}) of {} mechanisms>", paths.join(", "), self.names().len())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let paths = PyTuple::new(slf.py(), slf.get().paths.iter().map(|path| path.display().to_string()))?;
        Ok((slf.get_type().into_any(), paths))
    }
}
