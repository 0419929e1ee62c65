//! Signals of stimuli.

use loligo::random::Random123;
use loligo::{AttachError, ConductanceSource, CurrentSource, ShotNoise, SignalError, SignalSource};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::arrays::{array, numbers};
use crate::errors::{OrRaise, ToException, invalid};
use crate::objects::{Cell, Network, PointProcess, Segment};
use crate::pickling;
use crate::references::place_of;

/// A signal of a stimulus over time: shapes one after the other, in nA (currents) or uS (conductances).
///
/// Each method returns a longer signal and leaves this one unchanged. Signals are added (``a + b``) and multiplied by
/// numbers; `Network.inject` attaches them.
///
/// Parameters
/// ----------
/// base_amp : float, default 0
///     The amplitude between shapes.
///
/// Examples
/// --------
/// >>> import loligo
/// >>> signal = loligo.Signal().delay(5).pulse(0.2, 30)  # ms; nA, ms
/// >>> signal.value_at(10)
/// 0.2
#[pyclass(frozen, eq, module = "loligo", from_py_object)]
#[derive(Clone, PartialEq)]
pub(crate) struct Signal {
    inner: SignalSource,
}

impl ToException for SignalError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        invalid(py, self.to_string())
    }
}

impl ToException for AttachError {
    fn to_exception(&self, py: Python<'_>) -> PyErr {
        invalid(py, self.to_string())
    }
}

impl Signal {
    fn with(
        &self,
        py: Python<'_>,
        shape: impl FnOnce(SignalSource) -> Result<SignalSource, SignalError>,
    ) -> PyResult<Self> {
        Ok(Self { inner: shape(self.inner.clone()).or_raise(py)? })
    }
}

#[pymethods]
impl Signal {
    #[new]
    #[pyo3(signature = (base_amp = 0.0))]
    fn new(base_amp: f64) -> Self {
        Self { inner: SignalSource::new().with_base_amp(base_amp) }
    }

    /// Waits for a time (ms).
    fn delay(&self, py: Python<'_>, duration: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.delay(duration))
    }

    /// A constant amplitude (nA or uS) for a time (ms).
    fn pulse(&self, py: Python<'_>, amp: f64, duration: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.pulse(amp, duration))
    }

    /// A line from `amp1` to `amp2` (nA or uS) during a time (ms).
    fn ramp(&self, py: Python<'_>, amp1: f64, amp2: f64, duration: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.ramp(amp1, amp2, duration))
    }

    /// A line from `amp1` to `amp2` (nA or uS) during a time (ms), without points of the base amplitude around it.
    #[pyo3(signature = (amp1, duration, amp2 = None))]
    fn segment(&self, py: Python<'_>, amp1: f64, duration: f64, amp2: Option<f64>) -> PyResult<Self> {
        self.with(py, |signal| signal.segment(amp1, duration, amp2))
    }

    /// Pulses of one duration (ms) with the given amplitudes (nA or uS), one directly after the other.
    fn pulses(&self, py: Python<'_>, pulse_duration: f64, amps: &Bound<'_, PyAny>) -> PyResult<Self> {
        let amps = numbers(amps, "amps")?;
        self.with(py, |signal| signal.pulses(pulse_duration, amps))
    }

    /// Pulses of an amplitude (nA or uS) and duration (ms) at a frequency (Hz) for a total time (ms).
    fn train(
        &self,
        py: Python<'_>,
        amp: f64,
        frequency: f64,
        pulse_duration: f64,
        total_duration: f64,
    ) -> PyResult<Self> {
        self.with(py, |signal| signal.train(amp, frequency, pulse_duration, total_duration))
    }

    /// A sine of an amplitude (nA or uS) and frequency (Hz) for a time (ms), sampled every `step` ms.
    #[pyo3(signature = (amp, total_duration, frequency, step = 0.025))]
    fn sin(&self, py: Python<'_>, amp: f64, total_duration: f64, frequency: f64, step: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.sin(amp, total_duration, frequency, step))
    }

    /// A sine of an amplitude (nA or uS) whose frequency goes from `frequency1` to `frequency2` (Hz) during a time (ms).
    #[pyo3(signature = (amp, frequency1, frequency2, duration, step = 0.025))]
    fn chirp(
        &self,
        py: Python<'_>,
        amp: f64,
        frequency1: f64,
        frequency2: f64,
        duration: f64,
        step: f64,
    ) -> PyResult<Self> {
        self.with(py, |signal| signal.sinspec(amp, frequency1, frequency2, duration, step))
    }

    /// Given samples: values (nA or uS) at times (ms from here), interpolated.
    #[pyo3(signature = (times, values, duration = None))]
    fn samples(
        &self,
        py: Python<'_>,
        times: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
        duration: Option<f64>,
    ) -> PyResult<Self> {
        let (times, values) = (numbers(times, "times")?, numbers(values, "values")?);
        self.with(py, |signal| signal.samples(&times, &values, duration))
    }

    /// Normally distributed numbers of a mean (nA or uS) and variance, a new one every `dt` ms for a time (ms).
    ///
    /// `stream` are the three ids of the stream of random numbers (Random123).
    #[pyo3(signature = (mean, variance, duration, stream, dt = None))]
    fn noise(
        &self,
        py: Python<'_>,
        mean: f64,
        variance: f64,
        duration: f64,
        stream: [u32; 3],
        dt: Option<f64>,
    ) -> PyResult<Self> {
        self.with(py, |signal| signal.noise(mean, variance, duration, dt, &mut generator(stream)))
    }

    /// An Ornstein-Uhlenbeck process of a correlation time `tau` (ms), standard deviation `sigma` and mean (nA or uS),
    /// sampled every `dt` ms (0.25) for a time (ms).
    #[pyo3(signature = (tau, sigma, mean, duration, stream, dt = None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    fn ornstein_uhlenbeck(
        &self,
        py: Python<'_>,
        tau: f64,
        sigma: f64,
        mean: f64,
        duration: f64,
        stream: [u32; 3],
        dt: Option<f64>,
    ) -> PyResult<Self> {
        self.with(py, |signal| signal.ornstein_uhlenbeck(tau, sigma, mean, duration, dt, &mut generator(stream)))
    }

    /// Shot noise for a time (ms): responses with decay and rise time constants `tau_d` and `tau_r` (ms), at a mean
    /// `rate` (Hz), with peaks of a mean and variance (nA or uS), sampled every `dt` ms (0.25).
    #[pyo3(signature = (tau_d, tau_r, rate, amp_mean, amp_var, duration, stream, dt = None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    fn shot_noise(
        &self,
        py: Python<'_>,
        tau_d: f64,
        tau_r: f64,
        rate: f64,
        amp_mean: f64,
        amp_var: f64,
        duration: f64,
        stream: [u32; 3],
        dt: Option<f64>,
    ) -> PyResult<Self> {
        let noise = ShotNoise { tau_d, tau_r, rate, amp_mean, amp_var };
        self.with(py, |signal| signal.shot_noise(noise, duration, dt, &mut generator(stream)))
    }

    /// The same signal, later by a time (ms).
    fn shifted(&self, py: Python<'_>, by: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.shifted(by))
    }

    /// The value at a time (ms).
    fn value_at(&self, t: f64) -> f64 {
        self.inner.value_at(t)
    }

    /// Times of the points, ms.
    #[getter]
    fn times<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        array(py, self.inner.times().to_vec())
    }

    /// Values of the points, nA or uS.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        array(py, self.inner.values().to_vec())
    }

    fn __add__(&self, other: &Self) -> Self {
        Self { inner: self.inner.clone() + other.inner.clone() }
    }

    fn __mul__(&self, factor: f64) -> Self {
        Self { inner: self.inner.clone() * factor }
    }

    fn __rmul__(&self, factor: f64) -> Self {
        self.__mul__(factor)
    }

    fn __neg__(&self) -> Self {
        self.__mul__(-1.0)
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        let end = loligo_io::plain(self.inner.end().unwrap_or(0.0));
        format!("<Signal of {} points until {end} ms>", self.inner.len())
    }

    /// The picture that notebooks show.
    fn _repr_svg_(&self) -> Option<String> {
        self.inner.to_svg(None).ok()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        let bytes = pickling::to_bytes(slf.py(), &slf.get().inner)?;
        Ok((slf.get_type().getattr("_from_bytes")?, (bytes.into_any(),)))
    }

    #[staticmethod]
    fn _from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: pickling::from_bytes(py, bytes)? })
    }
}

fn generator([id1, id2, id3]: [u32; 3]) -> Random123 {
    Random123::new(id1, id2, id3)
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
    ///
    /// Returns
    /// -------
    /// PointProcess, or a list of them
    ///     Its variable ``i`` is the current.
    #[pyo3(signature = (place, signal, *, reversal = None, electrode = true))]
    fn inject<'py>(
        slf: &Bound<'py, Self>,
        place: &Bound<'py, PyAny>,
        signal: &Signal,
        reversal: Option<f64>,
        electrode: bool,
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
        let attached = slf.get().change(py, |network| match reversal {
            None => {
                let source = CurrentSource::new(signal);
                let source = if electrode { source.electrode() } else { source.transmembrane() };
                source.attach_to_all(network, &places)
            }
            Some(reversal) => {
                let source = ConductanceSource::new(signal, reversal);
                let source = if electrode { source.electrode() } else { source.transmembrane() };
                source.attach_to_all(network, &places)
            }
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
