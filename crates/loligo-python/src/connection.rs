//! Connections of a network.

use numpy::PyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{array, chosen, numbers, numbers_or_one};
use crate::locks::lock;
use crate::objects::{Connection, Connections};

impl Connection {
    fn view(&self, py: Python<'_>) -> loligo::Connection {
        let network = lock(py, &self.network.get().inner);
        // Networks have no way to lose connections.
        network.connections.get(self.index).expect("the connection was made in this network").into()
    }
}

#[pymethods]
impl Connection {
    /// The (first) weight, uS for the built-in synapses.
    #[getter]
    fn weight(&self, py: Python<'_>) -> f64 {
        self.view(py).weight.first().copied().unwrap_or(0.0)
    }

    #[setter]
    fn set_weight(&self, py: Python<'_>, weight: f64) {
        self.network.get().change(py, |network| {
            network.connections.update(self.index, |connection| match connection.weight.first_mut() {
                Some(first) => *first = weight,
                None => connection.weight.push(weight),
            });
        });
    }

    /// All weights.
    #[getter]
    fn weights<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        array(py, self.view(py).weight)
    }

    #[setter]
    fn set_weights(&self, py: Python<'_>, weights: &Bound<'_, PyAny>) -> PyResult<()> {
        let weights = numbers(weights, "weights")?;
        self.network.get().change(py, |network| {
            network.connections.update(self.index, |connection| connection.weight = weights);
        });
        Ok(())
    }

    /// The delay, ms.
    #[getter]
    fn delay(&self, py: Python<'_>) -> f64 {
        self.view(py).delay
    }

    #[setter]
    fn set_delay(&self, py: Python<'_>, delay: f64) {
        self.network
            .get()
            .change(py, |network| network.connections.update(self.index, |connection| connection.delay = delay));
    }

    /// The threshold of the source that this connection gives, mV; None if it gives none.
    #[getter]
    fn threshold(&self, py: Python<'_>) -> Option<f64> {
        self.view(py).threshold
    }

    /// Changes the weight from a time (ms) on.
    ///
    /// Examples
    /// --------
    /// >>> synapse = cell.place("synapse", soma(0.5), loligo.ExpSyn(tau=2))  # ms
    /// >>> connection = network.connect(soma(0.5), synapse, weight=0.01)  # uS
    /// >>> connection.change_weight(20, 0.02)  # ms, uS
    fn change_weight(&self, py: Python<'_>, t: f64, weight: f64) {
        self.network.get().change(py, |network| network.change_weight(self.index, t, weight));
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let view = self.view(py);
        format!("<Connection {}: weight {:?}, delay {} ms>", self.index, view.weight, view.delay)
    }
}

impl Connections {
    fn column<'py>(
        &self,
        py: Python<'py>,
        value: impl Fn(loligo::ConnectionView<'_>) -> f64,
    ) -> Bound<'py, PyArray1<f64>> {
        let network = lock(py, &self.network.get().inner);
        let views = self.connections.clone().filter_map(|index| network.connections.get(index));
        array(py, views.map(value).collect())
    }
}

#[pymethods]
impl Connections {
    /// The (first) weight of each; assign an array, or one number for all.
    #[getter]
    fn weight<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.column(py, |connection| connection.weight.first().copied().unwrap_or(0.0))
    }

    #[setter]
    fn set_weight(&self, py: Python<'_>, weight: &Bound<'_, PyAny>) -> PyResult<()> {
        let weights = numbers_or_one(weight, "weight", self.connections.len())?;
        self.network.get().change(py, |network| {
            for (index, weight) in self.connections.clone().zip(weights) {
                network.connections.update(index, |connection| match connection.weight.first_mut() {
                    Some(first) => *first = weight,
                    None => connection.weight.push(weight),
                });
            }
        });
        Ok(())
    }

    /// The delay of each, ms; assign an array, or one number for all.
    #[getter]
    fn delay<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.column(py, |connection| connection.delay)
    }

    #[setter]
    fn set_delay(&self, py: Python<'_>, delay: &Bound<'_, PyAny>) -> PyResult<()> {
        let delays = numbers_or_one(delay, "delay", self.connections.len())?;
        self.network.get().change(py, |network| {
            for (index, delay) in self.connections.clone().zip(delays) {
                network.connections.update(index, |connection| connection.delay = delay);
            }
        });
        Ok(())
    }

    fn __len__(&self) -> usize {
        self.connections.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let one = |position: usize| Connection {
            network: self.network.clone_ref(py),
            index: self.connections.start + position,
        };
        Ok(match chosen(key, "connections", self.connections.len())? {
            Err(position) => one(position).into_pyobject(py)?.into_any(),
            Ok(several) => {
                let list = several.into_iter().map(one).collect::<Vec<_>>();
                pyo3::types::PyList::new(py, list)?.into_any()
            }
        })
    }

    fn __repr__(&self) -> String {
        format!("<{} connections>", self.connections.len())
    }
}

/// The one connection of a list, for calls that take one.
pub(crate) fn only(connections: &Connections) -> PyResult<usize> {
    match connections.connections.len() {
        1 => Ok(connections.connections.start),
        count => Err(PyValueError::new_err(format!("these are {count} connections; give one, such as connections[0]"))),
    }
}
