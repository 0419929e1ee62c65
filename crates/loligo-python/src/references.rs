//! References to places and variables.

use loligo::{GapSide, Location, SourceRef, TargetRef, VariableRef};
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

use crate::errors::{foreign, wrong_type};
use crate::objects::{ArtificialCell, Cell, GapJunction, Network, Owner, PointProcess, Section, Segment, Variable};

impl Segment {
    /// The same place.
    pub(crate) fn same(&self, py: Python<'_>) -> Self {
        Self { section: self.section.clone_ref(py), x: self.x }
    }

    /// `cell.section(x)`.
    pub(crate) fn described(&self, py: Python<'_>) -> String {
        let section = self.section.get();
        let cell = section.cell.get().read(py, |cell| cell.name.clone());
        format!("{cell}.{}({})", section.name, self.x)
    }

    /// The place in a network.
    pub(crate) fn resolve(&self, py: Python<'_>, network: &Py<Network>) -> PyResult<Location> {
        let section = self.section.get();
        let cell = section.cell.get().index_in(py, network)?;
        Ok(Location::new(cell, section.find(py)?, self.x))
    }
}

#[pymethods]
impl Segment {
    /// The section.
    #[getter]
    fn section(&self, py: Python<'_>) -> Py<Section> {
        self.section.clone_ref(py)
    }

    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        variable_named("place", name, || Owner::Segment(self.same(py)))
    }

    /// The variable of that name, also if it is no word: ``soma(0.5)["ca[2]"]``.
    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Variable> {
        self.__getattr__(py, name)
    }

    fn __iter__(&self) -> PyResult<()> {
        Err(wrong_type("a place is one; give a list of places for several"))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.section.get().__eq__(other.section.get()) && self.x == other.x
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        self.described(py)
    }
}

/// The variable of that name of a part; Python looks up names with an underscore for its own purposes.
pub(crate) fn variable_named(kind: &str, name: &str, owner: impl FnOnce() -> Owner) -> PyResult<Variable> {
    if name.starts_with('_') {
        return Err(PyAttributeError::new_err(format!("a {kind} has no variable \"{name}\"")));
    }
    Ok(Variable { owner: owner(), name: name.to_owned() })
}

impl Owner {
    /// The same part.
    fn same(&self, py: Python<'_>) -> Self {
        match self {
            Self::Segment(segment) => Self::Segment(segment.same(py)),
            Self::Point(cell, index) => Self::Point(cell.clone_ref(py), *index),
            Self::Artificial(network, index) => Self::Artificial(network.clone_ref(py), *index),
            Self::Gap(network, index, side) => Self::Gap(network.clone_ref(py), *index, *side),
        }
    }
}

impl Variable {
    /// The variable in a network.
    pub(crate) fn resolve(&self, py: Python<'_>, network: &Py<Network>) -> PyResult<VariableRef> {
        let variable = self.name.clone();
        match &self.owner {
            Owner::Segment(segment) => {
                let Location { cell, section, x } = segment.resolve(py, network)?;
                Ok(VariableRef::Section { cell, section, x, variable })
            }
            Owner::Point(cell, point) => {
                let cell = cell.get().index_in(py, network)?;
                Ok(VariableRef::Point { cell, point: *point, variable })
            }
            Owner::Artificial(own, cell) => {
                same_network(py, own, network)?;
                Ok(VariableRef::Artificial { cell: *cell, variable })
            }
            Owner::Gap(own, junction, side) => {
                same_network(py, own, network)?;
                Ok(VariableRef::GapJunction { junction: *junction, side: *side, variable })
            }
        }
    }
}

/// Checks that a part belongs to a network.
pub(crate) fn same_network(py: Python<'_>, own: &Py<Network>, network: &Py<Network>) -> PyResult<()> {
    if own.is(network) {
        return Ok(());
    }
    Err(foreign(py, "this belongs to another network; take it from this one"))
}

#[pymethods]
impl Variable {
    /// A variable of the mechanism of this name at the same place: ``soma(0.5).hh.gnabar``.
    fn __getattr__(&self, py: Python<'_>, parameter: &str) -> PyResult<Self> {
        match &self.owner {
            Owner::Segment(segment) if !parameter.starts_with('_') && self.name != "v" => {
                Ok(Self { owner: Owner::Segment(segment.same(py)), name: format!("{parameter}_{}", self.name) })
            }
            _ => {
                let text = format!(
                    "the variable \"{}\" has no \"{parameter}\"; Simulation.get reads its value, Network.record records it",
                    self.name
                );
                Err(PyAttributeError::new_err(text))
            }
        }
    }

    /// An element of an array: ``clamp.amp[0]``.
    fn __getitem__(&self, py: Python<'_>, index: usize) -> Self {
        Self { owner: self.owner.same(py), name: format!("{}[{index}]", self.name) }
    }

    fn __iter__(&self) -> PyResult<()> {
        Err(wrong_type("a variable is one; give a list of variables for several"))
    }

    fn __eq__(&self, other: &Self) -> bool {
        let same_owner = match (&self.owner, &other.owner) {
            (Owner::Segment(a), Owner::Segment(b)) => a.__eq__(b),
            (Owner::Point(a, first), Owner::Point(b, second)) => Cell::is_same(a, b) && first == second,
            (Owner::Artificial(a, first), Owner::Artificial(b, second)) => a.is(b) && first == second,
            (Owner::Gap(a, first, side), Owner::Gap(b, second, other)) => a.is(b) && first == second && side == other,
            _ => false,
        };
        same_owner && self.name == other.name
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let owner = match &self.owner {
            Owner::Segment(segment) => segment.described(py),
            Owner::Point(cell, index) => cell.get().read(py, |cell| {
                let point = cell.points.get(*index).map_or("?", |point| point.name.as_str());
                format!("{}.{point}", cell.name)
            }),
            Owner::Artificial(network, index) => network.get().artificial_name(py, *index),
            Owner::Gap(_, index, side) => format!("gap[{index}].{}", if *side == GapSide::A { "a" } else { "b" }),
        };
        format!("{owner}.{}", self.name)
    }
}

/// The variable that an argument refers to: a place stands for its voltage.
pub(crate) fn variable_of(
    py: Python<'_>,
    object: &Bound<'_, PyAny>,
    network: &Py<Network>,
    what: &str,
) -> PyResult<VariableRef> {
    if let Ok(variable) = object.cast::<Variable>() {
        return variable.get().resolve(py, network);
    }
    if let Ok(segment) = object.cast::<Segment>() {
        let Location { cell, section, x } = segment.get().resolve(py, network)?;
        return Ok(VariableRef::voltage(cell, section, x));
    }
    Err(wrong_type(format!(
        "{what}: give a variable, such as cell.soma(0.5).v or cell.electrode.i, not {}",
        told(object)
    )))
}

/// The place that an argument refers to.
pub(crate) fn place_of(
    py: Python<'_>,
    object: &Bound<'_, PyAny>,
    network: &Py<Network>,
    what: &str,
) -> PyResult<Location> {
    match object.cast::<Segment>() {
        Ok(segment) => segment.get().resolve(py, network),
        Err(_) => Err(wrong_type(format!("{what}: give a place, such as cell.soma(0.5), not {}", told(object)))),
    }
}

/// The source of a connection.
pub(crate) fn source_of(py: Python<'_>, object: &Bound<'_, PyAny>, network: &Py<Network>) -> PyResult<SourceRef> {
    if let Ok(cell) = object.cast::<ArtificialCell>() {
        return cell.get().resolve(py, network).map(SourceRef::Artificial);
    }
    if let Ok(point) = object.cast::<PointProcess>() {
        let point = point.get();
        return Ok(SourceRef::Point { cell: point.cell.get().index_in(py, network)?, point: point.index });
    }
    if object.is_instance_of::<Variable>() || object.is_instance_of::<Segment>() {
        return variable_of(py, object, network, "source").map(SourceRef::Variable);
    }
    Err(wrong_type(format!(
        "a connection starts at a place such as cell.soma(1), a variable, an artificial cell or a point process, not at {}",
        told(object)
    )))
}

/// The target of a connection.
pub(crate) fn target_of(py: Python<'_>, object: &Bound<'_, PyAny>, network: &Py<Network>) -> PyResult<TargetRef> {
    if let Ok(cell) = object.cast::<ArtificialCell>() {
        return cell.get().resolve(py, network).map(TargetRef::Artificial);
    }
    if let Ok(point) = object.cast::<PointProcess>() {
        let point = point.get();
        return Ok(TargetRef::Point { cell: point.cell.get().index_in(py, network)?, point: point.index });
    }
    Err(wrong_type(format!(
        "a connection ends at a point process, such as what Cell.place returns, or at an artificial cell, not at {}",
        told(object)
    )))
}

/// The type of an object, for messages.
pub(crate) fn told(object: &Bound<'_, PyAny>) -> String {
    let name = object.get_type().name().map_or_else(|_| "this object".to_owned(), |name| name.to_string());
    if object.is_instance_of::<GapJunction>() {
        format!("a {name}; take one of its sides, .a or .b")
    } else {
        format!("a {name}")
    }
}
