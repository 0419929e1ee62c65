//! Simulations and their results.

use std::sync::{Mutex, MutexGuard, TryLockError};

use loligo::StopRequest;
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::{self, array};
use crate::checkpoint::Checkpoint;
use crate::connection::only;
use crate::errors::{OrRaise, exception, invalid, wrong_type};
use crate::locks::lock;
use crate::objects::{ArtificialCell, Cell, Connection, Connections, Model, Network, Simulation, Variables};
use crate::options::{self, Options};
use crate::references::{same_network, told};
use crate::running;

impl Simulation {
    /// The simulation, unless another thread runs it.
    pub(crate) fn idle(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, loligo::Simulation>> {
        match self.inner.try_lock() {
            Ok(simulation) => Ok(simulation),
            // A panic during a step may leave half of it.
            Err(TryLockError::Poisoned(_)) => {
                let text =
                    "a fault of Loligo has ended this simulation; make a new one, and please report the message before";
                Err(exception(py, "SimulationError", text.to_owned(), None))
            }
            Err(TryLockError::WouldBlock) => {
                let text = "this simulation is running, in another thread or further up in this one; wait until its run has \
                    returned, or make a simulation for each thread";
                Err(exception(py, "BusyError", text.to_owned(), None))
            }
        }
    }

    /// Makes a simulation of a network.
    pub(crate) fn of(py: Python<'_>, network: Py<Network>, options: &loligo::Options) -> PyResult<Self> {
        let mut made = {
            let description = lock(py, &network.get().inner);
            let description = &*description;
            py.detach(|| loligo::Simulation::new(description, options)).or_raise(py)?
        };
        let stop = StopRequest::default();
        made.stop_when(stop.clone());
        Ok(Self { inner: Mutex::new(made), network, stop })
    }
}

#[pymethods]
impl Simulation {
    #[new]
    #[pyo3(signature = (network, options = None, **changes))]
    fn new(
        py: Python<'_>,
        network: &Bound<'_, PyAny>,
        options: Option<Options>,
        changes: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let (network, own) = if let Ok(network) = network.cast::<Network>() {
            (network.clone().unbind(), loligo::Options::default())
        } else if let Ok(model) = network.cast::<Model>() {
            (model.get().network.clone_ref(py), model.get().options.clone())
        } else if network.is_instance_of::<Cell>() {
            let text =
                "give a network: network = loligo.Network(); cell = network.add(cell); loligo.Simulation(network)";
            return Err(wrong_type(text));
        } else {
            return Err(wrong_type(format!("give a network or a model, not {}", told(network))));
        };
        let options = options::changed(options.map_or(own, |options| options.inner), changes)?;
        Self::of(py, network, &options)
    }

    /// Runs until `tstop` (ms); none if that time has passed. Further calls continue.
    ///
    /// Parameters
    /// ----------
    /// tstop : float
    ///     End of the run, ms.
    /// progress : bool or function, default False
    ///     True shows a bar of the simulated time. A function is called about every 50 ms of computing as
    ///     ``progress(t, tstop, spikes)`` with times in ms; if it returns False, the run ends there.
    /// budget : float, optional
    ///     Wall-clock time after which the run ends, s.
    ///
    /// Returns
    /// -------
    /// bool
    ///     True if `tstop` was reached, False if the run was stopped before; it can be continued.
    ///
    /// Raises
    /// ------
    /// SimulationError
    ///     A voltage that becomes infinite or NaN, or another failure; samples and spikes until then are kept.
    /// KeyboardInterrupt
    ///     Ctrl-C; samples and spikes until then are kept, and the next call continues.
    ///
    /// Examples
    /// --------
    /// >>> simulation = loligo.Simulation(network)
    /// >>> simulation.run_until(10), simulation.run_until(20, budget=60)  # ms, s
    /// (True, True)
    #[pyo3(signature = (tstop, *, progress = None, budget = None))]
    fn run_until(
        &self,
        py: Python<'_>,
        tstop: f64,
        progress: Option<&Bound<'_, PyAny>>,
        budget: Option<f64>,
    ) -> PyResult<bool> {
        running::run(py, self, tstop, progress, budget, running::keep)
    }

    /// Makes one step.
    ///
    /// Raises
    /// ------
    /// SimulationError
    ///     As of `run_until`.
    ///
    /// Examples
    /// --------
    /// >>> simulation.step()
    /// >>> simulation.steps
    /// 1601
    fn step(&self, py: Python<'_>) -> PyResult<()> {
        self.idle(py)?.step().or_raise(py)
    }

    /// Returns to t = 0, and removes samples and spikes.
    ///
    /// Raises
    /// ------
    /// SimulationError
    ///     A mechanism whose initial values cannot be computed.
    ///
    /// Examples
    /// --------
    /// >>> simulation.initialize()
    /// >>> simulation.t
    /// 0.0
    fn initialize(&self, py: Python<'_>) -> PyResult<()> {
        self.idle(py)?.initialize().or_raise(py)
    }

    /// Ends the present run, or the next one, as soon as possible; another thread may call it.
    ///
    /// Examples
    /// --------
    /// >>> simulation.stop()
    /// >>> simulation.run_until(100), simulation.run_until(100)  # ms
    /// (False, True)
    fn stop(&self) {
        self.stop.stop();
    }

    /// Simulated time, ms.
    #[getter]
    fn t(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.idle(py)?.time())
    }

    /// Steps made since t = 0.
    #[getter]
    fn steps(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.idle(py)?.steps())
    }

    /// Number of segments of all cells.
    #[getter]
    fn compartments(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.idle(py)?.compartments())
    }

    /// The options of the run.
    #[getter]
    fn options(&self, py: Python<'_>) -> PyResult<Options> {
        Ok(Options { inner: self.idle(py)?.options().clone() })
    }

    /// The network.
    #[getter]
    fn network(&self, py: Python<'_>) -> Py<Network> {
        self.network.clone_ref(py)
    }

    /// The names of the recordings.
    #[getter]
    fn names(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let simulation = self.idle(py)?;
        let name = |index| simulation.recording_name(index).map(str::to_owned);
        (0..simulation.recordings()).map(name).collect::<Result<_, _>>().or_raise(py)
    }

    /// Spikes so far, by time: a read-only structured array with the fields `t` (ms) and `source`, an index into
    /// `sources`. It shares the memory of the simulation.
    #[getter]
    fn spikes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let spikes = self.idle(py)?.shared_spikes();
        arrays::spikes(py, spikes)
    }

    /// Number of spikes so far.
    #[getter]
    fn spike_count(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.idle(py)?.spike_count())
    }

    /// The sources of spikes, by their index: each place, variable or artificial cell from which a connection starts.
    #[getter]
    fn sources<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let sources = self.idle(py)?.sources().to_vec();
        sources
            .into_iter()
            .map(|source| {
                let network = self.network.clone_ref(py);
                match source {
                    loligo::SourceRef::Artificial(index) => {
                        Ok(ArtificialCell { network, index }.into_pyobject(py)?.into_any())
                    }
                    loligo::SourceRef::Variable(variable) => {
                        let variables = Variables { network, variables: Vec::new() };
                        Ok(variables.one(py, &variable)?.into_pyobject(py)?.into_any())
                    }
                    loligo::SourceRef::Point { cell, point } => {
                        let cell = Py::new(py, Cell::in_network(network, cell))?;
                        let point = crate::objects::PointProcess { cell, index: point };
                        Ok(point.into_pyobject(py)?.into_any())
                    }
                }
            })
            .collect()
    }

    /// The spike times of a connection's source, ms: ``simulation.spike_times(network.watch(cell.soma(0.5)))``.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A connection that was made after the simulation.
    /// ValueError
    ///     Several connections.
    ///
    /// Examples
    /// --------
    /// >>> simulation.spike_times(spikes).round(2)  # ms
    /// array([ 6.48, 19.4 , 31.95])
    fn spike_times<'py>(&self, py: Python<'py>, connection: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let (network, index) = if let Ok(connection) = connection.cast::<Connection>() {
            (&connection.get().network, connection.get().index)
        } else if let Ok(connections) = connection.cast::<Connections>() {
            (&connections.get().network, only(connections.get())?)
        } else {
            let text = "give a connection, such as what Network.watch or Network.connect returned";
            return Err(wrong_type(format!("{text}, not {}", told(connection))));
        };
        same_network(py, network, &self.network)?;
        let simulation = self.idle(py)?;
        if simulation.source_of_connection(index).is_none() {
            return Err(invalid(
                py,
                "this connection was made after the simulation, or has no source; make the simulation again",
            ));
        }
        let times = simulation.spikes_of_connection(index);
        Ok(array(py, times))
    }

    /// The state of the run, from which it continues with the same bits.
    ///
    /// Raises
    /// ------
    /// CheckpointError
    ///     A state that is too large for a checkpoint.
    ///
    /// Examples
    /// --------
    /// >>> checkpoint = simulation.checkpoint()
    /// >>> simulation.run_until(50)  # ms
    /// True
    /// >>> loligo.Simulation(network).restore(checkpoint)
    fn checkpoint(&self, py: Python<'_>) -> PyResult<Checkpoint> {
        Ok(Checkpoint { inner: self.idle(py)?.checkpoint().or_raise(py)? })
    }

    /// Returns to the state of a checkpoint that a simulation of the same network made.
    ///
    /// Raises
    /// ------
    /// CheckpointError
    ///     A checkpoint of another network, or of other options.
    ///
    /// Examples
    /// --------
    /// >>> checkpoint = simulation.checkpoint()
    /// >>> simulation.run_until(50)  # ms
    /// True
    /// >>> simulation.restore(checkpoint)
    /// >>> round(simulation.t, 6)  # ms
    /// 40.0
    fn restore(&self, py: Python<'_>, checkpoint: &Checkpoint) -> PyResult<()> {
        self.idle(py)?.restore(&checkpoint.inner).or_raise(py)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        match self.idle(py) {
            Ok(simulation) => format!(
                "<Simulation at {} ms: {} compartments, {} recordings, {} spikes>",
                loligo_io::plain(simulation.time()),
                simulation.compartments(),
                simulation.recordings(),
                simulation.spike_count()
            ),
            Err(_) => "<Simulation, running>".to_owned(),
        }
    }
}
