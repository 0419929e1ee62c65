//! Waveforms given as arrays.

use loligo::Waveform;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::numbers;
use crate::errors::invalid;

/// A waveform of times (ms) and values.
pub(crate) fn of(
    py: Python<'_>,
    times: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    interpolation: &str,
) -> PyResult<Waveform> {
    let (times, values) = (numbers(times, "times")?, numbers(values, "values")?);
    if times.len() != values.len() {
        let text = format!("{} times for {} values; give a value for each time", times.len(), values.len());
        return Err(PyValueError::new_err(text));
    }
    if let Some(position) = times.iter().chain(&values).position(|number| !number.is_finite()) {
        let (list, position) =
            if position < times.len() { ("times", position) } else { ("values", position - times.len()) };
        return Err(invalid(py, format!("{list}[{position}] is not finite; give finite numbers")));
    }
    match interpolation {
        "linear" => Ok(Waveform::continuous(times, values)),
        "steps" => Ok(Waveform::steps(times, values)),
        _ => Err(PyValueError::new_err(format!("interpolation=\"{interpolation}\": give \"linear\" or \"steps\""))),
    }
}
