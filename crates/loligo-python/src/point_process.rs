//! Point processes of a cell.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::invalid;
use crate::mechanism_owner::MechanismOwner;
use crate::objects::{Cell, Mechanism, Owner, PointProcess, Section, Segment, Variable};

impl PointProcess {
    fn read<R>(&self, py: Python<'_>, read: impl FnOnce(&loligo::PointProcess) -> R) -> PyResult<R> {
        let found = self.cell.get().read(py, |cell| cell.points.get(self.index).map(read));
        found.ok_or_else(|| invalid(py, "the cell no longer has this point process: its section was removed"))
    }
}

impl MechanismOwner for PointProcess {
    const KIND: &'static str = "point process";

    fn owner(&self, py: Python<'_>) -> Owner {
        Owner::Point(self.cell.clone_ref(py), self.index)
    }

    fn description(&self, py: Python<'_>) -> PyResult<loligo::Mechanism> {
        self.read(py, |point| (*point.mechanism).clone())
    }

    fn replace(&self, py: Python<'_>, mechanism: loligo::Mechanism) {
        self.cell.get().change(py, |cell| {
            if let Some(point) = cell.points.get_mut(self.index) {
                point.mechanism = mechanism.into();
            }
        });
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
        Ok(Mechanism { inner: self.description(py)? })
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
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     A text, or another object that is no number.
    ///
    /// Examples
    /// --------
    /// >>> electrode.set(amp=0.3)  # nA
    /// >>> electrode.mechanism.parameters["amp"]
    /// 0.3
    #[pyo3(signature = (**parameters))]
    fn set(&self, py: Python<'_>, parameters: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        self.set_parameters(py, parameters)
    }

    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        self.variable(py, name)
    }

    /// The variable of that name, also if it is no word.
    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        self.variable(py, name)
    }

    fn __iter__(&self) -> PyResult<()> {
        Err(self.not_iterable())
    }

    fn __setattr__(&self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.not_assignable(name, value)
    }

    fn __eq__(&self, other: &Self) -> bool {
        Cell::is_same(&self.cell, &other.cell) && self.index == other.index
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (name, mechanism) = self.read(py, |point| (point.name.clone(), point.mechanism.name.clone()))?;
        Ok(format!("<{name}: {mechanism} at {}>", self.segment(py)?.described(py)))
    }
}
