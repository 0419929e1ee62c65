//! Signals injected into a network.

use loligo::stimulus::{PointName, place_all};
use loligo::{AttachError, ConductanceSource, CurrentSource};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::{OrRaise, ToException, invalid};
use crate::objects::{Cell, Network, PointProcess, Segment};
use crate::references::place_of;
use crate::signal::Signal;

impl ToException for AttachError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        invalid(py, self.to_string())
    }
}

#[pymethods]
impl Network {
    /// Injects a signal: a current (nA), or a conductance (uS) if `reversal` is given.
    ///
    /// Parameters
    /// ----------
    /// place : Segment or list of Segment
    ///     The place, or several.
    /// signal : Signal
    ///     The current, nA, or the conductance, uS.
    /// reversal : float, optional
    ///     Reversal potential of a conductance, mV.
    /// electrode : bool, default True
    ///     True for a current from an electrode, False for one through the membrane.
    /// name : str, optional
    ///     Name of the point process, ``name[0]``, ``name[1]``... of several on a cell; by default its mechanism's name
    ///     with a number.
    ///
    /// Returns
    /// -------
    /// PointProcess, or a list of them
    ///     Its variable ``i`` is the current.
    ///
    /// Raises
    /// ------
    /// ForeignObjectError
    ///     A part of another network, or of a cell that was not added.
    /// ModelError
    ///     A signal without points.
    ///
    /// Examples
    /// --------
    /// >>> network.inject(soma(0.5), loligo.Signal().delay(5).pulse(0.2, 30))  # ms; nA, ms
    /// <IClamp[0]: IClamp at squid.soma(0.5)>
    /// >>> network.inject(soma(0.5), loligo.Signal().pulse(1e-3, 30), reversal=0)  # uS, ms, mV
    /// <SEClamp[0]: SEClamp at squid.soma(0.5)>
    #[pyo3(signature = (place, signal, *, reversal = None, electrode = true, name = None))]
    fn inject<'py>(
        slf: &Bound<'py, Self>,
        place: &Bound<'py, PyAny>,
        signal: &Signal,
        reversal: Option<f64>,
        electrode: bool,
        name: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, network) = (slf.py(), slf.clone().unbind());
        let is_one = place.is_instance_of::<Segment>() || place.try_iter().is_err();
        let places = if is_one {
            vec![place_of(py, place, &network, "place")?]
        } else {
            let places = place.try_iter()?.map(|place| place_of(py, &place?, &network, "place"));
            places.collect::<PyResult<Vec<_>>>()?
        };
        let signal = signal.inner.clone();
        let (mechanism, played) = match reversal {
            None => {
                let source = CurrentSource::new(signal);
                let source = if electrode { source.electrode() } else { source.transmembrane() };
                (source.mechanism().or_raise(py)?, source.waveform())
            }
            Some(reversal) => {
                let source = ConductanceSource::new(signal, reversal);
                let source = if electrode { source.electrode() } else { source.transmembrane() };
                (source.mechanism().or_raise(py)?, Some(source.waveform()))
            }
        };
        let attached = slf.get().change(py, |network| {
            let numbered = mechanism.name.clone();
            let name = name.map_or(PointName::Unused(&numbered), PointName::Given);
            let attached = place_all(network, &places, name, mechanism)?;
            if let Some((parameter, waveform)) = played {
                attached.iter().for_each(|source| network.play(source.variable(parameter), waveform.clone()));
            }
            Ok::<_, AttachError>(attached)
        });
        let points = attached.or_raise(py)?.into_iter().map(|attached| {
            let cell = Py::new(py, Cell::in_network(slf.clone().unbind(), attached.cell()))?;
            Ok(PointProcess { cell, index: attached.point() })
        });
        let mut points = points.collect::<PyResult<Vec<_>>>()?;
        match points.pop() {
            Some(only) if is_one => Ok(only.into_pyobject(py)?.into_any()),
            last => {
                points.extend(last);
                Ok(PyList::new(py, points)?.into_any())
            }
        }
    }
}
