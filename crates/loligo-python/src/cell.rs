//! Cells with membrane, by themselves or in a network.

use std::sync::Mutex;

use loligo::{Attachment, Discretization, End, Point3d};
use pyo3::exceptions::{PyAttributeError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::arrays::rows;
use crate::errors::{OrRaise, foreign, invalid, wrong_type};
use crate::locks::lock;
use crate::objects::{Cell, Network, Place, PointProcess, Section, Segment};
use crate::pickling;

impl Cell {
    /// A description.
    pub(crate) fn alone(cell: loligo::Cell) -> Self {
        Self { place: Place::Alone(Mutex::new(cell)) }
    }

    /// A cell of a network.
    pub(crate) fn in_network(network: Py<Network>, index: usize) -> Self {
        Self { place: Place::InNetwork { network, index } }
    }

    /// The network and index, if it is in one.
    pub(crate) fn membership(&self) -> Option<(&Py<Network>, usize)> {
        match &self.place {
            Place::Alone(_) => None,
            Place::InNetwork { network, index } => Some((network, *index)),
        }
    }

    /// True if both are one cell, not only equal ones.
    pub(crate) fn is_same(a: &Py<Self>, b: &Py<Self>) -> bool {
        match (a.get().membership(), b.get().membership()) {
            (Some((network, first)), Some((other, second))) => network.is(other) && first == second,
            _ => a.is(b),
        }
    }

    /// Its index in a network.
    ///
    /// # Errors
    /// A cell of another network, or of none.
    pub(crate) fn index_in(&self, py: Python<'_>, network: &Py<Network>) -> PyResult<usize> {
        match self.membership() {
            Some((own, index)) if own.is(network) => Ok(index),
            Some(_) => {
                let text = "this belongs to another network; take it from the cell that this network's add returned";
                Err(foreign(py, text))
            }
            None => {
                let name = self.read(py, |cell| cell.name.clone());
                Err(foreign(
                    py,
                    format!(
                        "the cell \"{name}\" is a description, of which add puts a copy into a network; take sections, places \
                         and point processes from the cell that add returns: cell = network.add(cell)"
                    ),
                ))
            }
        }
    }

    /// Reads the description.
    pub(crate) fn read<R>(&self, py: Python<'_>, read: impl FnOnce(&loligo::Cell) -> R) -> R {
        match &self.place {
            Place::Alone(cell) => read(&lock(py, cell)),
            Place::InNetwork { network, index } => read(&lock(py, &network.get().inner).cells[*index]),
        }
    }

    /// Changes the description.
    pub(crate) fn change<R>(&self, py: Python<'_>, change: impl FnOnce(&mut loligo::Cell) -> R) -> R {
        match &self.place {
            Place::Alone(cell) => change(&mut lock(py, cell)),
            Place::InNetwork { network, index } => change(&mut lock(py, &network.get().inner).cells[*index]),
        }
    }
}

/// The rule for the number of segments, from the arguments of which at most one is given.
pub(crate) fn discretization(
    nseg: Option<i64>,
    max_segment_length: Option<f64>,
    d_lambda: Option<f64>,
) -> PyResult<Option<Discretization>> {
    let rules = [
        nseg.map(|count| Discretization::Fixed(usize::try_from(count).unwrap_or(0))),
        max_segment_length.map(Discretization::MaximumLength),
        d_lambda.map(|fraction| Discretization::DLambda { fraction, frequency: 100.0 }),
    ];
    let mut rules = rules.into_iter().flatten();
    match (rules.next(), rules.next()) {
        (_, Some(_)) => Err(PyValueError::new_err("give one of nseg, max_segment_length and d_lambda, not several")),
        (rule, None) => Ok(rule),
    }
}

/// The parent that an argument names: a section, a place, or a section's name.
fn parent_of(py: Python<'_>, cell: &Cell, parent: &Bound<'_, PyAny>, x: Option<f64>) -> PyResult<(usize, f64)> {
    if let Ok(segment) = parent.cast::<Segment>() {
        let segment = segment.get();
        if let Some(x) = x {
            let text = format!("parent={}(...) gives the place; leave parent_x={x} out", segment.section.get().name);
            return Err(PyValueError::new_err(text));
        }
        let index = cell.read(py, |cell| cell.section(&segment.section.get().name));
        return Ok((index.ok_or_else(|| invalid(py, "the parent is no section of this cell"))?, segment.x));
    }
    let name = match parent.cast::<Section>() {
        Ok(section) => section.get().name.clone(),
        Err(_) => parent
            .extract::<String>()
            .map_err(|_| wrong_type("parent: give a section, a place on one such as soma(0.5), or a section's name"))?,
    };
    let index = cell.read(py, |cell| match cell.section(&name) {
        Some(index) => Ok(index),
        None => {
            let closest = loligo_io::closest(&name, cell.sections.iter().map(|section| section.name.as_str()));
            let hint = closest.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
            Err(invalid(py, format!("the cell has no section \"{name}\"{hint}")))
        }
    })?;
    Ok((index, x.unwrap_or(1.0)))
}

/// The kind of a section by its name.
pub(crate) fn kind_named(py: Python<'_>, name: &str) -> PyResult<loligo::SectionKind> {
    let custom = || name.strip_prefix("type ")?.parse().ok().map(loligo::SectionKind::from_code);
    loligo::SectionKind::named(name).or_else(custom).ok_or_else(|| {
        invalid(py, format!("\"{name}\" is no kind of section; give soma, axon, dendrite, apical, or \"type 5\""))
    })
}

#[pymethods]
impl Cell {
    #[new]
    #[pyo3(signature = (name = "cell"))]
    fn new(name: &str) -> Self {
        Self::alone(loligo::Cell::new(name))
    }

    /// Reads a cell from a morphology file: SWC, Neurolucida ASC, or H5 in builds with HDF5.
    ///
    /// The sections are those that NEURON's Import3d makes, with its names: one segment each, Ra 35.4 ohm cm, cm 1
    /// uF/cm2, no mechanisms.
    ///
    /// Raises
    /// ------
    /// MorphologyError
    ///     A file that cannot be read or is broken, with its line.
    ///
    /// Examples
    /// --------
    /// >>> with open("cell.swc", "w") as file:
    /// ...     _ = file.write("1 1 0 0 0 10 -1\n2 3 10 0 0 1 1\n3 3 100 0 0 1 2\n")
    /// >>> cell = loligo.Cell.from_morphology("cell.swc")
    /// >>> cell
    /// <Cell "cell": 2 sections, 2 segments, painted none, 0 point processes>
    /// >>> cell.dend[0].L  # um
    /// 90.0
    #[staticmethod]
    #[pyo3(signature = (path, name = None))]
    fn from_morphology(py: Python<'_>, path: std::path::PathBuf, name: Option<String>) -> PyResult<Self> {
        let mut cell = py.detach(|| loligo::Cell::from_morphology(path)).or_raise(py)?;
        if let Some(name) = name {
            cell.name = name;
        }
        Ok(Self::alone(cell))
    }

    /// The name.
    #[getter]
    fn name(&self, py: Python<'_>) -> String {
        self.read(py, |cell| cell.name.clone())
    }

    #[setter]
    fn set_name(&self, py: Python<'_>, name: String) {
        self.change(py, |cell| cell.name = name);
    }

    /// The sections, in the order in which they were added.
    #[getter]
    fn sections(slf: &Bound<'_, Self>) -> Vec<Section> {
        let names: Vec<String> =
            slf.get().read(slf.py(), |cell| cell.sections.iter().map(|section| section.name.clone()).collect());
        let section = |(index, name)| Section { cell: slf.clone().unbind(), index, name };
        names.into_iter().enumerate().map(section).collect()
    }

    /// The point processes, in the order in which they were placed.
    #[getter]
    fn point_processes(slf: &Bound<'_, Self>) -> Vec<PointProcess> {
        let count = slf.get().read(slf.py(), |cell| cell.points.len());
        (0..count).map(|index| PointProcess { cell: slf.clone().unbind(), index }).collect()
    }

    /// Adds a section: a cylinder by `L` and `diam`, or a shape by 3-D points.
    ///
    /// Parameters
    /// ----------
    /// name : str
    ///     Its name, unique in the cell; it also decides the kind (soma, axon, apic..., else dendrite) unless `kind` does.
    /// L, diam : float
    ///     Length and diameter, um. `diam` may be a list with a diameter for each segment.
    /// points : array (n, 4), optional
    ///     x, y, z, diameter, um; instead of `L` and `diam`.
    /// nseg : int, optional
    ///     Number of segments, default 1. Or `max_segment_length` (um), or `d_lambda` (fraction of the length constant
    ///     at 100 Hz, usually 0.1).
    /// Ra, cm : float
    ///     Axial resistivity, ohm cm, default 35.4; membrane capacitance, uF/cm2, default 1.
    /// parent : Section, Segment or str, optional
    ///     The section, or place on it, to which this one is attached; a root without it.
    /// parent_x : float, default 1
    ///     The position on the parent, 0 to 1.
    /// child_end : int, default 0
    ///     The end of this section that touches the parent, 0 or 1.
    /// kind : str, optional
    ///     soma, axon, dendrite, apical, or "type 5" of SWC.
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     A parent or kind that does not exist. The geometry is checked when the simulation is made.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, nseg=5, parent=soma)  # um, um
    /// >>> apic = cell.add_section("apic", points=[[20, 0, 0, 4], [120, 0, 0, 2]], d_lambda=0.1, parent=soma(1))  # um
    /// >>> dend.parent, apic.L, apic.nseg
    /// (squid.soma(1), 100.0, 3)
    #[pyo3(signature = (name, L = None, diam = None, *, points = None, nseg = None, max_segment_length = None,
        d_lambda = None, Ra = 35.4, cm = 1.0, parent = None, parent_x = None, child_end = 0, kind = None))]
    #[expect(clippy::too_many_arguments, non_snake_case, reason = "keywords of Python, with NEURON's names")]
    fn add_section(
        slf: &Bound<'_, Self>,
        name: String,
        L: Option<f64>,
        diam: Option<&Bound<'_, PyAny>>,
        points: Option<&Bound<'_, PyAny>>,
        nseg: Option<i64>,
        max_segment_length: Option<f64>,
        d_lambda: Option<f64>,
        Ra: f64,
        cm: f64,
        parent: Option<&Bound<'_, PyAny>>,
        parent_x: Option<f64>,
        child_end: u8,
        kind: Option<&str>,
    ) -> PyResult<Section> {
        let (py, cell) = (slf.py(), slf.get());
        let mut section = match (L, diam, points) {
            (Some(length), Some(diam), None) => {
                let diameters = match diam.extract::<f64>() {
                    Ok(diameter) => vec![diameter],
                    Err(_) => crate::arrays::numbers(diam, "diam")?,
                };
                let mut section = loligo::Section::cylinder(name.clone(), length, 1.0);
                section.shape = loligo::Shape::Cylinder { length, diameters };
                section
            }
            (None, None, Some(points)) => {
                let points = rows(points, "points", 4)?;
                let point = |row: Vec<f64>| Point3d {
                    x: row[0] as f32,
                    y: row[1] as f32,
                    z: row[2] as f32,
                    diameter: row[3] as f32,
                };
                loligo::Section::points(name.clone(), points.into_iter().map(point).collect())
            }
            _ => {
                let text =
                    format!("section \"{name}\": give L and diam (um), or points (n x 4: x, y, z, diameter, um)");
                return Err(wrong_type(text));
            }
        };
        if let Some(rule) = discretization(nseg, max_segment_length, d_lambda)? {
            section.discretization = rule;
        }
        if let Some(kind) = kind {
            section.kind = kind_named(py, kind)?;
        }
        (section.axial_resistance, section.membrane_capacitance) = (Ra, cm);
        if let Some(parent) = parent {
            let (parent, parent_x) = parent_of(py, cell, parent, parent_x)?;
            let child_end = match child_end {
                0 => End::Zero,
                1 => End::One,
                _ => return Err(PyValueError::new_err(format!("child_end={child_end}: give 0 or 1"))),
            };
            section.parent = Some(Attachment { parent, parent_x, child_end });
        }
        let index = cell.change(py, |cell| cell.add_section(section));
        Ok(Section { cell: slf.clone().unbind(), index, name })
    }

    /// The section of that name, such as "dend[3]".
    ///
    /// Raises
    /// ------
    /// KeyError
    ///     A section that the cell lacks, with a suggestion.
    ///
    /// Examples
    /// --------
    /// >>> cell.section("soma") == soma
    /// True
    pub(crate) fn section(slf: &Bound<'_, Self>, name: String) -> PyResult<Section> {
        let (index, closest) = slf.get().read(slf.py(), |cell| {
            let names = cell.sections.iter().map(|section| section.name.as_str());
            (cell.section(&name), loligo_io::closest(&name, names))
        });
        match index {
            Some(index) => Ok(Section { cell: slf.clone().unbind(), index, name }),
            None => {
                let hint = closest.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"));
                Err(PyKeyError::new_err(format!("the cell has no section \"{name}\"{hint}")))
            }
        }
    }

    fn __getitem__<'py>(slf: &Bound<'py, Self>, name: String) -> PyResult<Bound<'py, PyAny>> {
        match Self::part(slf, &name)? {
            Some(part) => Ok(part),
            None => Ok(Self::section(slf, name)?.into_pyobject(slf.py())?.into_any()),
        }
    }

    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        if let Some(part) = Self::part(slf, name)? {
            return Ok(part);
        }
        let hint = match loligo_io::closest(name, Self::__dir__(slf)?) {
            Some(closest) => format!("; did you mean \"{closest}\"?"),
            None => String::new(),
        };
        let text = format!("the cell has no section, point process or method \"{name}\"{hint}");
        Err(PyAttributeError::new_err(text))
    }

    fn __dir__(slf: &Bound<'_, Self>) -> PyResult<Vec<String>> {
        let mut names: Vec<String> = slf.get_type().dir()?.extract()?;
        slf.get().read(slf.py(), |cell| {
            let parts = cell.sections.iter().map(|section| &section.name);
            for name in parts.chain(cell.points.iter().map(|point| &point.name)) {
                let base = name.split('[').next().unwrap_or(name);
                // A thousand synapses are one name.
                if names.last().is_none_or(|last| last != base) {
                    names.push(base.to_owned());
                }
            }
        });
        Ok(names)
    }

    /// A copy that belongs to no network.
    ///
    /// Examples
    /// --------
    /// >>> other = cell.copy()
    /// >>> other == cell, other is cell
    /// (True, False)
    fn copy(&self, py: Python<'_>) -> Self {
        Self::alone(self.read(py, Clone::clone))
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        self.copy(py)
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
        self.copy(py)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> bool {
        let other = other.read(py, Clone::clone);
        self.read(py, |cell| *cell == other)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        self.read(py, |cell| {
            let (sections, points) = (cell.sections.len(), cell.points.len());
            let segments: usize = cell.sections.iter().map(loligo::Section::segments).fold(0, usize::saturating_add);
            let mechanisms: Vec<&str> = cell.painted.iter().map(|painted| painted.mechanism.name.as_str()).collect();
            let mechanisms = if mechanisms.is_empty() { "none".to_owned() } else { mechanisms.join(", ") };
            format!(
                "<Cell \"{}\": {sections} sections, {segments} segments, painted {mechanisms}, {points} point processes>",
                cell.name
            )
        })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyAny>,))> {
        let description = slf.get().read(slf.py(), Clone::clone);
        let bytes = pickling::to_bytes(slf.py(), &description)?;
        Ok((slf.get_type().getattr("_from_bytes")?, (bytes.into_any(),)))
    }

    /// The description as bytes; equal descriptions have equal bytes.
    ///
    /// Examples
    /// --------
    /// >>> cell.to_bytes() == cell.copy().to_bytes()
    /// True
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        pickling::to_bytes(py, &self.read(py, Clone::clone))
    }

    #[staticmethod]
    fn _from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        Ok(Self::alone(pickling::from_bytes(py, bytes)?))
    }
}

impl Cell {
    /// The section, sections or point process of that name, if there are any.
    fn part<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        enum Part {
            Section(usize),
            Point(usize),
            Sections(Vec<(usize, String)>),
            Points(Vec<usize>),
        }
        let found = slf.get().read(py, |cell| {
            if let Some(index) = cell.section(name) {
                return Some(Part::Section(index));
            }
            if let Some(index) = cell.point(name) {
                return Some(Part::Point(index));
            }
            let is_numbered = |full: &str| full.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
            let sections = cell.sections.iter().enumerate().filter(|(_, section)| is_numbered(&section.name));
            let sections: Vec<_> = sections.map(|(index, section)| (index, section.name.clone())).collect();
            if !sections.is_empty() {
                return Some(Part::Sections(sections));
            }
            let points = cell.points.iter().enumerate().filter(|(_, point)| is_numbered(&point.name));
            let points: Vec<_> = points.map(|(index, _)| index).collect();
            (!points.is_empty()).then_some(Part::Points(points))
        });
        let section = |index, name| Section { cell: slf.clone().unbind(), index, name };
        let part = match found {
            None => return Ok(None),
            Some(Part::Section(index)) => section(index, name.to_owned()).into_pyobject(py)?.into_any(),
            Some(Part::Point(index)) => {
                PointProcess { cell: slf.clone().unbind(), index }.into_pyobject(py)?.into_any()
            }
            Some(Part::Sections(sections)) => {
                let sections = sections.into_iter().map(|(index, name)| section(index, name));
                PyList::new(py, sections.collect::<Vec<_>>())?.into_any()
            }
            Some(Part::Points(points)) => {
                crate::objects::PointProcesses { cell: slf.clone().unbind(), points }.into_pyobject(py)?.into_any()
            }
        };
        Ok(Some(part))
    }
}
