//! Signals of stimuli.

use loligo::random::Random123;
use loligo::{ShotNoise, SignalError, SignalSource};
use numpy::PyArray1;
use pyo3::prelude::*;

use crate::arrays::{array, numbers};
use crate::errors::{OrRaise, ToException, invalid};
use crate::pickling;

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
/// >>> signal = loligo.Signal().delay(5).pulse(0.2, 30)  # ms; nA, ms
/// >>> signal
/// <Signal of 4 points until 35 ms>
/// >>> signal.times, signal.values  # ms, nA
/// (array([ 5.,  5., 35., 35.]), array([0. , 0.2, 0.2, 0. ]))
#[pyclass(frozen, eq, module = "loligo", from_py_object)]
#[derive(Clone, PartialEq)]
pub(crate) struct Signal {
    pub(crate) inner: SignalSource,
}

impl ToException for SignalError {
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().delay(5).pulse(0.2, 30)  # ms; nA, ms
    /// <Signal of 4 points until 35 ms>
    fn delay(&self, py: Python<'_>, duration: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.delay(duration))
    }

    /// A constant amplitude (nA or uS) for a time (ms).
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().pulse(0.2, 30).values  # nA, ms
    /// array([0. , 0.2, 0.2, 0. ])
    fn pulse(&self, py: Python<'_>, amp: f64, duration: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.pulse(amp, duration))
    }

    /// A line from `amp1` to `amp2` (nA or uS) during a time (ms).
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().ramp(0, 0.5, 100).value_at(50)  # nA, nA, ms
    /// 0.25
    fn ramp(&self, py: Python<'_>, amp1: f64, amp2: f64, duration: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.ramp(amp1, amp2, duration))
    }

    /// A line from `amp1` to `amp2` (nA or uS) during a time (ms), without points of the base amplitude around it.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().segment(0.1, 10, amp2=0.3).values  # nA, ms, nA
    /// array([0.1, 0.3])
    #[pyo3(signature = (amp1, duration, amp2 = None))]
    fn segment(&self, py: Python<'_>, amp1: f64, duration: f64, amp2: Option<f64>) -> PyResult<Self> {
        self.with(py, |signal| signal.segment(amp1, duration, amp2))
    }

    /// Pulses of one duration (ms) with the given amplitudes (nA or uS), one directly after the other.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().pulses(5, [0.1, 0.2, 0.3]).value_at(7)  # ms, nA
    /// 0.2
    fn pulses(&self, py: Python<'_>, pulse_duration: f64, amps: &Bound<'_, PyAny>) -> PyResult<Self> {
        let amps = numbers(amps, "amps")?;
        self.with(py, |signal| signal.pulses(pulse_duration, amps))
    }

    /// Pulses of an amplitude (nA or uS) and duration (ms) at a frequency (Hz) for a total time (ms).
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().train(0.2, 50, 5, 100)  # nA, Hz, ms, ms
    /// <Signal of 25 points until 100 ms>
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().sin(0.2, 100, 10).value_at(25)  # nA, ms, Hz
    /// 0.2
    #[pyo3(signature = (amp, total_duration, frequency, step = 0.025))]
    fn sin(&self, py: Python<'_>, amp: f64, total_duration: f64, frequency: f64, step: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.sin(amp, total_duration, frequency, step))
    }

    /// A sine of an amplitude (nA or uS) whose frequency goes from `frequency1` to `frequency2` (Hz) during a time (ms).
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().chirp(0.2, 1, 100, 1000)  # nA, Hz, Hz, ms
    /// <Signal of 40003 points until 1000 ms>
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().samples([0, 1, 2], [0, 0.5, 0]).value_at(0.5)  # ms, nA
    /// 0.25
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().noise(0.4, 0.05, 10, stream=(1, 2, 3)).value_at(0)  # nA
    /// 0.5462435961785509
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().ornstein_uhlenbeck(5, 0.1, 0.2, 10, stream=(1, 2, 3))  # ms, nA, nA, ms
    /// <Signal of 43 points until 10 ms>
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().shot_noise(5, 1, 200, 0.1, 0.01, 10, stream=(1, 2, 3))
    /// <Signal of 43 points until 10 ms>
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
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A duration below 0, or a number that is not finite.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().pulse(0.2, 30).shifted(5).times  # ms
    /// array([ 5.,  5., 35., 35.])
    fn shifted(&self, py: Python<'_>, by: f64) -> PyResult<Self> {
        self.with(py, |signal| signal.shifted(by))
    }

    /// The value at a time (ms).
    ///
    /// Examples
    /// --------
    /// >>> loligo.Signal().delay(5).pulse(0.2, 30).value_at(10)  # nA
    /// 0.2
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
