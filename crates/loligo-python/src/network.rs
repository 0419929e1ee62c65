//! Networks: cells, artificial cells, connections, recordings.

use std::sync::{Arc, Mutex};

use loligo::{ParameterTable, VariableRef};
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping, PyTuple};

use crate::arrays::{MOST_CELLS, numbers, one_index, within};
use crate::cell_geometry::given_mechanism;
use crate::errors::{OrRaise, wrong_type};
use crate::locks::lock;
use crate::objects::{ArtificialCell, ArtificialCells, Catalogue, Cell, Cells, Network};
use crate::options;
use crate::pickling;
use crate::references::told;

impl Network {
    /// A network with the catalogue that it was made with.
    pub(crate) fn of(py: Python<'_>, network: loligo::Network) -> PyResult<Self> {
        let catalogue = Py::new(py, Catalogue::of(network.catalogue().clone()))?;
        Ok(Self { inner: Mutex::new(network), catalogue })
    }

    /// The name of an artificial cell.
    pub(crate) fn artificial_name(&self, py: Python<'_>, index: usize) -> String {
        lock(py, &self.inner).artificial_cells[index].name.clone()
    }

    /// Changes the description.
    pub(crate) fn change<R>(&self, py: Python<'_>, change: impl FnOnce(&mut loligo::Network) -> R) -> R {
        change(&mut lock(py, &self.inner))
    }
}

/// The columns of a dictionary or a frame (pandas, polars), each as numbers.
fn columns_of(py: Python<'_>, table: &Bound<'_, PyAny>) -> PyResult<ParameterTable> {
    let names: Vec<String> = if let Ok(mapping) = table.cast::<PyMapping>() {
        mapping.keys()?.iter().map(|name| name.extract()).collect::<PyResult<_>>()
    } else if let Ok(columns) = table.getattr("columns") {
        columns.try_iter()?.map(|name| name?.extract()).collect::<PyResult<_>>()
    } else {
        return Err(wrong_type(format!(
            "table: give a dictionary of arrays or a frame of pandas or polars, not {}; its columns are parameters such as \
             \"soma.hh.gnabar\"",
            told(table)
        )));
    }
    .map_err(|_| wrong_type("table: names of columns are texts such as \"soma.hh.gnabar\" or \"electrode.amp\""))?;
    let mut columns = ParameterTable::new();
    for name in names {
        let values = numbers(&table.get_item(&name)?, &name)?;
        if let Some(position) = values.iter().position(|value| !value.is_finite()) {
            let text = format!("table: {name}[{position}] is {}; give a finite number", values[position]);
            return Err(crate::errors::invalid(py, text));
        }
        columns = columns.with(name, values);
    }
    Ok(columns)
}

#[pymethods]
impl Network {
    #[new]
    #[pyo3(signature = (catalogue = None, *, seed = 0))]
    fn new(py: Python<'_>, catalogue: Option<Py<Catalogue>>, seed: u32) -> PyResult<Self> {
        let catalogue = match catalogue {
            Some(catalogue) => catalogue,
            None => Py::new(py, Catalogue::builtin())?,
        };
        let mut network = loligo::Network::with_catalogue(Arc::clone(&catalogue.get().inner));
        network.seed = seed;
        Ok(Self { inner: Mutex::new(network), catalogue })
    }

    /// The mechanisms that can be named.
    #[getter]
    fn catalogue(&self, py: Python<'_>) -> Py<Catalogue> {
        self.catalogue.clone_ref(py)
    }

    /// Second id of the streams of random numbers that have no ids of their own.
    #[getter]
    fn seed(&self, py: Python<'_>) -> u32 {
        lock(py, &self.inner).seed
    }

    #[setter]
    fn set_seed(&self, py: Python<'_>, seed: u32) {
        lock(py, &self.inner).seed = seed;
    }

    /// Random123's global index of all streams, for example the number of a run.
    #[getter]
    fn global_index(&self, py: Python<'_>) -> u32 {
        lock(py, &self.inner).global_index
    }

    #[setter]
    fn set_global_index(&self, py: Python<'_>, index: u32) {
        lock(py, &self.inner).global_index = index;
    }

    /// Adds a copy of a cell; returns the copy, whose places can be recorded and connected.
    ///
    /// Examples
    /// --------
    /// >>> first, second = network.add(loligo.Cell("first")), network.add(loligo.Cell("second"))
    /// >>> network
    /// <Network: 3 cells, 0 artificial cells, 0 connections, 1 detectors, 1 recordings>
    fn add(slf: &Bound<'_, Self>, cell: &Cell) -> Cell {
        let py = slf.py();
        let description = cell.read(py, Clone::clone);
        let index = slf.get().change(py, |network| network.add_cell(description));
        Cell::in_network(slf.clone().unbind(), index)
    }

    /// Adds many copies of a cell, named ``name[0]``, ``name[1]``...; they share one description.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     More than 1,000,000 cells.
    ///
    /// Examples
    /// --------
    /// >>> cells = network.add_many(cell, 1000)
    /// >>> cells[999].name
    /// 'squid[999]'
    fn add_many(slf: &Bound<'_, Self>, cell: &Cell, count: usize) -> PyResult<Cells> {
        within(count, MOST_CELLS)?;
        let py = slf.py();
        let description = cell.read(py, Clone::clone);
        let cells = slf.get().change(py, |network| {
            let first = network.cells.len();
            for k in 0..count {
                let name = format!("{}[{k}]", description.name);
                network.add_cell(loligo::Cell { name, ..description.clone() });
            }
            (first..network.cells.len()).collect()
        });
        Ok(Cells { network: slf.clone().unbind(), cells })
    }

    /// Adds an ensemble: as many cells of one description as the table has rows, each with the parameters of its row.
    ///
    /// Parameters
    /// ----------
    /// cell : Cell
    ///     The description.
    /// table : dict of arrays, or a frame of pandas or polars
    ///     A column for each parameter that varies: "soma.hh.gnabar", "electrode.amp", "all.Ra".
    ///
    /// Examples
    /// --------
    /// >>> import loligo, numpy as np
    /// >>> cell = loligo.Cell()
    /// >>> soma = cell.add_section("soma", L=20, diam=20)  # um
    /// >>> cell.paint("all", loligo.hh())
    /// >>> electrode = cell.place("electrode", soma(0.5), loligo.IClamp(delay=1, dur=1e9))
    /// >>> network = loligo.Network()
    /// >>> cells = network.add_ensemble(cell, {"electrode.amp": np.linspace(0, 0.5, 100)})  # nA
    /// >>> v = network.record(cells.at("soma"))
    /// >>> simulation = loligo.Simulation(network)
    /// >>> simulation.run_until(10)  # ms
    /// True
    /// >>> simulation.matrix(v).shape
    /// (100, 401)
    fn add_ensemble(slf: &Bound<'_, Self>, cell: &Cell, table: &Bound<'_, PyAny>) -> PyResult<Cells> {
        let py = slf.py();
        let table = columns_of(py, table)?;
        let description = cell.read(py, Clone::clone);
        let cells = slf.get().change(py, |network| network.add_ensemble(&description, &table)).or_raise(py)?;
        Ok(Cells { network: slf.clone().unbind(), cells: cells.collect() })
    }

    /// Adds a cell without membrane, such as ``loligo.NetStim(interval=10)``.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     An object that is no mechanism.
    ///
    /// Examples
    /// --------
    /// >>> network.add_artificial("train", loligo.NetStim(interval=10, number=5, start=1))  # ms
    /// <train: NetStim>
    fn add_artificial(slf: &Bound<'_, Self>, name: String, mechanism: &Bound<'_, PyAny>) -> PyResult<ArtificialCell> {
        let mechanism = given_mechanism(mechanism)?;
        let index = slf.get().change(slf.py(), |network| network.add_artificial_cell(name, mechanism));
        Ok(ArtificialCell { network: slf.clone().unbind(), index })
    }

    /// Adds many cells without membrane, named ``name[0]``, ``name[1]``...
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     More than 1,000,000 cells.
    ///
    /// Examples
    /// --------
    /// >>> trains = network.add_artificial_many("train", loligo.NetStim(noise=1), 1000)
    /// >>> trains[999].name
    /// 'train[999]'
    fn add_artificial_many(
        slf: &Bound<'_, Self>,
        name: &str,
        mechanism: &Bound<'_, PyAny>,
        count: usize,
    ) -> PyResult<ArtificialCells> {
        within(count, MOST_CELLS)?;
        let mechanism = loligo::Shared::from(given_mechanism(mechanism)?);
        let cells = slf.get().change(slf.py(), |network| {
            let first = network.artificial_cells.len();
            let cell = |k| loligo::ArtificialCell { name: format!("{name}[{k}]"), mechanism: mechanism.clone() };
            network.artificial_cells.extend((0..count).map(cell));
            (first..network.artificial_cells.len()).collect()
        });
        Ok(ArtificialCells { network: slf.clone().unbind(), cells })
    }

    /// The cells with membrane.
    #[getter]
    fn cells(slf: &Bound<'_, Self>) -> Cells {
        let count = lock(slf.py(), &slf.get().inner).cells.len();
        Cells { network: slf.clone().unbind(), cells: (0..count).collect() }
    }

    /// The artificial cells.
    #[getter]
    fn artificial_cells(slf: &Bound<'_, Self>) -> ArtificialCells {
        let count = lock(slf.py(), &slf.get().inner).artificial_cells.len();
        ArtificialCells { network: slf.clone().unbind(), cells: (0..count).collect() }
    }

    /// The cell or artificial cell of that name: ``network["ring[3]"]``; an index counts the cells with membrane.
    fn __getitem__<'py>(slf: &Bound<'py, Self>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let cell = |index| Cell::in_network(slf.clone().unbind(), index);
        if let Ok(index) = key.extract::<i64>() {
            let index = one_index(index, "cells", lock(py, &slf.get().inner).cells.len())?;
            return Ok(cell(index).into_pyobject(py)?.into_any());
        }
        let name: String = key.extract().map_err(|_| PyTypeError::new_err("give the name or index of a cell"))?;
        let network = lock(py, &slf.get().inner);
        let found = network.cells.iter().position(|cell| cell.name == name);
        let artificial = network.artificial_cells.iter().position(|cell| cell.name == name);
        let names = network.cells.iter().map(|cell| &*cell.name);
        let closest = loligo_io::closest(&name, names.chain(network.artificial_cells.iter().map(|cell| &*cell.name)));
        drop(network);
        match (found, artificial) {
            (Some(index), _) => Ok(cell(index).into_pyobject(py)?.into_any()),
            (None, Some(index)) => {
                Ok(ArtificialCell { network: slf.clone().unbind(), index }.into_pyobject(py)?.into_any())
            }
            (None, None) => {
                let hint = closest.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
                Err(PyKeyError::new_err(format!("the network has no cell \"{name}\"{hint}")))
            }
        }
    }

    /// Checks the network without running it.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     All errors of the model, in `problems`.
    ///
    /// Examples
    /// --------
    /// >>> network.check()
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        let network = lock(py, &self.inner);
        let network = &*network;
        let errors = py.detach(|| network.check());
        if errors.is_empty() { Ok(()) } else { Err(loligo::ModelErrors(errors)).or_raise(py) }
    }

    /// The numbers of parts, and the memory (bytes) and time per step (s) that a run needs.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     All errors of the model, in `problems`.
    ///
    /// Examples
    /// --------
    /// >>> estimate = network.estimate(dt=0.0125)  # ms
    /// >>> sorted(estimate), estimate["compartments"]
    /// (['compartments', 'memory', 'step'], 1)
    #[pyo3(signature = (**options))]
    fn estimate<'py>(&self, py: Python<'py>, options: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyDict>> {
        let options = options::changed(loligo::Options::default(), options)?;
        let network = lock(py, &self.inner);
        let network = &*network;
        let estimate = py.detach(|| network.estimate(&options)).or_raise(py)?;
        let numbers = PyDict::new(py);
        numbers.set_item("compartments", estimate.compartments)?;
        numbers.set_item("memory", estimate.memory)?;
        numbers.set_item("step", estimate.step)?;
        Ok(numbers)
    }

    /// The section trees of all cells as text, as NEURON's ``topology()`` prints them.
    ///
    /// Examples
    /// --------
    /// >>> print(network.topology().strip())
    /// |-|       squid.soma(0-1)
    fn topology(&self, py: Python<'_>) -> String {
        lock(py, &self.inner).topology().to_string()
    }

    /// A copy, which shares the descriptions of cells until they are changed.
    ///
    /// Examples
    /// --------
    /// >>> network.copy() == network
    /// True
    fn copy(&self, py: Python<'_>) -> Self {
        Self { inner: Mutex::new(lock(py, &self.inner).clone()), catalogue: self.catalogue.clone_ref(py) }
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        self.copy(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
        self.copy(py)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> bool {
        let other = lock(py, &other.inner).clone();
        *lock(py, &self.inner) == other
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let network = lock(py, &self.inner);
        let counts = network.connections.counts();
        format!(
            "<Network: {} cells, {} artificial cells, {} connections, {} detectors, {} recordings>",
            network.cells.len(),
            network.artificial_cells.len(),
            counts.connections,
            counts.detectors,
            network.recordings.len()
        )
    }

    /// The description as bytes; equal descriptions have equal bytes.
    ///
    /// Examples
    /// --------
    /// >>> network.to_bytes() == network.copy().to_bytes()
    /// True
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        pickling::to_bytes(py, &*lock(py, &self.inner))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        let parts = (slf.get().to_bytes(py)?, slf.get().catalogue.clone_ref(py));
        Ok((slf.get_type().getattr("_from_bytes")?, parts.into_pyobject(py)?))
    }

    #[staticmethod]
    fn _from_bytes(py: Python<'_>, bytes: &[u8], catalogue: Py<Catalogue>) -> PyResult<Self> {
        let mut network: loligo::Network = pickling::from_bytes(py, bytes)?;
        network.set_catalogue(Arc::clone(&catalogue.get().inner));
        Ok(Self { inner: Mutex::new(network), catalogue })
    }
}

/// The name that a variable has in the output of a network.
pub(crate) fn is_recorded(network: &loligo::Network, variable: &VariableRef) -> Option<usize> {
    network.recordings.iter().position(|recording| recording.variable == *variable)
}
