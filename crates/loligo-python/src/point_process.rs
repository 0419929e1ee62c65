//! Point processes of a cell.

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::invalid;
use crate::mechanism;
use crate::objects::{Cell, Mechanism, Owner, PointProcess, Section, Segment, Variable};

impl PointProcess {
    fn read<R>(&self, py: Python<'_>, read: impl FnOnce(&loligo::PointProcess) -> R) -> PyResult<R> {
        let found = self.cell.get().read(py, |cell| cell.points.get(self.index).map(read));
        found.ok_or_else(|| invalid(py, "the cell no longer has this point process: its section was removed"))
    }
}

#[pymethods]
impl PointProcess {
    /// The name, unique in the cell.
    #[getter]
    fn name(&self, py: Python<'_>) -> PyResult<String> {
        self.read(py, |point| point.name.clone())
    }

    /// The cell.
    #[getter]
    fn cell(&self, py: Python<'_>) -> Py<Cell> {
        self.cell.clone_ref(py)
    }

    /// The mechanism with its parameters.
    #[getter]
    fn mechanism(&self, py: Python<'_>) -> PyResult<Mechanism> {
        self.read(py, |point| Mechanism { inner: (*point.mechanism).clone() })
    }

    /// The place.
    #[getter]
    fn segment(&self, py: Python<'_>) -> PyResult<Segment> {
        let (index, x) = self.read(py, |point| (point.section, point.x))?;
        let name = self.cell.get().read(py, |cell| cell.sections.get(index).map(|section| section.name.clone()));
        let name = name.ok_or_else(|| invalid(py, "the section of this point process was removed"))?;
        let section = Section { cell: self.cell.clone_ref(py), index, name };
        Ok(Segment { section: Py::new(py, section)?, x })
    }

    /// Sets parameters of the description: ``electrode.set(amp=0.3)``. Simulations made before keep the old ones.
    #[pyo3(signature = (**parameters))]
    fn set(&self, py: Python<'_>, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let mechanism = mechanism::set(self.mechanism(py)?.inner, parameters)?;
        self.cell.get().change(py, |cell| {
            if let Some(point) = cell.points.get_mut(self.index) {
                point.mechanism = mechanism.into();
            }
        });
        Ok(())
    }

    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        if name.starts_with('_') {
            return Err(PyAttributeError::new_err(format!("a point process has no variable \"{name}\"")));
        }
        Ok(Variable { owner: Owner::Point(self.cell.clone_ref(py), self.index), name: name.to_owned() })
    }

    /// The variable of that name, also if it is no word.
    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        self.__getattr__(py, name)
    }

    fn __iter__(&self) -> PyResult<()> {
        Err(crate::errors::wrong_type("this is one; give a list for several"))
    }

    fn __setattr__(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = value.repr()?;
        Err(PyAttributeError::new_err(format!(
            "{name} = {value}: set parameters of the description with .set({name}={value}), those of a running simulation with \
             simulation.set(point.{name}, {value})"
        )))
    }

    fn __eq__(&self, other: &Self) -> bool {
        Cell::is_same(&self.cell, &other.cell) && self.index == other.index
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (name, mechanism) = self.read(py, |point| (point.name.clone(), point.mechanism.name.clone()))?;
        Ok(format!("<{name}: {mechanism} at {}>", self.segment(py)?.described(py)))
    }
}
