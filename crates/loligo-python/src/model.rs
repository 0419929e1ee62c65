//! Models in files.

use std::path::PathBuf;

use loligo_format::ModelFile;
use loligo_format::configuration::SimulationConfig;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::OrRaise;
use crate::objects::{Model, Network, Simulation};
use crate::options::{self, Options};
use crate::running;

impl Model {
    fn of(py: Python<'_>, model: loligo_format::Model) -> PyResult<Self> {
        let warnings = model.warnings.iter().map(|warning| {
            let (line, column) = model.position(warning.span.start);
            format!("{line}:{column}: {}", warning.text)
        });
        Ok(Self {
            warnings: warnings.collect(),
            network: Py::new(py, Network::of(py, model.network)?)?,
            options: model.options,
            tstop: model.tstop,
        })
    }
}

#[pymethods]
impl Model {
    /// Reads and checks a model file, or a configuration (JSON, or TOML with a table ``circuit``) with its circuit.
    ///
    /// Raises
    /// ------
    /// ModelFileError
    ///     All errors of the file in `problems`, each with line and column.
    ///
    /// Examples
    /// --------
    /// >>> text = '[[cell]]\nname = "a"\nsection = [{ name = "soma", L = 20, diam = 20 }]'  # um
    /// >>> with open("model.toml", "w") as file:
    /// ...     _ = file.write("run = { tstop = 10 }\n" + text)  # ms
    /// >>> loligo.Model.load("model.toml")
    /// <Model until 10 ms: <Network: 1 cells, 0 artificial cells, 0 connections, 0 detectors, 0 recordings>>
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        if !py.detach(|| SimulationConfig::is_configuration(&path)) {
            let model = py.detach(|| ModelFile::load(path)).or_raise(py)?;
            return Self::of(py, model);
        }
        let circuit = py.detach(|| SimulationConfig::load(path).and_then(|configuration| configuration.build()));
        Self::of(py, circuit.or_raise(py)?.model)
    }

    /// Reads and checks the text of a model file; `path` (model.toml) is its name in messages, and paths in it are
    /// relative to its folder.
    ///
    /// Raises
    /// ------
    /// ModelFileError
    ///     All errors of the text in `problems`, each with line and column.
    ///
    /// Examples
    /// --------
    /// >>> text = '[[cell]]\nname = "a"\nsection = [{ name = "soma", L = 20, diam = 20 }]'  # um
    /// >>> model = loligo.Model.parse("run = { tstop = 10 }\n" + text)  # ms
    /// >>> model.network["a"].soma.L  # um
    /// 20.0
    #[staticmethod]
    #[pyo3(signature = (text, path = None))]
    fn parse(py: Python<'_>, text: &str, path: Option<PathBuf>) -> PyResult<Self> {
        let path = path.unwrap_or_else(|| PathBuf::from("model.toml"));
        let model = py.detach(|| ModelFile::parse(text, path)).or_raise(py)?;
        Self::of(py, model)
    }

    /// The options of the run.
    #[getter]
    fn options(&self) -> Options {
        Options { inner: self.options.clone() }
    }

    /// Runs the model until its `tstop`, and returns the simulation.
    ///
    /// Parameters
    /// ----------
    /// progress : bool or function, default False
    ///     As of `Simulation.run_until`.
    /// **options
    ///     Options that replace those of the file: `dt` (ms), `threads`...
    ///
    /// Raises
    /// ------
    /// SimulationError
    ///     A run that failed.
    ///
    /// Examples
    /// --------
    /// >>> text = '[[cell]]\nname = "a"\nsection = [{ name = "soma", L = 20, diam = 20 }]'  # um
    /// >>> model = loligo.Model.parse("run = { tstop = 10 }\n" + text)  # ms
    /// >>> round(model.run(dt=0.05).t, 6)  # ms
    /// 10.0
    #[pyo3(signature = (*, progress = None, **changes))]
    fn run(
        &self,
        py: Python<'_>,
        progress: Option<&Bound<'_, PyAny>>,
        changes: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Simulation> {
        let options = options::changed(self.options.clone(), changes)?;
        let simulation = Simulation::of(py, self.network.clone_ref(py), &options)?;
        running::run(py, &simulation, self.tstop, progress, None, running::keep)?;
        Ok(simulation)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Model until {} ms: {}>", loligo_io::plain(self.tstop), self.network.bind(py))
    }
}
