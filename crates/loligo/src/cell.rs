//! A cell with membrane: its sections, the mechanisms painted on them, and the point processes placed on them.

pub(crate) mod build_error;
pub(crate) mod builder;
pub(crate) mod distance;
pub mod mechanism;
pub(crate) mod own_values;
pub(crate) mod place;
pub(crate) mod place_table;
pub(crate) mod placing;
pub(crate) mod pruning;
pub(crate) mod region;
pub(crate) mod regions;
pub(crate) mod section;
pub(crate) mod section_property;
pub(crate) mod segments;
pub(crate) mod selection;
pub(crate) mod spatial_profile;
pub(crate) mod topology;
pub(crate) mod values;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use loligo_cable::{Discretization, Shape};
use loligo_morphology::{Attachment, End, Morphology, MorphologyError, SectionKind};
use serde::{Deserialize, Serialize};

use crate::cell::mechanism::Mechanism;
use crate::cell::own_values::OwnValues;
use crate::cell::region::Region;
use crate::cell::section::{Section, SectionInfo};
use crate::cell::spatial_profile::SpatialProfile;
use crate::name_index::Named;
use crate::shared::Shared;

/// A mechanism painted on a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaintedMechanism {
    /// The region.
    pub region: Region,
    /// The mechanism.
    pub mechanism: Mechanism,
    /// Parameters that differ from segment to segment, by name; they take precedence over the mechanism's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub profiles: BTreeMap<String, SpatialProfile>,
}

impl PaintedMechanism {
    /// `true` if it sets the parameter.
    pub(crate) fn sets(&self, parameter: &str) -> bool {
        self.mechanism.parameters.contains_key(parameter) || self.profiles.contains_key(parameter)
    }
}

/// A mechanism placed at a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointProcess {
    /// Its name, unique in its cell.
    pub name: String,
    /// Index of its section.
    pub section: usize,
    /// Its place on the section, 0 to 1.
    pub x: f64,
    /// Its mechanism; synapses of one kind share it.
    pub mechanism: Shared<Mechanism>,
}

impl Named for PointProcess {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &str {
        &self.mechanism.name
    }
}

/// A cell with membrane.
///
/// Copies of a cell share everything but their names and [`own`](Self::own) values until one of them is changed, so
/// that a thousand copies cost little more than one.
///
/// ```
/// use loligo::prelude::*;
///
/// let mut cell = Cell::new("ball and stick");
/// let soma = cell.add_section(Section::cylinder("soma", 20.0, 20.0));
/// let dendrite = Section::cylinder("dend", 400.0, 2.0).with_segments(11).attached_to(soma, 1.0);
/// let dendrite = cell.add_section(dendrite);
/// cell.paint(SectionKind::Soma, Hh::default());
/// cell.paint(SectionKind::Dendrite, Pas { g: 1e-4, e: -65.0 });
/// cell.place("synapse", dendrite, 0.8, ExpSyn { tau: 2.0, e: 0.0 });
/// assert_eq!(cell.cable()?.len(), 2 + 12 + 1); // nodes: two for the soma, twelve for the dendrite, one for the root
/// # Ok::<(), loligo::CableError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Its name.
    pub name: String,
    /// Its sections, in the order in which they were connected.
    pub sections: Shared<Vec<Section>>,
    /// Named lists of sections.
    pub section_lists: Shared<BTreeMap<String, Vec<String>>>,
    /// Density mechanisms; if two set the same parameter at the same place, the later one applies.
    pub painted: Shared<Vec<PaintedMechanism>>,
    /// Point processes, in the order in which they were created.
    pub points: Shared<Vec<PointProcess>>,
    /// Parameter values in which it differs from its description.
    #[serde(default, skip_serializing_if = "OwnValues::is_empty")]
    pub own: OwnValues,
}

impl Cell {
    /// A cell without sections.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Reads a cell from a morphology file: SWC, Neurolucida ASC, or, with the feature `hdf5`, H5.
    ///
    /// The format is decided by the content where that is clear, else by the extension (case does not matter). The cell
    /// has the name of the file without its extension, and the sections that NEURON's Import3d makes, with its names:
    /// one segment each, Ra 35.4 ohm cm, cm 1 uF/cm2, no mechanisms. [`Morphology::read`] also reports anomalies of the
    /// file.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../morphologies/pyramidal_l5.swc");
    /// let cell = loligo::Cell::from_morphology(path)?; // morphologies/pyramidal_l5.swc
    /// assert_eq!(cell.name, "pyramidal_l5");
    /// assert_eq!(cell.sections[cell.soma().unwrap()].name, "soma[0]");
    /// # Ok::<(), loligo::morphology::MorphologyError>(())
    /// ```
    ///
    /// # Errors
    /// A file that cannot be read, that is of another format (HOC, XML), or that is broken; the error names the file
    /// and the line.
    pub fn from_morphology(path: impl AsRef<Path>) -> Result<Self, MorphologyError> {
        let path = path.as_ref();
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Ok(Self::of_morphology(name, &Morphology::read(path)?.morphology))
    }

    /// Makes a cell of a morphology's sections: one segment each, Ra 35.4 ohm cm, cm 1 uF/cm2.
    pub fn of_morphology(name: impl Into<String>, morphology: &Morphology) -> Self {
        let sections: Vec<_> = morphology
            .sections
            .iter()
            .map(|section| Section {
                name: section.name.clone(),
                kind: section.kind,
                shape: Shape::Points(section.points.clone()),
                discretization: Discretization::default(),
                axial_resistance: Section::DEFAULT_AXIAL_RESISTANCE,
                membrane_capacitance: 1.0,
                parent: section.parent,
                places: section.places.clone(),
            })
            .collect();
        Self { name: name.into(), sections: sections.into(), ..Self::default() }
    }

    /// Adds a section; returns its index.
    pub fn add_section(&mut self, section: Section) -> usize {
        self.sections.push(section);
        self.sections.len() - 1
    }

    /// Attaches one end of section `child` to position `x` (0 to 1) of section `parent`; false if there is no such
    /// child.
    #[must_use]
    pub fn connect(&mut self, child: usize, child_end: End, parent: usize, x: f64) -> bool {
        let attachment = Attachment { parent, parent_x: x, child_end };
        self.sections.get_mut(child).map(|section| section.parent = Some(attachment)).is_some()
    }

    /// The index of the section of that name.
    pub fn section(&self, name: &str) -> Option<usize> {
        self.sections.position_of(name)
    }

    /// The indices of all sections, in order.
    pub fn all(&self) -> Range<usize> {
        0..self.sections.len()
    }

    /// The index of the soma, the first if there are several soma sections; `None` if there is none.
    pub fn soma(&self) -> Option<usize> {
        self.sections.iter().position(|section| section.kind == SectionKind::Soma)
    }

    /// The indices of the axon's sections.
    pub fn axons(&self) -> Vec<usize> {
        self.of_kind(SectionKind::Axon)
    }

    /// The indices of the sections of dendrites, without apical ones (NEURON's `basal`).
    pub fn dendrites(&self) -> Vec<usize> {
        self.of_kind(SectionKind::Dendrite)
    }

    /// The indices of the sections of apical dendrites.
    pub fn apical_dendrites(&self) -> Vec<usize> {
        self.of_kind(SectionKind::Apical)
    }

    fn of_kind(&self, kind: SectionKind) -> Vec<usize> {
        self.all().filter(|&index| self.sections[index].kind == kind).collect()
    }

    /// Length, diameter, number of segments and axial resistivity of a section; `None` if there is no such section.
    pub fn section_info(&self, section: usize) -> Option<SectionInfo> {
        self.sections.get(section).map(Section::info)
    }

    /// Defines a named list of sections.
    pub fn define_list(&mut self, name: impl Into<String>, sections: impl IntoIterator<Item = impl Into<String>>) {
        self.section_lists.insert(name.into(), sections.into_iter().map(Into::into).collect());
    }

    /// The index of the point process of that name.
    pub fn point(&self, name: &str) -> Option<usize> {
        self.points.position_of(name)
    }

    /// The indices of the point processes of a name: the one that has it, else those named `name[0]`, `name[1]`... as by
    /// [`place_many`](Self::place_many); none if there are none.
    pub fn points_named(&self, name: &str) -> Vec<usize> {
        match self.point(name) {
            Some(point) => vec![point],
            None => (0..).map_while(|k| self.point(&format!("{name}[{k}]"))).collect(),
        }
    }
}
