//! Files that a simulation writes while it runs.

use std::path::{Path, PathBuf};

use loligo::{Network, Simulation as Inner, Sink, SinkError, TraceFiles};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::{OrRaise, ToException, exception};
use crate::locks::lock;
use crate::objects::Simulation;
use crate::running;

impl ToException for SinkError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        let data = PyDict::new(py);
        match data.set_item("path", &self.place) {
            Ok(()) => exception(py, "OutputError", self.to_string(), Some(&data)),
            Err(error) => error,
        }
    }
}

/// The layout of the files.
#[derive(Clone, Copy)]
enum Layout {
    Csv,
    Sonata,
}

impl Layout {
    fn named(name: &str) -> PyResult<Self> {
        match name {
            "csv" => Ok(Self::Csv),
            "sonata" if cfg!(feature = "hdf5") => Ok(Self::Sonata),
            "sonata" => Err(PyValueError::new_err(
                "layout=\"sonata\": this loligo was built without HDF5; give \"csv\", or install a wheel with HDF5",
            )),
            _ => Err(PyValueError::new_err(format!("layout=\"{name}\": give \"csv\" or \"sonata\""))),
        }
    }

    /// Creates the files of all recordings and spikes.
    fn create(self, folder: &Path, network: &Network, simulation: &Inner) -> Result<Box<dyn Sink + Send>, SinkError> {
        std::fs::create_dir_all(folder)
            .map_err(|error| SinkError { place: folder.display().to_string(), reason: error.to_string() })?;
        let recordings = 0..simulation.recordings();
        match self {
            Self::Csv => Ok(Box::new(TraceFiles::create(folder, network, simulation, recordings)?)),
            Self::Sonata => sonata(folder, network, simulation, recordings),
        }
    }
}

#[cfg(feature = "hdf5")]
fn sonata(
    folder: &Path,
    network: &Network,
    simulation: &Inner,
    recordings: std::ops::Range<usize>,
) -> Result<Box<dyn Sink + Send>, SinkError> {
    use loligo_sonata::{Populations, SonataFiles};

    Ok(Box::new(SonataFiles::create(folder, network, simulation, recordings, &Populations::default())?))
}

#[cfg(not(feature = "hdf5"))]
fn sonata(folder: &Path, _: &Network, _: &Inner, _: std::ops::Range<usize>) -> Result<Box<dyn Sink + Send>, SinkError> {
    // `Layout::named` reports it before.
    Err(SinkError { place: folder.display().to_string(), reason: "loligo was built without HDF5".to_owned() })
}

#[pymethods]
impl Simulation {
    /// Runs until `tstop` (ms) as `run_until` does, and writes samples and spikes to files of a folder instead of
    /// keeping them: memory does not grow with the length of the run.
    ///
    /// Samples recorded before are written too. Files of an earlier call in the folder are replaced.
    ///
    /// Parameters
    /// ----------
    /// folder : str or path
    ///     The folder; it is made if it does not exist.
    /// tstop : float
    ///     End of the run, ms.
    /// layout : {"csv", "sonata"}, default "csv"
    ///     ``traces.csv`` (or ``traces_every_K.csv``), ``spikes.csv`` and ``sources.csv``; or a report of each recorded
    ///     variable and ``spikes.h5``, as `libsonata` reads them.
    /// progress, budget
    ///     As of `run_until`.
    ///
    /// Returns
    /// -------
    /// bool
    ///     True if `tstop` was reached.
    ///
    /// Raises
    /// ------
    /// OutputError
    ///     A file that cannot be written, or of another kind at the place of one.
    /// ValueError
    ///     Another layout, or "sonata" in a build without HDF5.
    /// SimulationError
    ///     As of `run_until`.
    ///
    /// Examples
    /// --------
    /// >>> simulation = loligo.Simulation(network)
    /// >>> simulation.run_into("results", 40)  # ms
    /// True
    /// >>> print(open("results/traces.csv").read()[:25])
    /// t,squid.soma(0.5).v
    /// 0,-65
    #[pyo3(signature = (folder, tstop, *, layout = "csv", progress = None, budget = None))]
    fn run_into(
        &self,
        py: Python<'_>,
        folder: PathBuf,
        tstop: f64,
        layout: &str,
        progress: Option<&Bound<'_, PyAny>>,
        budget: Option<f64>,
    ) -> PyResult<bool> {
        let layout = Layout::named(layout)?;
        let create = |simulation: &Inner| {
            let network = lock(py, &self.network.get().inner);
            layout.create(&folder, &network, simulation).or_raise(py).map(Some)
        };
        running::run(py, self, tstop, progress, budget, create)
    }
}
