//! A cell with membrane: sections, what is painted on them, what is placed at points of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use indexmap::IndexMap;
use loligo_cable::{Cable, Discretization, Shape};
use loligo_morphology::{Attachment, End, Morphology, MorphologyError, SectionKind};
use serde::{Deserialize, Serialize};

use crate::name_index::Named;
use crate::spatial_profile::segment_places;
use crate::{
    CellBuilder, Mechanism, ModelError, OwnValues, ParameterRef, Region, Section, SectionInfo, SegmentPlace, Shared,
    SpatialProfile, Topology,
};
use loligo_io::closest;

/// A mechanism painted on a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaintedMechanism {
    /// Where.
    pub region: Region,
    /// What.
    pub mechanism: Mechanism,
    /// Parameters that differ from segment to segment, by name; they count instead of the mechanism's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub profiles: BTreeMap<String, SpatialProfile>,
}

impl PaintedMechanism {
    /// Whether it sets a parameter.
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
    /// What it is; thousands of synapses of one kind share it.
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
/// Copies of a cell share all but their names and [`own`](Self::own) values until one of them is changed, so that a thousand
/// of them cost little more than one.
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
    /// Density mechanisms; of two that set the same parameter at the same place the later one counts.
    pub painted: Shared<Vec<PaintedMechanism>>,
    /// Point processes, in the order in which they were created.
    pub points: Shared<Vec<PointProcess>>,
    /// Parameters in which it differs from its description.
    #[serde(default, skip_serializing_if = "OwnValues::is_empty")]
    pub own: OwnValues,
}

impl Cell {
    /// A cell without sections.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Builds a cell from scratch: soma, dendrites, axon. See [`CellBuilder`].
    pub fn builder() -> CellBuilder {
        CellBuilder::new()
    }

    /// Goes on building the cell with the verbs of [`CellBuilder`]; its first section is the current one.
    ///
    /// neurodamus's `builder` and `init_soma`. What is painted and placed stays; sections that are added come after the others,
    /// whose indices do not change.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let cell = Cell::builder().add_soma(20.0).create()?;
    /// let cell = cell.into_builder().add_axon(Section::axon("axon", 100.0, 1.0)).create()?;
    /// assert_eq!(cell.axons(), [1]);
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn into_builder(self) -> CellBuilder {
        CellBuilder::continuing(self)
    }

    /// Reads a cell from a morphology file: SWC, Neurolucida ASC, or, with the feature `hdf5`, H5.
    ///
    /// Clear content decides which format it is, else the extension in any case. The cell has the name of the file without its
    /// extension, and the sections that NEURON's Import3d makes, with its names: one segment each, Ra 35.4 ohm cm, cm 1 uF/cm2, no
    /// mechanisms. [`Morphology::read`] also says what is odd about a file.
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
    /// A file that cannot be read, that is of another format (HOC, XML), or broken: the error names the file and the line.
    pub fn from_morphology(path: impl AsRef<Path>) -> Result<Self, MorphologyError> {
        let path = path.as_ref();
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Ok(Self::of_morphology(name, &Morphology::read(path)?.morphology))
    }

    /// A cell of a morphology's sections: one segment each, Ra 35.4 ohm cm, cm 1 uF/cm2.
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

    /// Attaches one end of section `child` to place `x` (0 to 1) of section `parent`; false if there is no such child.
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

    /// The index of the soma, of several sections of its kind the first; `None` if there is none.
    pub fn soma(&self) -> Option<usize> {
        self.sections.iter().position(|section| section.kind == SectionKind::Soma)
    }

    /// The indices of the axon's sections.
    pub fn axons(&self) -> Vec<usize> {
        self.of_kind(SectionKind::Axon)
    }

    /// The indices of the sections of dendrites, apical ones not among them (NEURON's `basal`).
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

    /// The tree of sections, printed as NEURON's `topology()` prints it.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let dendrite = |name| Section::dendrite(name, 100.0, 1.0);
    /// let cell = Cell::builder()
    ///     .add_soma(20.0)
    ///     .append(dendrite("stem").with_segments(3))
    ///     .add(dendrite("left"))
    ///     .at(0.5)
    ///     .add(dendrite("right"))
    ///     .create()?;
    /// let expected = "
    /// |-|       soma(0-1)
    ///    `--|       stem(0-1)
    ///        `|       left(0-1)
    ///      `|       right(0-1)
    ///
    /// ";
    /// assert_eq!(cell.topology().to_string(), expected);
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn topology(&self) -> Topology<'_> {
        Topology::of_cell(self)
    }

    /// Names a list of sections.
    pub fn define_list(&mut self, name: impl Into<String>, sections: impl IntoIterator<Item = impl Into<String>>) {
        self.section_lists.insert(name.into(), sections.into_iter().map(Into::into).collect());
    }

    /// The indices of a region's sections; `None` if it names a section or list that the cell lacks.
    pub fn sections_of(&self, region: &Region) -> Option<Vec<usize>> {
        match region {
            Region::All => Some(self.all().collect()),
            Region::Kind(kind) => Some(self.of_kind(*kind)),
            Region::Sections(names) => names.iter().map(|name| self.section(name)).collect(),
            Region::List(list) => self.section_lists.get(list)?.iter().map(|name| self.section(name)).collect(),
        }
    }

    /// Changes every section of a region; false if the region names something that the cell lacks.
    pub fn for_each_section(&mut self, region: &Region, mut change: impl FnMut(&mut Section)) -> bool {
        let Some(indices) = self.sections_of(region) else { return false };
        for index in indices {
            change(&mut self.sections[index]);
        }
        true
    }

    /// Paints a density mechanism on a region.
    pub fn paint(&mut self, region: impl Into<Region>, mechanism: impl Into<Mechanism>) {
        self.paint_varying(region, mechanism, std::iter::empty::<(String, _)>());
    }

    /// Paints a density mechanism on a region, with parameters that differ from segment to segment: by the distance from the
    /// soma, the diameter or x. What has no profile is the same everywhere.
    ///
    /// A parameter that the mechanism lacks, or a value out of its range, is reported when the network is checked. See
    /// [`SpatialProfile`] for an example.
    pub fn paint_varying(
        &mut self,
        region: impl Into<Region>,
        mechanism: impl Into<Mechanism>,
        profiles: impl IntoIterator<Item = (impl Into<String>, SpatialProfile)>,
    ) {
        let profiles = profiles.into_iter().map(|(parameter, profile)| (parameter.into(), profile)).collect();
        self.painted.push(PaintedMechanism { region: region.into(), mechanism: mechanism.into(), profiles });
    }

    /// Paints a density mechanism on a region with what a function says of each segment: NEURON's `for seg in sec`.
    ///
    /// The function is called now, for the segments that the sections have now; paint when their number is final.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).add(Section::apical("apic", 500.0, 2.0).with_segments(5)).create()?;
    /// cell.paint_with(SectionKind::Apical, |segment| Pas {
    ///     g: 1e-4 * (segment.distance / 100.0).exp(), // S/cm2
    ///     e: -65.0,                                   // mV
    /// })?;
    /// let mut network = Network::new();
    /// let cell = network.add_cell(cell);
    /// let g = network.record(VariableRef::section(cell, 1, 0.1, "g_pas"));
    /// let simulation = Simulation::new(&network, &Options::default())?;
    /// assert_eq!(simulation.samples(g)?[0], 1e-4 * 0.6f64.exp()); // 10 um of soma, 50 um of dendrite
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A region that names something that the cell lacks, geometry that makes no sense, and a function that returns different
    /// mechanisms. Nothing is painted then.
    pub fn paint_with<M: Into<Mechanism>>(
        &mut self,
        region: impl Into<Region>,
        mut mechanism: impl FnMut(&SegmentPlace) -> M,
    ) -> Result<(), ModelError> {
        let region = region.into();
        let sections = self.sections_of(&region).ok_or_else(|| self.unknown_region(&region))?;
        let places = segment_places(self, &self.sound_cable()?, sections);
        let here: Vec<Mechanism> = places.iter().map(|place| mechanism(place).into()).collect();
        let Some(first) = here.first() else { return Ok(()) };
        if let Some(other) = here.iter().find(|other| other.name != first.name) {
            return Err(ModelError::DifferentMechanisms {
                cell: self.name.clone(),
                first: first.name.clone(),
                second: other.name.clone(),
            });
        }
        let mut common = first.clone();
        let mut profiles = BTreeMap::new();
        let parameters: BTreeSet<&String> = here.iter().flat_map(|mechanism| mechanism.parameters.keys()).collect();
        for parameter in parameters {
            let value = |mechanism: &Mechanism| mechanism.parameters.get(parameter).copied();
            if here.iter().all(|mechanism| value(mechanism).map(f64::to_bits) == value(first).map(f64::to_bits)) {
                continue;
            }
            common.parameters.remove(parameter);
            let mut segments: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
            for (place, mechanism) in places.iter().zip(&here) {
                // Of mechanisms of one struct all have the parameter; where one is made by name and lacks it, it is reported.
                segments.entry(place.section).or_default().push(value(mechanism).unwrap_or(f64::NAN));
            }
            profiles.insert(parameter.clone(), SpatialProfile::Segments(segments));
        }
        self.painted.push(PaintedMechanism { region, mechanism: common, profiles });
        Ok(())
    }

    /// Every segment with its place: x, distance from the soma, diameter; in order of the sections, and of x.
    ///
    /// # Errors
    /// Geometry that makes no sense.
    pub fn segments(&self) -> Result<Vec<SegmentPlace>, ModelError> {
        Ok(segment_places(self, &self.sound_cable()?, self.all()))
    }

    fn sound_cable(&self) -> Result<Cable, ModelError> {
        self.cable().map_err(|error| {
            // A cable knows its sections by their places in this list.
            self.sections[error.section()].geometry_error(&self.name, error)
        })
    }

    /// Why a region has no sections.
    pub(crate) fn unknown_region(&self, region: &Region) -> ModelError {
        let unknown_section = |name: &&String| self.section(name).is_none();
        let (what, name) = match region {
            Region::List(list) => match self.section_lists.get(list) {
                None => ("section list", Some(list)),
                Some(names) => ("section", names.iter().find(unknown_section)),
            },
            Region::Sections(names) => ("section", names.iter().find(unknown_section)),
            Region::All | Region::Kind(_) => ("section", None),
        };
        let name = name.cloned().unwrap_or_default();
        let suggestion = match what {
            "section" => closest(&name, self.sections.iter().map(|section| section.name.as_str())),
            _ => closest(&name, self.section_lists.keys().map(String::as_str)),
        };
        ModelError::UnknownRegion { cell: self.name.clone(), what, name, suggestion }
    }

    /// Places a point process; returns its index among the cell's point processes.
    pub fn place(&mut self, name: impl Into<String>, section: usize, x: f64, mechanism: impl Into<Mechanism>) -> usize {
        self.points.push(PointProcess { name: name.into(), section, x, mechanism: mechanism.into().into() });
        self.points.len() - 1
    }

    /// Places a point process at each of many places (index of the section, and x from 0 to 1), named `name[0]`, `name[1]`...;
    /// returns their indices among the cell's point processes.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// let dendrite = cell.add_section(Section::cylinder("dend", 400.0, 2.0).with_segments(11));
    /// let places = (0..1000).map(|k| (dendrite, f64::from(k) / 1000.0));
    /// let synapses = cell.place_many("synapse", places, ExpSyn { tau: 2.0, e: 0.0 });
    /// assert_eq!(cell.points[synapses.start + 17].name, "synapse[17]");
    /// ```
    pub fn place_many(
        &mut self,
        name: &str,
        places: impl IntoIterator<Item = (usize, f64)>,
        mechanism: impl Into<Mechanism>,
    ) -> Range<usize> {
        let mechanism = Shared::from(mechanism.into());
        let first = self.points.len();
        let point = |(index, (section, x))| PointProcess {
            name: format!("{name}[{index}]"),
            section,
            x,
            mechanism: mechanism.clone(),
        };
        self.points.extend(places.into_iter().enumerate().map(point));
        first..self.points.len()
    }

    /// Places a synapse, named after its mechanism: `ExpSyn[0]`, `ExpSyn[1]`...; returns its index among the cell's point
    /// processes. neurodamus's `add_synaptic_receptor`; [`place`](Self::place) lets you name it.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::builder().add_soma(20.0).create()?;
    /// let receptor = cell.add_synaptic_receptor(0, 0.5, ExpSyn { tau: 2.0, e: 0.0 }); // ms, mV
    /// assert_eq!(cell.points[receptor].name, "ExpSyn[0]");
    /// # Ok::<(), loligo::BuildError>(())
    /// ```
    pub fn add_synaptic_receptor(&mut self, section: usize, x: f64, receptor: impl Into<Mechanism>) -> usize {
        let receptor = receptor.into();
        let alike = self.points.count_of(&receptor.name);
        let taken = |name: &String| self.point(name).is_some();
        // Of one more candidate than there are points at least one is free.
        let name = (alike..).map(|number| format!("{}[{number}]", receptor.name)).find(|name| !taken(name));
        self.place(name.unwrap_or_default(), section, x, receptor)
    }

    /// Gives a parameter another value than the description does; of several for one parameter the last counts.
    ///
    /// Other copies of the cell go on sharing the description, also if they set values of their own. (`L`, `diam`, `Ra` and
    /// `cm` are the exception: a cell with its own has its own sections.) [`ParameterRef`] says how parameters are called;
    /// a name that the cell lacks is reported when the network is checked.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("soma alone");
    /// cell.add_section(Section::cylinder("soma", 20.0, 20.0));
    /// cell.paint(Region::All, Hh::default());
    /// let mut weak = cell.clone();
    /// weak.set("soma.hh.gnabar", 0.08); // S/cm2
    /// assert!(weak.painted.is_shared_with(&cell.painted));
    /// ```
    pub fn set(&mut self, parameter: impl Into<ParameterRef>, value: f64) {
        let parameter = parameter.into();
        if self.set_section_property(&parameter, value) {
            self.own.push_property(parameter, value);
        } else {
            self.own.push(parameter, value);
        }
    }

    /// The values that it has of its own, in their units, by names as in [`ParameterRef`]: those [set](Self::set) one by one,
    /// and its row of an ensemble's table.
    ///
    /// ```
    /// use loligo::prelude::*;
    /// let mut cell = Cell::new("cell");
    /// cell.add_section(Section::cylinder("soma", 20.0, 20.0)); // um
    /// cell.paint(Region::All, Pas::default());
    /// cell.set("soma.pas.g", 2e-4); // S/cm2
    /// cell.set("soma.L", 30.0); // um
    /// assert_eq!(cell.own_values(), [("soma.pas.g".to_owned(), 2e-4), ("soma.L".to_owned(), 30.0)]);
    /// ```
    pub fn own_values(&self) -> Vec<(String, f64)> {
        let all = self.own.iter().chain(self.own.properties());
        // Of several for one parameter the last counts.
        let named: IndexMap<String, f64> = all.map(|(parameter, value)| (self.full_name(parameter), value)).collect();
        named.into_iter().collect()
    }

    /// `region.mechanism.parameter` or `point_process.parameter`.
    fn full_name(&self, parameter: &ParameterRef) -> String {
        match parameter {
            ParameterRef::Named(name) => name.clone(),
            ParameterRef::Painted { painted, parameter } => match self.painted.get(*painted) {
                Some(painted) => format!("{}.{}.{parameter}", painted.region, painted.mechanism.name),
                None => parameter.clone(),
            },
            ParameterRef::Point { point, parameter } => match self.points.get(*point) {
                Some(point) => format!("{}.{parameter}", point.name),
                None => parameter.clone(),
            },
        }
    }

    /// Sets `region.L`, `region.diam`, `region.Ra` or `region.cm`; false if it is none of these.
    fn set_section_property(&mut self, parameter: &ParameterRef, value: f64) -> bool {
        let property = self.section_property(parameter);
        let found = property.is_some();
        if let Some(property) = property {
            property.set(&mut self.sections, value);
        }
        found
    }

    /// The sections and the property that `region.L`, `region.diam`, `region.Ra` or `region.cm` names, if it is one of these.
    pub fn section_property(&self, parameter: &ParameterRef) -> Option<SectionProperty> {
        let ParameterRef::Named(name) = parameter else { return None };
        let (region, property) = name.rsplit_once('.').filter(|(place, _)| self.point(place).is_none())?;
        let property = match property {
            "Ra" => Property::AxialResistance,
            "cm" => Property::Capacitance,
            "L" => Property::Length,
            "diam" => Property::Diameter,
            _ => return None,
        };
        let sections = Region::named(region, self).and_then(|region| self.sections_of(&region));
        let sections = sections.filter(|sections| !sections.is_empty())?;
        let is_cylinder = |&section: &usize| matches!(self.sections[section].shape, Shape::Cylinder { .. });
        let is_of_all = matches!(property, Property::AxialResistance | Property::Capacitance);
        (is_of_all || sections.iter().all(is_cylinder)).then_some(SectionProperty { sections, property })
    }

    /// The index of the point process of that name.
    pub fn point(&self, name: &str) -> Option<usize> {
        self.points.position_of(name)
    }

    /// Its tree of nodes: areas, axial resistances, and where x lies.
    ///
    /// # Errors
    /// Geometry that makes no sense.
    pub fn cable(&self) -> Result<loligo_cable::Cable, loligo_cable::CableError> {
        let sections: Vec<_> = self.sections.iter().map(Section::to_cable).collect();
        loligo_cable::Cable::build(&sections)
    }
}

/// A property of some sections of a cell.
#[derive(Clone, Debug)]
pub struct SectionProperty {
    sections: Vec<usize>,
    property: Property,
}

#[derive(Clone, Copy, Debug)]
enum Property {
    Length,
    Diameter,
    AxialResistance,
    Capacitance,
}

impl SectionProperty {
    /// Sets it, in the property's unit, among the sections of a cell that has the same as the one in which it was found.
    pub(crate) fn set(&self, all: &mut [Section], value: f64) {
        for &section in &self.sections {
            let section = &mut all[section];
            match (self.property, &mut section.shape) {
                (Property::AxialResistance, _) => section.axial_resistance = value,
                (Property::Capacitance, _) => section.membrane_capacitance = value,
                (Property::Length, Shape::Cylinder { length, .. }) => *length = value,
                (Property::Diameter, Shape::Cylinder { diameters, .. }) => *diameters = vec![value],
                (Property::Length | Property::Diameter, Shape::Points(_)) => {}
            }
        }
    }
}
