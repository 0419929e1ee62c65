//! Samples of a simulation's recordings.

use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::arrays::{self, array, one_index};
use crate::errors::{OrRaise, invalid};
use crate::locks::lock;
use crate::network::is_recorded;
use crate::objects::{Recording, Recordings, Simulation};
use crate::references::{same_network, variable_of};

impl Simulation {
    /// The index of the recording that a key names.
    fn recording(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<usize> {
        if let Ok(recording) = key.cast::<Recording>() {
            same_network(py, &recording.get().network, &self.network)?;
            return Ok(recording.get().index);
        }
        if let Ok(index) = key.extract::<i64>() {
            return one_index(index, "recordings", self.idle(py)?.recordings());
        }
        if let Ok(name) = key.extract::<String>() {
            let simulation = self.idle(py)?;
            let names: Vec<&str> =
                (0..simulation.recordings()).filter_map(|index| simulation.recording_name(index).ok()).collect();
            return names.iter().position(|known| *known == name).ok_or_else(|| {
                let hint = match loligo_io::closest(&name, &names) {
                    Some(closest) => format!("; did you mean \"{closest}\"?"),
                    None => String::new(),
                };
                PyKeyError::new_err(format!("the simulation has no recording \"{name}\"{hint}"))
            });
        }
        let variable = variable_of(py, key, &self.network, "recording")?;
        let found = is_recorded(&lock(py, &self.network.get().inner), &variable);
        found.ok_or_else(|| {
            let key = key.repr().map_or_else(|_| "it".to_owned(), |text| text.to_string());
            invalid(
                py,
                format!("{key} is not recorded; call network.record before the simulation is made, or Simulation.get"),
            )
        })
    }
}

#[pymethods]
impl Simulation {
    /// The samples of a recording so far, as a read-only array that shares the memory of the simulation. It stays as it
    /// is when the simulation continues.
    ///
    /// Parameters
    /// ----------
    /// recording : Recording, Variable, str or int
    ///     The result of `Network.record`, the recorded variable, or the recording's name or number. For `Recordings`
    ///     the result is a list.
    ///
    /// Raises
    /// ------
    /// KeyError, IndexError
    ///     A name or number that does not exist.
    /// ModelError
    ///     A variable that is not recorded.
    ///
    /// Examples
    /// --------
    /// >>> samples = simulation.samples(v)  # as simulation[v]
    /// >>> samples.shape, samples[:2].round(3)  # mV
    /// ((1601,), array([-65.   , -64.999]))
    fn samples<'py>(&self, py: Python<'py>, recording: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(recordings) = recording.cast::<Recordings>() {
            same_network(py, &recordings.get().network, &self.network)?;
            let simulation = self.idle(py)?;
            let arrays = recordings
                .get()
                .recordings
                .iter()
                .map(|&index| arrays::samples(py, simulation.shared_samples(index).or_raise(py)?));
            return Ok(PyList::new(py, arrays.collect::<PyResult<Vec<_>>>()?)?.into_any());
        }
        let index = self.recording(py, recording)?;
        let samples = self.idle(py)?.shared_samples(index).or_raise(py)?;
        arrays::samples(py, samples)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, recording: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.samples(py, recording)
    }

    /// The samples of many recordings as one array (recordings x time), a copy.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     Recordings with different numbers of steps between samples.
    ///
    /// Examples
    /// --------
    /// >>> v = network.record(network.add_many(cell, 10).at("soma"))
    /// >>> simulation = loligo.Simulation(network)
    /// >>> simulation.run_until(10)  # ms
    /// True
    /// >>> simulation.matrix(v).shape
    /// (10, 401)
    fn matrix<'py>(&self, py: Python<'py>, recordings: &Recordings) -> PyResult<Bound<'py, PyArray2<f64>>> {
        same_network(py, &recordings.network, &self.network)?;
        let simulation = self.idle(py)?;
        let rows: Vec<_> = recordings.recordings.iter().map(|&index| simulation.shared_samples(index)).collect();
        let rows = rows.into_iter().collect::<Result<Vec<_>, _>>().or_raise(py)?;
        let columns = rows.first().map_or(0, |row| row.len());
        if rows.iter().any(|row| row.len() != columns) {
            return Err(PyValueError::new_err(
                "these recordings have different numbers of samples; give those of one interval (every)",
            ));
        }
        let values: Vec<f64> = rows.iter().flat_map(|row| row.iter().copied()).collect();
        array(py, values).reshape([rows.len(), columns])
    }

    /// The times of a recording's samples, ms.
    ///
    /// Raises
    /// ------
    /// KeyError, IndexError
    ///     A name or number that does not exist.
    /// ModelError
    ///     A variable that is not recorded.
    ///
    /// Examples
    /// --------
    /// >>> simulation.times(v)[:3]  # ms
    /// array([0.   , 0.025, 0.05 ])
    #[pyo3(signature = (recording = None))]
    fn times<'py>(
        &self,
        py: Python<'py>,
        recording: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let index = match recording {
            None => 0,
            Some(recordings) if recordings.is_instance_of::<Recordings>() => {
                let recordings = recordings.cast::<Recordings>()?.get();
                same_network(py, &recordings.network, &self.network)?;
                recordings.recordings.first().copied().unwrap_or(0)
            }
            Some(recording) => self.recording(py, recording)?,
        };
        let times = self.idle(py)?.sample_times(index).or_raise(py)?;
        Ok(array(py, times))
    }

    /// The present value of a recorded variable, also between its samples.
    ///
    /// Raises
    /// ------
    /// KeyError, IndexError
    ///     A name or number that does not exist.
    /// ModelError
    ///     A variable that is not recorded.
    ///
    /// Examples
    /// --------
    /// >>> round(simulation.value(v), 1)  # mV
    /// -71.8
    fn value(&self, py: Python<'_>, recording: &Bound<'_, PyAny>) -> PyResult<f64> {
        let index = self.recording(py, recording)?;
        self.idle(py)?.value(index).or_raise(py)
    }

    /// The unit of a recording.
    ///
    /// Raises
    /// ------
    /// KeyError, IndexError
    ///     A name or number that does not exist.
    /// ModelError
    ///     A variable that is not recorded.
    ///
    /// Examples
    /// --------
    /// >>> simulation.unit(v)
    /// 'mV'
    fn unit(&self, py: Python<'_>, recording: &Bound<'_, PyAny>) -> PyResult<String> {
        let index = self.recording(py, recording)?;
        Ok(self.idle(py)?.recording_unit(index).or_raise(py)?.to_owned())
    }
}
