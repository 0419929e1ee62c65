//! Sections of a cell.

use loligo::Shape;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

use crate::arrays::numbers;
use crate::cell::discretization;
use crate::errors::{OrRaise, invalid};
use crate::objects::{Cell, Section, Segment};

impl Section {
    /// Its present index in its cell.
    pub(crate) fn find_in(&self, py: Python<'_>, cell: &loligo::Cell) -> PyResult<usize> {
        let is_here = cell.sections.get(self.index).is_some_and(|section| section.name == self.name);
        let index = if is_here { Some(self.index) } else { cell.section(&self.name) };
        index.ok_or_else(|| {
            invalid(py, format!("the cell \"{}\" no longer has the section \"{}\"", cell.name, self.name))
        })
    }

    /// Its present index.
    pub(crate) fn find(&self, py: Python<'_>) -> PyResult<usize> {
        self.cell.get().read(py, |cell| self.find_in(py, cell))
    }

    // The index is found under the lock under which it is used: another thread may remove sections in between.
    fn read<R>(&self, py: Python<'_>, read: impl FnOnce(&loligo::Section) -> R) -> PyResult<R> {
        self.cell.get().read(py, |cell| Ok(read(&cell.sections[self.find_in(py, cell)?])))
    }

    fn change(&self, py: Python<'_>, change: impl FnOnce(&mut loligo::Section)) -> PyResult<()> {
        self.cell.get().change(py, |cell| {
            let index = self.find_in(py, cell)?;
            change(&mut cell.sections[index]);
            Ok(())
        })
    }
}

#[pymethods]
impl Section {
    fn __call__(slf: &Bound<'_, Self>, x: f64) -> PyResult<Segment> {
        if (0.0..=1.0).contains(&x) {
            return Ok(Segment { section: slf.clone().unbind(), x });
        }
        let text = format!("{}({x}): a position on a section is from 0 to 1", slf.get().name);
        Err(invalid(slf.py(), text))
    }

    /// The name.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// The cell.
    #[getter]
    fn cell(&self, py: Python<'_>) -> Py<Cell> {
        self.cell.clone_ref(py)
    }

    /// The kind: soma, axon, dendrite, apical, or "type 5" of SWC.
    #[getter]
    fn kind(&self, py: Python<'_>) -> PyResult<String> {
        self.read(py, |section| loligo::Region::from(section.kind).to_string())
    }

    #[setter]
    fn set_kind(&self, py: Python<'_>, kind: &str) -> PyResult<()> {
        let kind = crate::cell::kind_named(py, kind)?;
        self.change(py, |section| section.kind = kind)
    }

    /// Length, um. A section with 3-D points cannot be given another one.
    #[getter(L)]
    fn length(&self, py: Python<'_>) -> PyResult<f64> {
        self.read(py, |section| section.info().length)
    }

    #[setter(L)]
    fn set_length(&self, py: Python<'_>, um: f64) -> PyResult<()> {
        self.cylinder(py, |length, _| *length = um)
    }

    /// Diameter of the middle segment, um; an assignment sets that of all.
    #[getter]
    fn diam(&self, py: Python<'_>) -> PyResult<f64> {
        self.read(py, |section| section.info().diameter)
    }

    #[setter]
    fn set_diam(&self, py: Python<'_>, um: f64) -> PyResult<()> {
        self.cylinder(py, |_, diameters| *diameters = vec![um])
    }

    /// Number of segments.
    #[getter]
    fn nseg(&self, py: Python<'_>) -> PyResult<usize> {
        self.read(py, loligo::Section::segments)
    }

    #[setter]
    fn set_nseg(&self, py: Python<'_>, count: i64) -> PyResult<()> {
        self.discretize(py, Some(count), None, None)
    }

    /// Sets the rule for the number of segments: `nseg`, `max_segment_length` (um) or `d_lambda` (usually 0.1).
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     No rule.
    /// ValueError
    ///     Several rules.
    ///
    /// Examples
    /// --------
    /// >>> soma.discretize(max_segment_length=5)  # um
    /// >>> soma.nseg
    /// 4
    #[pyo3(signature = (*, nseg = None, max_segment_length = None, d_lambda = None))]
    fn discretize(
        &self,
        py: Python<'_>,
        nseg: Option<i64>,
        max_segment_length: Option<f64>,
        d_lambda: Option<f64>,
    ) -> PyResult<()> {
        let rule = discretization(nseg, max_segment_length, d_lambda)?;
        let rule = rule.ok_or_else(|| invalid(py, "give one of nseg, max_segment_length and d_lambda"))?;
        self.change(py, |section| section.discretization = rule)
    }

    /// Sets diameters (um) of single segments from the first on, as NEURON's ``seg.diam = ...`` does over 3-D points:
    /// each assignment overwrites the diameter of every point by that of its segment (500 um before it has one).
    ///
    /// Raises
    /// ------
    /// ModelError
    ///     More diameters than segments.
    ///
    /// Examples
    /// --------
    /// >>> dend = cell.add_section("dend", L=200, diam=2, nseg=3, parent=soma)  # um, um
    /// >>> dend.assign_segment_diameters([3, 2.5])  # um
    /// >>> loligo.segments(cell)["diam"]
    /// array([20. ,  3. ,  2.5,  2. ])
    fn assign_segment_diameters(&self, py: Python<'_>, diameters: &Bound<'_, PyAny>) -> PyResult<()> {
        self.check(py)?;
        let diameters = numbers(diameters, "diameters")?;
        let segments = self.nseg(py)?;
        if diameters.len() > segments {
            let text = format!("{} diameters for {segments} segments; give at most one for each", diameters.len());
            return Err(invalid(py, text));
        }
        self.change(py, |section| match &mut section.shape {
            Shape::Points(points) => {
                loligo::assign_segment_diameters(points, segments, &diameters);
            }
            Shape::Cylinder { diameters: present, .. } => {
                let one = present.first().copied().unwrap_or(f64::NAN);
                present.resize(segments, one);
                present[..diameters.len()].copy_from_slice(&diameters);
            }
        })
    }

    /// Axial resistivity, ohm cm.
    #[getter(Ra)]
    fn axial_resistance(&self, py: Python<'_>) -> PyResult<f64> {
        self.read(py, |section| section.axial_resistance)
    }

    #[setter(Ra)]
    fn set_axial_resistance(&self, py: Python<'_>, ohm_cm: f64) -> PyResult<()> {
        self.change(py, |section| section.axial_resistance = ohm_cm)
    }

    /// Membrane capacitance, uF/cm2.
    #[getter]
    fn cm(&self, py: Python<'_>) -> PyResult<f64> {
        self.read(py, |section| section.membrane_capacitance)
    }

    #[setter]
    fn set_cm(&self, py: Python<'_>, uf_per_cm2: f64) -> PyResult<()> {
        self.change(py, |section| section.membrane_capacitance = uf_per_cm2)
    }

    /// The place on the parent to which it is attached; None for a root.
    #[getter]
    fn parent(&self, py: Python<'_>) -> PyResult<Option<Segment>> {
        let Some(attachment) = self.read(py, |section| section.parent)? else { return Ok(None) };
        let index = attachment.parent;
        let name = self.cell.get().read(py, |cell| cell.sections.get(index).map(|section| section.name.clone()));
        let Some(name) = name else { return Ok(None) };
        let section = Py::new(py, Self { cell: self.cell.clone_ref(py), index, name })?;
        Ok(Some(Segment { section, x: attachment.parent_x }))
    }

    /// The places in the middle of its segments.
    #[getter]
    fn segments(slf: &Bound<'_, Self>) -> PyResult<Vec<Segment>> {
        let section = slf.get();
        section.check(slf.py())?;
        let count = section.nseg(slf.py())?;
        let middle = |k| Segment { section: slf.clone().unbind(), x: (k as f64 + 0.5) / count as f64 };
        Ok((0..count).map(middle).collect())
    }

    pub(crate) fn __eq__(&self, other: &Self) -> bool {
        Cell::is_same(&self.cell, &other.cell) && self.name == other.name
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.name.hash(&mut hasher);
        hasher.finish()
    }

    fn __getattr__(&self, name: &str) -> PyResult<()> {
        Err(PyAttributeError::new_err(format!(
            "a section has no \"{name}\"; variables belong to places on it: section(0.5).{name}"
        )))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<Section {}>", self.read(py, |section| section.info().to_string())?))
    }
}

impl Section {
    /// Checks its shape and number of segments.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        let cell = self.cell.get().read(py, |cell| cell.name.clone());
        self.read(py, |section| section.check_geometry().map_err(|error| section.geometry_error(&cell, error)))?
            .or_raise(py)
    }

    fn cylinder(&self, py: Python<'_>, change: impl FnOnce(&mut f64, &mut Vec<f64>)) -> PyResult<()> {
        if self.read(py, |section| matches!(section.shape, Shape::Points(_)))? {
            let text = format!(
                "{} has the shape of its 3-D points; scale it with Cell.scale_diameters, or add it as a cylinder",
                self.name
            );
            return Err(invalid(py, text));
        }
        self.change(py, |section| {
            if let Shape::Cylinder { length, diameters } = &mut section.shape {
                change(length, diameters);
            }
        })
    }
}
