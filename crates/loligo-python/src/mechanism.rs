//! Mechanisms with their parameters.

use std::sync::Arc;

use loligo::Argument;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString, PyTuple};

use crate::arrays::{array, numbers};
use crate::errors::wrong_type;
use crate::objects::Mechanism;
use crate::pickling;
use crate::random_stream::RandomStream;

#[pymethods]
impl Mechanism {
    #[new]
    #[pyo3(signature = (name, /, **parameters))]
    fn new(name: String, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self { inner: set(loligo::Mechanism::new(name), parameters)? })
    }

    /// Its name in the catalogue.
    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    /// The parameters that were given, by name.
    #[getter]
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let parameters = PyDict::new(py);
        for (name, value) in &self.inner.parameters {
            parameters.set_item(name, value)?;
        }
        for (name, values) in &self.inner.vectors {
            parameters.set_item(name, array(py, values.to_vec()))?;
        }
        Ok(parameters)
    }

    /// The same mechanism with other parameters: ``mechanism.replace(gnabar=0.1)``.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     A text, or another object that is no number.
    ///
    /// Examples
    /// --------
    /// >>> loligo.hh(gnabar=0.1).replace(gkbar=0.03)  # S/cm2
    /// hh(gkbar=0.03, gnabar=0.1)
    #[pyo3(signature = (**parameters))]
    fn replace(&self, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        Ok(Self { inner: set(self.inner.clone(), parameters)? })
    }

    /// The same mechanism with a call of one of its procedures before the run; arguments are numbers, lists of numbers,
    /// and streams of random numbers (`RandomStream`).
    ///
    /// Examples
    /// --------
    /// >>> with open("counter.mod", "w") as file:
    /// ...     _ = file.write('''NEURON { POINT_PROCESS Counter RANGE n }
    /// ...     PARAMETER { n = 1 }
    /// ...     PROCEDURE add(k) { n = n + k }''')
    /// >>> mods = loligo.Catalogue("counter.mod")
    /// >>> network = loligo.Network(mods)
    /// >>> cell = network.add(cell)
    /// >>> counter = cell.place("counter", cell.soma(0.5), mods.Counter().call("add", 2))
    /// >>> loligo.Simulation(network).get(counter.n)
    /// 3.0
    #[pyo3(signature = (procedure, *arguments))]
    fn call(&self, procedure: String, arguments: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let arguments = arguments.iter().map(|argument| argument_of(&argument)).collect::<PyResult<Vec<_>>>()?;
        Ok(Self { inner: self.inner.clone().call(procedure, arguments) })
    }

    /// The same mechanism with the three ids of its stream of random numbers; by default the network numbers it.
    ///
    /// Examples
    /// --------
    /// >>> network.add_artificial("noise", loligo.NetStim(noise=1).with_stream([1, 2, 3]))
    /// <noise: NetStim>
    fn with_stream(&self, ids: [u32; 3]) -> Self {
        Self { inner: self.inner.clone().with_stream(ids) }
    }

    fn __repr__(&self) -> String {
        let numbers = self.inner.parameters.iter().map(|(name, value)| format!("{name}={value:?}"));
        let lists = self.inner.vectors.iter().map(|(name, values)| format!("{name}=<{} numbers>", values.len()));
        format!("{}({})", self.inner.name, numbers.chain(lists).collect::<Vec<_>>().join(", "))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        let bytes = pickling::to_bytes(slf.py(), &slf.get().inner)?;
        Ok((slf.get_type().getattr("_from_bytes")?, (bytes.into_any(),)))
    }

    #[staticmethod]
    fn _from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: pickling::from_bytes(py, bytes)? })
    }

    fn __copy__(&self) -> Self {
        self.clone()
    }

    fn __deepcopy__(&self, _memo: &Bound<'_, PyAny>) -> Self {
        self.clone()
    }
}

/// A mechanism with parameters: numbers, truth values, lists of numbers.
pub(crate) fn set(
    mut mechanism: loligo::Mechanism,
    parameters: Option<&Bound<'_, PyDict>>,
) -> PyResult<loligo::Mechanism> {
    for (name, value) in parameters.into_iter().flatten() {
        let name: String = name.extract()?;
        if let Ok(truth) = value.cast::<PyBool>() {
            mechanism.parameters.insert(name, f64::from(u8::from(truth.is_true())));
        } else if value.is_instance_of::<PyString>() {
            let text = format!("{name}={}: give a number in the parameter's unit, without quotes", value.repr()?);
            return Err(wrong_type(text));
        } else if let Ok(number) = value.extract::<f64>() {
            mechanism.parameters.insert(name, number);
        } else {
            let values: Arc<[f64]> = numbers(&value, &name)?.into();
            mechanism.vectors.insert(name, values);
        }
    }
    Ok(mechanism)
}

fn argument_of(argument: &Bound<'_, PyAny>) -> PyResult<Argument> {
    if let Ok(number) = argument.extract::<f64>() {
        return Ok(Argument::Number(number));
    }
    if let Ok(stream) = argument.cast::<RandomStream>() {
        return Ok(stream.get().argument());
    }
    Ok(Argument::List(numbers(argument, "argument")?.into()))
}
