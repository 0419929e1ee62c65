//! Many parts of a network at once, addressed by arrays of indices.

use loligo::{SourceRef, TargetRef, VariableRef};
use pyo3::prelude::*;

use crate::arrays::chosen;
use crate::errors::invalid;
use crate::locks::lock;
use crate::objects::{
    ArtificialCell, ArtificialCells, Cell, Cells, Network, Owner, PointProcess, PointProcesses, Recording, Recordings,
    Section, Segment, Variable, Variables,
};
use crate::references::{same_network, source_of, target_of};

#[pymethods]
impl PointProcesses {
    fn __len__(&self) -> usize {
        self.points.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let cell = self.cell.clone_ref(py);
        Ok(match chosen(key, "point processes", self.points.len())? {
            Err(one) => PointProcess { cell, index: self.points[one] }.into_pyobject(py)?.into_any(),
            Ok(several) => {
                let points = several.into_iter().map(|position| self.points[position]).collect();
                Self { cell, points }.into_pyobject(py)?.into_any()
            }
        })
    }

    fn __repr__(&self) -> String {
        format!("<{} point processes>", self.points.len())
    }
}

#[pymethods]
impl ArtificialCells {
    fn __len__(&self) -> usize {
        self.cells.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let network = self.network.clone_ref(py);
        Ok(match chosen(key, "artificial cells", self.cells.len())? {
            Err(one) => ArtificialCell { network, index: self.cells[one] }.into_pyobject(py)?.into_any(),
            Ok(several) => {
                let cells = several.into_iter().map(|position| self.cells[position]).collect();
                Self { network, cells }.into_pyobject(py)?.into_any()
            }
        })
    }

    fn __repr__(&self) -> String {
        format!("<{} artificial cells>", self.cells.len())
    }
}

#[pymethods]
impl Cells {
    /// The same place or variable in each cell, as sources of connections: ``cells.at("soma", 1)``.
    ///
    /// Parameters
    /// ----------
    /// section : str
    ///     Name of the section.
    /// x : float, default 0.5
    ///     Position on it, 0 to 1.
    /// variable : str, default "v"
    ///     Name of the variable.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A section that one of the cells lacks.
    ///
    /// Examples
    /// --------
    /// >>> cells = network.add_many(cell, 10)
    /// >>> v = network.record(cells.at("soma"))
    /// >>> network.watch(cells.at("soma"), threshold=0)  # mV
    /// <10 connections>
    #[pyo3(signature = (section, x = 0.5, variable = "v"))]
    fn at(&self, py: Python<'_>, section: &str, x: f64, variable: &str) -> PyResult<Variables> {
        if !(0.0..=1.0).contains(&x) {
            return Err(invalid(py, format!("{section}({x}): a position on a section is from 0 to 1")));
        }
        let network = lock(py, &self.network.get().inner);
        let mut variables = Vec::with_capacity(self.cells.len());
        for &cell in &self.cells {
            let described = &network.cells[cell];
            let Some(index) = described.section(section) else {
                let closest = loligo_io::closest(section, described.sections.iter().map(|section| &*section.name));
                let hint = closest.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
                let text = format!("the cell \"{}\" has no section \"{section}\"{hint}", described.name);
                return Err(invalid(py, text));
            };
            variables.push(VariableRef::section(cell, index, x, variable));
        }
        Ok(Variables { network: self.network.clone_ref(py), variables })
    }

    /// The point process, or the variable of one, of the same name in each cell, as targets: ``cells.points("synapse")``.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A point process that one of the cells lacks.
    ///
    /// Examples
    /// --------
    /// >>> cells = network.add_many(cell, 10)
    /// >>> cells.points("electrode")[:2]
    /// [<electrode: IClamp at squid[0].soma(0.5)>, <electrode: IClamp at squid[1].soma(0.5)>]
    fn points(&self, py: Python<'_>, name: &str) -> PyResult<Vec<PointProcess>> {
        let indices = {
            let network = lock(py, &self.network.get().inner);
            let index = |&cell: &usize| {
                let found = network.cells[cell].point(name).map(|point| (cell, point));
                found
                    .ok_or_else(|| format!("the cell \"{}\" has no point process \"{name}\"", network.cells[cell].name))
            };
            self.cells.iter().map(index).collect::<Result<Vec<_>, _>>()
        };
        let indices = indices.map_err(|text| invalid(py, text))?;
        let point = |(cell, index)| {
            let cell = Py::new(py, Cell::in_network(self.network.clone_ref(py), cell))?;
            Ok(PointProcess { cell, index })
        };
        indices.into_iter().map(point).collect()
    }

    fn __len__(&self) -> usize {
        self.cells.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let network = self.network.clone_ref(py);
        Ok(match chosen(key, "cells", self.cells.len())? {
            Err(one) => Cell::in_network(network, self.cells[one]).into_pyobject(py)?.into_any(),
            Ok(several) => {
                let cells = several.into_iter().map(|position| self.cells[position]).collect();
                Self { network, cells }.into_pyobject(py)?.into_any()
            }
        })
    }

    fn __repr__(&self) -> String {
        format!("<{} cells>", self.cells.len())
    }
}

#[pymethods]
impl Variables {
    fn __len__(&self) -> usize {
        self.variables.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match chosen(key, "variables", self.variables.len())? {
            Err(one) => Ok(self.one(py, &self.variables[one])?.into_pyobject(py)?.into_any()),
            Ok(several) => {
                let variables = several.into_iter().map(|position| self.variables[position].clone()).collect();
                Ok(Self { network: self.network.clone_ref(py), variables }.into_pyobject(py)?.into_any())
            }
        }
    }

    fn __repr__(&self) -> String {
        format!("<{} variables>", self.variables.len())
    }
}

impl Variables {
    /// A reference to one of them.
    pub(crate) fn one(&self, py: Python<'_>, variable: &VariableRef) -> PyResult<Variable> {
        let cell = |index| Py::new(py, Cell::in_network(self.network.clone_ref(py), index));
        let owner = match *variable {
            VariableRef::Section { cell: index, section, x, .. } => {
                let cell = cell(index)?;
                let name = cell.get().read(py, |cell| cell.sections.get(section).map(|section| section.name.clone()));
                let name = name.ok_or_else(|| invalid(py, "the section of this variable was removed"))?;
                Owner::Segment(Segment { section: Py::new(py, Section { cell, index: section, name })?, x })
            }
            VariableRef::Point { cell: index, point, .. } => Owner::Point(cell(index)?, point),
            VariableRef::Artificial { cell, .. } => Owner::Artificial(self.network.clone_ref(py), cell),
            VariableRef::GapJunction { junction, side, .. } => Owner::Gap(self.network.clone_ref(py), junction, side),
        };
        Ok(Variable { owner, name: variable.name().to_owned() })
    }
}

#[pymethods]
impl Recordings {
    fn __len__(&self) -> usize {
        self.recordings.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let network = self.network.clone_ref(py);
        Ok(match chosen(key, "recordings", self.recordings.len())? {
            Err(one) => Recording { network, index: self.recordings[one] }.into_pyobject(py)?.into_any(),
            Ok(several) => {
                let recordings = several.into_iter().map(|position| self.recordings[position]).collect();
                Self { network, recordings }.into_pyobject(py)?.into_any()
            }
        })
    }

    fn __repr__(&self) -> String {
        format!("<{} recordings>", self.recordings.len())
    }
}

/// The sources that an argument names: one, or many.
pub(crate) fn sources_of(py: Python<'_>, object: &Bound<'_, PyAny>, network: &Py<Network>) -> PyResult<Vec<SourceRef>> {
    if let Ok(variables) = object.cast::<Variables>() {
        same_network(py, &variables.get().network, network)?;
        return Ok(variables.get().variables.iter().cloned().map(SourceRef::Variable).collect());
    }
    if let Ok(cells) = object.cast::<ArtificialCells>() {
        same_network(py, &cells.get().network, network)?;
        return Ok(cells.get().cells.iter().copied().map(SourceRef::Artificial).collect());
    }
    if let Ok(points) = object.cast::<PointProcesses>() {
        let cell = points.get().cell.get().index_in(py, network)?;
        return Ok(points.get().points.iter().map(|&point| SourceRef::Point { cell, point }).collect());
    }
    match several(object) {
        Some(entries) => entries.map(|entry| source_of(py, &entry?, network)).collect(),
        None => Ok(vec![source_of(py, object, network)?]),
    }
}

/// The targets that an argument names: one, or many.
pub(crate) fn targets_of(py: Python<'_>, object: &Bound<'_, PyAny>, network: &Py<Network>) -> PyResult<Vec<TargetRef>> {
    if let Ok(cells) = object.cast::<ArtificialCells>() {
        same_network(py, &cells.get().network, network)?;
        return Ok(cells.get().cells.iter().copied().map(TargetRef::Artificial).collect());
    }
    if let Ok(points) = object.cast::<PointProcesses>() {
        let cell = points.get().cell.get().index_in(py, network)?;
        return Ok(points.get().points.iter().map(|&point| TargetRef::Point { cell, point }).collect());
    }
    match several(object) {
        Some(entries) => {
            let mut targets = Vec::new();
            for entry in entries {
                let entry = entry?;
                match entry.is_instance_of::<PointProcesses>() {
                    true => targets.extend(targets_of(py, &entry, network)?),
                    false => targets.push(target_of(py, &entry, network)?),
                }
            }
            Ok(targets)
        }
        None => Ok(vec![target_of(py, object, network)?]),
    }
}

/// The entries of a list, if it is one.
fn several<'py>(object: &Bound<'py, PyAny>) -> Option<Bound<'py, pyo3::types::PyIterator>> {
    object.try_iter().ok()
}
