//! Options of a run.

use loligo::{Numerics, SecondOrder};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Options of a run.
///
/// Parameters
/// ----------
/// dt : float, default 0.025
///     The time step, ms.
/// v_init : float, default -65
///     Voltage at t = 0, mV.
/// celsius : float, default 6.3
///     Temperature, degC.
/// second_order : {0, 1, 2}, default 0
///     0 backward Euler; 1 Crank-Nicolson; 2 the same with ion currents in the middle of the step.
/// numerics : {"fast", "exact"}, default "fast"
///     "exact" gives NEURON's bits, "fast" stays within 1e-9 mV of them.
/// largest_fast_response : float, default 18
///     "fast" computes cells with a larger response to large conductances (g / (C/dt) in one compartment) exactly, which
///     takes longer; ``float("inf")`` leaves all cells to "fast".
/// threads : int, default 1
///     Number of threads; results do not depend on it.
/// profile : bool, default False
///     Measure the time of each phase.
///
/// Examples
/// --------
/// >>> options = loligo.Options(dt=0.0125, celsius=20)  # ms, degC
/// >>> options
/// Options(dt=0.0125, v_init=-65, celsius=20, second_order=0, numerics="fast", threads=1)
/// >>> options.dt, options.v_init, options.celsius  # ms, mV, degC
/// (0.0125, -65.0, 20.0)
/// >>> options.second_order, options.numerics, options.threads, options.profile
/// (0, 'fast', 1, False)
#[pyclass(frozen, module = "loligo", from_py_object)]
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) inner: loligo::Options,
}

#[pymethods]
impl Options {
    #[new]
    #[pyo3(signature = (**options))]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self { inner: changed(loligo::Options::default(), options)? })
    }

    /// The same options with changes: ``options.replace(dt=0.01)``.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     An option that does not exist, with a suggestion.
    /// ValueError
    ///     A value of another type.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Options().replace(dt=0.0125)  # ms
    /// Options(dt=0.0125, v_init=-65, celsius=6.3, second_order=0, numerics="fast", threads=1)
    #[pyo3(signature = (**options))]
    fn replace(&self, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self { inner: changed(self.inner.clone(), options)? })
    }

    /// The time step, ms.
    #[getter]
    fn dt(&self) -> f64 {
        self.inner.dt
    }

    /// Voltage at t = 0, mV.
    #[getter]
    fn v_init(&self) -> f64 {
        self.inner.v_init
    }

    /// Temperature, degC.
    #[getter]
    fn celsius(&self) -> f64 {
        self.inner.celsius
    }

    /// The order of the step, 0, 1 or 2.
    #[getter]
    fn second_order(&self) -> u8 {
        match self.inner.second_order {
            SecondOrder::BackwardEuler => 0,
            SecondOrder::CrankNicolson => 1,
            SecondOrder::CrankNicolsonCurrents => 2,
        }
    }

    /// The arithmetic, "fast" or "exact".
    #[getter]
    fn numerics(&self) -> &'static str {
        match self.inner.numerics {
            Numerics::Exact => "exact",
            Numerics::Fast => "fast",
        }
    }

    /// Largest response to large conductances of a cell that "fast" computes, 1.
    ///
    /// Examples
    /// --------
    /// >>> loligo.Options().largest_fast_response
    /// 18.0
    #[getter]
    fn largest_fast_response(&self) -> f64 {
        self.inner.largest_fast_response
    }

    /// Number of threads.
    #[getter]
    fn threads(&self) -> usize {
        self.inner.threads
    }

    /// True if the time of each phase is measured.
    #[getter]
    fn profile(&self) -> bool {
        self.inner.profile
    }

    fn _values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        values.set_item("dt", self.dt())?;
        values.set_item("v_init", self.v_init())?;
        values.set_item("celsius", self.celsius())?;
        values.set_item("second_order", self.second_order())?;
        values.set_item("numerics", self.numerics())?;
        values.set_item("largest_fast_response", self.largest_fast_response())?;
        values.set_item("threads", self.threads())?;
        values.set_item("profile", self.profile())?;
        Ok(values)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        self._values(py)?.eq(other._values(py)?)
    }

    fn __repr__(&self) -> String {
        format!(
            "Options(dt={}, v_init={}, celsius={}, second_order={}, numerics=\"{}\", threads={})",
            self.dt(),
            self.v_init(),
            self.celsius(),
            self.second_order(),
            self.numerics(),
            self.threads()
        )
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
        Ok((slf.get_type().getattr("_from_values")?, (slf.get()._values(slf.py())?,)))
    }

    #[staticmethod]
    fn _from_values(values: &Bound<'_, PyDict>) -> PyResult<Self> {
        Self::new(Some(values))
    }
}

const NAMES: [&str; 8] =
    ["dt", "v_init", "celsius", "second_order", "numerics", "largest_fast_response", "threads", "profile"];

/// Options with changes.
pub(crate) fn changed(mut options: loligo::Options, changes: Option<&Bound<'_, PyDict>>) -> PyResult<loligo::Options> {
    for (name, value) in changes.into_iter().flatten() {
        let name: String = name.extract()?;
        let wrong = |expected: &str| match value.repr() {
            Ok(value) => PyValueError::new_err(format!("{name}={value}: give {expected}")),
            Err(error) => error,
        };
        match name.as_str() {
            "dt" => options.dt = value.extract().map_err(|_| wrong("the time step in ms"))?,
            "v_init" => options.v_init = value.extract().map_err(|_| wrong("a voltage in mV"))?,
            "celsius" => options.celsius = value.extract().map_err(|_| wrong("a temperature in degC"))?,
            "second_order" => {
                options.second_order = match value.extract::<u8>() {
                    Ok(0) => SecondOrder::BackwardEuler,
                    Ok(1) => SecondOrder::CrankNicolson,
                    Ok(2) => SecondOrder::CrankNicolsonCurrents,
                    _ => return Err(wrong("0 (backward Euler), 1 or 2 (Crank-Nicolson)")),
                }
            }
            "numerics" => {
                options.numerics = match value.extract::<String>().as_deref() {
                    Ok("fast") => Numerics::Fast,
                    Ok("exact") => Numerics::Exact,
                    _ => return Err(wrong("\"fast\" or \"exact\"")),
                }
            }
            "largest_fast_response" => match value.extract() {
                Ok(response) if response > 0.0 => options.largest_fast_response = response,
                _ => return Err(wrong("a number above 0")),
            },
            "threads" => options.threads = value.extract().map_err(|_| wrong("a number of threads from 1 to 1024"))?,
            "profile" => options.profile = value.extract().map_err(|_| wrong("True or False"))?,
            _ => {
                let hint = match loligo_io::closest(&name, NAMES) {
                    Some(closest) => format!("did you mean \"{closest}\"?"),
                    None => format!("there are {}", NAMES.join(", ")),
                };
                return Err(PyTypeError::new_err(format!("there is no option \"{name}\"; {hint}")));
            }
        }
    }
    Ok(options)
}
