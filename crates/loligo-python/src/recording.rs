//! Recordings of a network.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::errors::{OrRaise, wrong_type};
use crate::locks::lock;
use crate::objects::{Cell, Network, Recording, Recordings, Variables};
use crate::references::{same_network, variable_of};
use crate::region::RegionNames;

#[pymethods]
impl Recording {
    /// The name in the output.
    #[getter]
    fn name(&self, py: Python<'_>) -> String {
        lock(py, &self.network.get().inner).recordings[self.index].name.clone()
    }

    /// Number of steps between two samples.
    #[getter]
    fn every(&self, py: Python<'_>) -> usize {
        lock(py, &self.network.get().inner).recordings[self.index].every
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Recording {}>", self.name(py))
    }
}

#[pymethods]
impl Network {
    /// Records a variable, or many.
    ///
    /// Parameters
    /// ----------
    /// variable : Variable, Segment or Variables
    ///     ``cell.soma(0.5).v``, ``cell.soma(0.5)`` (its voltage), ``cell.synapse.g``, ``cells.at("soma")``.
    /// every : int, default 1
    ///     Number of steps between two samples, the first at t = 0.
    /// name : str, optional
    ///     The name in the output, by default the place and variable.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> network.record(soma(0.5).hh.m, every=10), network.record(electrode.i)
    /// (<Recording squid.soma(0.5).m_hh>, <Recording squid.electrode.i>)
    /// >>> network.record(network.cells.at("soma"))
    /// <1 recordings>
    #[pyo3(signature = (variable, every = 1, name = None))]
    fn record<'py>(
        slf: &Bound<'py, Self>,
        variable: &Bound<'py, PyAny>,
        every: i64,
        name: Option<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let every = interval(every)?;
        if let Ok(variables) = variable.cast::<Variables>() {
            same_network(py, &variables.get().network, &network)?;
            if name.is_some() {
                return Err(wrong_type("name: each of many recordings has a name of its own; leave it out"));
            }
            let recordings = slf.get().change(py, |network| {
                let first = network.recordings.len();
                for variable in &variables.get().variables {
                    let index = network.record(variable.clone());
                    network.recordings[index].every = every;
                }
                (first..network.recordings.len()).collect()
            });
            return Ok(Recordings { network, recordings }.into_pyobject(py)?.into_any());
        }
        let variable = variable_of(py, variable, &network, "variable")?;
        let index = slf.get().change(py, |network| {
            let index = network.record(variable);
            network.recordings[index].every = every;
            if let Some(name) = name {
                network.recordings[index].name = name;
            }
            index
        });
        Ok(Recording { network, index }.into_pyobject(py)?.into_any())
    }

    /// Records a variable in every segment of a region of a cell, by default all of it, section by section from the 0
    /// end of each: ``network.record_segments(cell, variable="i_membrane_")`` (nA) for extracellular potentials.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, nseg=5, parent=soma)  # um, um
    /// >>> currents = network.record_segments(cell, "dend", "i_membrane_")  # nA
    /// >>> len(currents)
    /// 5
    #[pyo3(signature = (cell, region = None, variable = "v", every = 1))]
    fn record_segments(
        slf: &Bound<'_, Self>,
        cell: &Cell,
        region: Option<RegionNames>,
        variable: &str,
        every: i64,
    ) -> PyResult<Recordings> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let (cell, every) = (cell.index_in(py, &network)?, interval(every)?);
        let recordings = slf.get().change(py, |network| {
            let region = match &region {
                Some(region) => region.of(py, &network.cells[cell])?,
                None => loligo::Region::All,
            };
            let chosen = network.cells[cell].sections_of(&region).unwrap_or_default();
            for section in chosen.into_iter().map(|section| &network.cells[cell].sections[section]) {
                let checked = section.check_geometry();
                checked.map_err(|error| section.geometry_error(&network.cells[cell].name, error)).or_raise(py)?;
            }
            let recordings = network.record_segments(cell, region, variable).or_raise(py)?;
            network.recordings[recordings.clone()].iter_mut().for_each(|recording| recording.every = every);
            Ok::<_, PyErr>(recordings.collect())
        })?;
        Ok(Recordings { network, recordings })
    }

    /// All recordings.
    #[getter]
    fn recordings(slf: &Bound<'_, Self>) -> Recordings {
        let count = lock(slf.py(), &slf.get().inner).recordings.len();
        Recordings { network: slf.clone().unbind(), recordings: (0..count).collect() }
    }
}

/// The number of steps between two samples.
fn interval(every: i64) -> PyResult<usize> {
    usize::try_from(every).ok().filter(|&every| every > 0).ok_or_else(|| {
        PyValueError::new_err(format!("every={every}: give the number of steps between two samples, at least 1"))
    })
}
