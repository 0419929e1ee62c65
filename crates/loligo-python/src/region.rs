//! Regions given in Python: texts, sections, lists of them.

use loligo::{Cell, ModelError, Region};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::{OrRaise, wrong_type};
use crate::objects::Section;

/// The names that a region was given by, before they are looked up in a cell.
pub(crate) enum RegionNames {
    /// `"all"`, a list of sections, a section, or a kind.
    One(String),
    /// Several sections.
    Sections(Vec<String>),
}

impl<'py> FromPyObject<'_, 'py> for RegionNames {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(name) = object.cast::<PyString>() {
            return Ok(Self::One(name.to_str()?.to_owned()));
        }
        if let Ok(section) = object.cast::<Section>() {
            return Ok(Self::Sections(vec![section.get().name.clone()]));
        }
        let names = object.try_iter().map_err(|_| not_a_region())?.map(|entry| {
            let entry = entry?;
            if let Ok(section) = entry.cast::<Section>() {
                return Ok(section.get().name.clone());
            }
            entry.extract::<String>().map_err(|_| not_a_region())
        });
        names.collect::<PyResult<_>>().map(Self::Sections)
    }
}

fn not_a_region() -> PyErr {
    wrong_type(
        "a region is \"all\", \"soma\", \"axon\", \"dendrite\", \"apical\", the name of a section or of a list of sections, \
         a section, or a list of these",
    )
}

impl RegionNames {
    /// The region in a cell.
    pub(crate) fn of(&self, py: Python<'_>, cell: &Cell) -> PyResult<Region> {
        let region = match self {
            Self::Sections(names) => Region::sections_named(names),
            // An unknown name is reported as that of a section.
            Self::One(name) => Region::named(name, cell).unwrap_or_else(|| Region::section_named(name)),
        };
        match cell.sections_of(&region) {
            Some(_) => Ok(region),
            None => Err(unknown(cell, &region)).or_raise(py),
        }
    }
}

/// The error of a region that the cell lacks.
fn unknown(cell: &Cell, region: &Region) -> ModelError {
    let names = match region {
        Region::Sections(names) => names.as_slice(),
        _ => &[],
    };
    let name = names.iter().find(|name| cell.section(name).is_none()).cloned().unwrap_or_default();
    let suggestion = loligo_io::closest(&name, cell.sections.iter().map(|section| section.name.as_str()));
    ModelError::UnknownRegion { cell: cell.name.clone(), what: "section", name, suggestion }
}
