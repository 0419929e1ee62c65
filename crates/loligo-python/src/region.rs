//! Regions given in Python: texts, sections, lists of them.

use loligo::{Cell, ModelError, Region};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::{OrRaise, wrong_type};
use crate::objects::Section;

/// The names that a region was given by, before they are looked up in a cell.
pub(crate) struct RegionNames(Vec<Name>);

enum Name {
    /// `"all"`, a list of sections, a section, or a kind.
    Text(String),
    /// A section given by itself.
    Section(String),
}

impl Name {
    fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        match object.cast::<Section>() {
            Ok(section) => Ok(Self::Section(section.get().name.clone())),
            Err(_) => object.extract().map(Self::Text).map_err(|_| not_a_region()),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for RegionNames {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() || object.is_instance_of::<Section>() {
            return Ok(Self(vec![Name::of(&object)?]));
        }
        let names = object.try_iter().map_err(|_| not_a_region())?.map(|entry| Name::of(&entry?));
        names.collect::<PyResult<_>>().map(Self)
    }
}

fn not_a_region() -> PyErr {
    wrong_type(
        "a region is \"all\", \"soma\", \"axon\", \"dendrite\", \"apical\", the name of a section or of a list of sections, \
         a section, or a list of these",
    )
}

impl RegionNames {
    /// The region in a cell. Sections alone keep the order of the list.
    pub(crate) fn of(&self, py: Python<'_>, cell: &Cell) -> PyResult<Region> {
        let region = |name: &Name| match name {
            // An unknown name is reported as that of a section.
            Name::Text(name) => Region::named(name, cell).unwrap_or_else(|| Region::section_named(name)),
            Name::Section(name) => Region::section_named(name),
        };
        let regions: Vec<Region> = self.0.iter().map(region).collect();
        if let Some(unknown) = regions.iter().find(|region| cell.sections_of(region).is_none()) {
            return Err(unknown_region(cell, unknown)).or_raise(py);
        }
        let sections = regions.iter().map(|region| match region {
            Region::Sections(names) => names.first().cloned(),
            _ => None,
        });
        match sections.collect::<Option<Vec<String>>>() {
            Some(names) => Ok(Region::Sections(names)),
            None => Ok(Region::union(regions, cell)),
        }
    }
}

/// The error of a region that the cell lacks.
fn unknown_region(cell: &Cell, region: &Region) -> ModelError {
    let names = match region {
        Region::Sections(names) => names.as_slice(),
        _ => &[],
    };
    let name = names.iter().find(|name| cell.section(name).is_none()).cloned().unwrap_or_default();
    let suggestion = loligo_io::closest(&name, cell.sections.iter().map(|section| section.name.as_str()));
    ModelError::UnknownRegion { cell: cell.name.clone(), what: "section", name, suggestion }
}
