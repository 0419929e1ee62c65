//! Arrays: the samples and spikes of a run as numpy's, without a copy, and numpy's arrays as lists of numbers.

use std::sync::Arc;

use loligo::Spike;
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::wrong_type;

/// Memory shared with a simulation, which numpy reads through the array interface.
#[pyclass(frozen, module = "loligo")]
struct SharedMemory {
    contents: Contents,
}

enum Contents {
    Samples(Arc<Vec<f64>>),
    Spikes(Arc<Vec<Spike>>),
}

#[pymethods]
impl SharedMemory {
    /// Version 3 of numpy's array interface: the address, and that it may only be read.
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        let (address, length) = match &self.contents {
            Contents::Samples(samples) => (samples.as_ptr().expose_provenance(), samples.len()),
            Contents::Spikes(spikes) => (spikes.as_ptr().expose_provenance(), spikes.len()),
        };
        match &self.contents {
            Contents::Samples(_) => interface.set_item("typestr", "=f8")?,
            Contents::Spikes(_) => {
                interface.set_item("typestr", format!("|V{}", size_of::<Spike>()))?;
                interface.set_item("descr", [("t", "=f8"), ("source", "=u8")])?;
            }
        }
        interface.set_item("version", 3)?;
        interface.set_item("shape", (length,))?;
        interface.set_item("data", (address, true))?;
        Ok(interface)
    }
}

// The layout that the array interface of spikes gives.
const _: () = assert!(size_of::<Spike>() == 16 && std::mem::offset_of!(Spike, source) == 8);

fn array_of(py: Python<'_>, contents: Contents) -> PyResult<Bound<'_, PyAny>> {
    // The array keeps the object, and with it the memory.
    py.import("numpy")?.call_method1("asarray", (SharedMemory { contents },))
}

/// Samples as a read-only array that shares their memory.
pub(crate) fn samples(py: Python<'_>, samples: Arc<Vec<f64>>) -> PyResult<Bound<'_, PyAny>> {
    array_of(py, Contents::Samples(samples))
}

/// Spikes as a read-only structured array that shares their memory.
pub(crate) fn spikes(py: Python<'_>, spikes: Arc<Vec<Spike>>) -> PyResult<Bound<'_, PyAny>> {
    array_of(py, Contents::Spikes(spikes))
}

/// A new array.
pub(crate) fn array(py: Python<'_>, values: Vec<f64>) -> Bound<'_, PyArray1<f64>> {
    values.into_pyarray(py)
}

/// The numbers that an array holds.
#[derive(Clone, Copy, PartialEq)]
enum Numbers {
    Any,
    Whole,
}

fn converted<'py>(object: &Bound<'py, PyAny>, what: &str, wanted: Numbers) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    let numpy = py.import("numpy")?;
    let given = numpy.call_method1("asarray", (object,)).map_err(|_| no_numbers(object, what, wanted))?;
    if numpy.getattr("ma")?.call_method1("is_masked", (object,))?.is_truthy()? {
        return Err(PyValueError::new_err(format!("{what}: this array has masked entries; fill or leave them out")));
    }
    let kind: String = given.getattr("dtype")?.getattr("kind")?.extract()?;
    // Lists that are empty have numpy's default type.
    let is_empty = given.getattr("size")?.extract::<usize>()? == 0;
    let (allowed, dtype) = match wanted {
        Numbers::Any => ("fiub", "float64"),
        Numbers::Whole => ("iu", "int64"),
    };
    if !is_empty && !allowed.contains(&kind) {
        return Err(no_numbers(object, what, wanted));
    }
    let options = PyDict::new(py);
    options.set_item("dtype", dtype)?;
    numpy.getattr("ascontiguousarray")?.call((given,), Some(&options)).map_err(|_| no_numbers(object, what, wanted))
}

fn no_numbers(object: &Bound<'_, PyAny>, what: &str, wanted: Numbers) -> PyErr {
    let mut found = object.get_type().name().map_or_else(|_| "an object".to_owned(), |name| name.to_string());
    if let Ok(dtype) = object.getattr("dtype") {
        found = format!("{found} of {dtype}");
    }
    let wanted = match wanted {
        Numbers::Any => "a number, or a list or array of numbers",
        Numbers::Whole => "a whole number, or a list or array of them",
    };
    wrong_type(format!("{what}: give {wanted}; this {found} cannot be read as one"))
}

/// A one-dimensional list or array of numbers, of any type, order and stride.
pub(crate) fn numbers(object: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<f64>> {
    let array = converted(object, what, Numbers::Any)?;
    match array.cast::<PyArray1<f64>>() {
        Ok(array) => Ok(array.to_vec()?),
        Err(_) => Err(wrong_dimensions(&array, what)),
    }
}

fn wrong_dimensions(array: &Bound<'_, PyAny>, what: &str) -> PyErr {
    let shape = array.getattr("shape").map_or_else(|_| String::new(), |shape| shape.to_string());
    PyValueError::new_err(format!("{what}: give a list with one dimension; this array has the shape {shape}"))
}

/// As [`numbers`], or one number for all `count`.
pub(crate) fn numbers_or_one(object: &Bound<'_, PyAny>, what: &str, count: usize) -> PyResult<Vec<f64>> {
    if let Ok(value) = object.extract::<f64>() {
        return Ok(vec![value; count]);
    }
    let values = numbers(object, what)?;
    match values.len() {
        length if length == count => Ok(values),
        1 => Ok(vec![values[0]; count]),
        length => Err(PyValueError::new_err(format!(
            "{what}: {length} values for {count} entries; give one for each, or one for all"
        ))),
    }
}

/// The largest number of cells, or of random numbers, that one call makes: more could exceed the computer's memory.
pub(crate) const MOST_CELLS: usize = 1_000_000;
pub(crate) const MOST_NUMBERS: usize = 100_000_000;

/// Checks a number of entries to make.
pub(crate) fn within(count: usize, most: usize) -> PyResult<()> {
    if count <= most {
        return Ok(());
    }
    Err(PyValueError::new_err(format!("count={count}: at most {most} are made by one call, to protect the memory")))
}

/// Indices below `length`; negative ones count from the end, as everywhere in Python.
pub(crate) fn indices(object: &Bound<'_, PyAny>, what: &str, length: usize) -> PyResult<Vec<usize>> {
    let array = converted(object, what, Numbers::Whole)?;
    let array = array.cast::<PyArray1<i64>>().map_err(|_| wrong_dimensions(&array, what))?.to_vec()?;
    array.into_iter().map(|index| one_index(index, what, length)).collect()
}

/// An index below `length`; a negative one counts from the end.
pub(crate) fn one_index(index: i64, what: &str, length: usize) -> PyResult<usize> {
    let from_start = if index < 0 { index.checked_add_unsigned(length as u64) } else { Some(index) };
    from_start
        .and_then(|index| usize::try_from(index).ok())
        .filter(|&index| index < length)
        .ok_or_else(|| PyIndexError::new_err(format!("{what}: there is no number {index}; there are {length}")))
}

/// The chosen positions of a list: one (`Err`), or several by a slice, a list, an array or a mask (`Ok`).
pub(crate) fn chosen(key: &Bound<'_, PyAny>, what: &str, length: usize) -> PyResult<Result<Vec<usize>, usize>> {
    if let Ok(index) = key.extract::<i64>() {
        return Ok(Err(one_index(index, what, length)?));
    }
    if let Ok(slice) = key.cast::<pyo3::types::PySlice>() {
        let slice = slice.indices(length as isize)?;
        let positions = (0..slice.slicelength as isize).map(|k| (slice.start + k * slice.step) as usize);
        return Ok(Ok(positions.collect()));
    }
    if let Ok(mask) = key.cast::<PyArray1<bool>>() {
        let mask = mask.to_vec()?;
        if mask.len() != length {
            let text = format!("{what}: {} truth values for {length} entries; give one for each", mask.len());
            return Err(PyIndexError::new_err(text));
        }
        return Ok(Ok((0..length).filter(|&position| mask[position]).collect()));
    }
    indices(key, what, length).map(Ok)
}

/// A table of numbers with `columns` columns.
pub(crate) fn rows(object: &Bound<'_, PyAny>, what: &str, columns: usize) -> PyResult<Vec<Vec<f64>>> {
    let array = converted(object, what, Numbers::Any)?;
    let right = array.cast::<PyArray2<f64>>().ok().map(|array| array.readonly());
    match right {
        Some(array) if array.as_array().ncols() == columns => {
            Ok(array.as_array().rows().into_iter().map(|row| row.to_vec()).collect())
        }
        _ => {
            let shape = array.getattr("shape")?.cast_into::<PyTuple>()?;
            Err(PyValueError::new_err(format!(
                "{what}: give an array of the shape (n, {columns}); this one has {shape}"
            )))
        }
    }
}
