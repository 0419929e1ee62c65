//! An unbranched piece of a cell: a section.

use std::fmt;

use loligo_cable::{Cable, CableError, CableSection, Discretization, SectionGeometry, Shape};
use loligo_morphology::{Attachment, End, Point3d, PointPlaces, SectionKind};
use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::name_index::Named;

/// An unbranched piece of a cell: its shape, its electrical properties, and its attachment.
///
/// ```
/// use loligo::prelude::*;
/// let mut cell = Cell::new("cell");
/// let soma = cell.add_section(Section::soma(20.0)); // um
/// let dendrite = Section::dendrite("dend", 300.0, 2.0).with_segments(5).with_axial_resistance(100.0); // um, um, ohm cm
/// cell.add_section(dendrite.attached_to(soma, 1.0));
/// let area: f64 = cell.cable()?.geometry[1].area.iter().sum(); // um2
/// assert!((area - std::f64::consts::PI * 2.0 * 300.0).abs() < 1e-9);
/// # Ok::<(), loligo::CableError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its name, unique in its cell.
    pub name: String,
    /// Its kind: soma, axon, dendrite...
    pub kind: SectionKind,
    /// Cylinder or 3-D points, um.
    pub shape: Shape,
    /// The number of segments (nseg), or the rule for it.
    pub discretization: Discretization,
    /// Ra, ohm cm.
    pub axial_resistance: f64,
    /// cm, uF/cm2; a run needs at least [`LEAST_CAPACITANCE`](crate::LEAST_CAPACITANCE).
    pub membrane_capacitance: f64,
    /// Its attachment to a parent; `None` for a root.
    pub parent: Option<Attachment>,
    /// Position of its points in the morphology file that it was read from.
    #[serde(skip)]
    pub places: PointPlaces,
}

impl Named for Section {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Section {
    /// Default axial resistance of a section, ohm cm (NEURON's default).
    pub const DEFAULT_AXIAL_RESISTANCE: f64 = 35.4;

    /// Makes a cylinder of a length and diameter (um): one segment, Ra 35.4 ohm cm, cm 1 uF/cm2. Its kind follows from
    /// its name (soma, axon, apic..., else dendrite).
    pub fn cylinder(name: impl Into<String>, length: f64, diameter: f64) -> Self {
        Self::new(name.into(), Shape::Cylinder { length, diameters: vec![diameter] })
    }

    /// Makes a soma, named "soma", whose length equals its diameter (um): with one segment its area is that of a sphere
    /// of this diameter.
    ///
    /// ```
    /// let soma = loligo::Section::soma(20.0); // um
    /// assert_eq!(soma.info().length, 20.0); // um
    /// ```
    pub fn soma(diameter: f64) -> Self {
        Self::cylinder("soma", diameter, diameter).with_kind(SectionKind::Soma)
    }

    /// Makes a cylinder of a (basal) dendrite: length and diameter in um; one segment, Ra 35.4 ohm cm, cm 1 uF/cm2.
    pub fn dendrite(name: impl Into<String>, length: f64, diameter: f64) -> Self {
        Self::cylinder(name, length, diameter).with_kind(SectionKind::Dendrite)
    }

    /// Makes a cylinder of an apical dendrite: length and diameter in um; one segment, Ra 35.4 ohm cm, cm 1 uF/cm2.
    pub fn apical(name: impl Into<String>, length: f64, diameter: f64) -> Self {
        Self::cylinder(name, length, diameter).with_kind(SectionKind::Apical)
    }

    /// Makes a cylinder of axon: length and diameter in um; one segment, Ra 35.4 ohm cm, cm 1 uF/cm2.
    pub fn axon(name: impl Into<String>, length: f64, diameter: f64) -> Self {
        Self::cylinder(name, length, diameter).with_kind(SectionKind::Axon)
    }

    /// Makes a section along 3-D points (um), with the same defaults as [`cylinder`](Self::cylinder).
    pub fn points(name: impl Into<String>, points: Vec<Point3d>) -> Self {
        Self::new(name.into(), Shape::Points(points))
    }

    fn new(name: String, shape: Shape) -> Self {
        let kind = kind_of(&name);
        Self {
            name,
            kind,
            shape,
            discretization: Discretization::default(),
            axial_resistance: Self::DEFAULT_AXIAL_RESISTANCE,
            membrane_capacitance: 1.0,
            parent: None,
            places: PointPlaces::default(),
        }
    }

    /// Attaches its 0 end to position `x` (0 to 1) of the section with index `parent`.
    #[must_use]
    pub fn attached_to(mut self, parent: usize, x: f64) -> Self {
        self.parent = Some(Attachment { parent, parent_x: x, child_end: End::Zero });
        self
    }

    /// Sets its kind.
    #[must_use]
    pub fn with_kind(mut self, kind: SectionKind) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the rule for the number of segments.
    #[must_use]
    pub fn with_discretization(mut self, rule: Discretization) -> Self {
        self.discretization = rule;
        self
    }

    /// Sets the number of segments (nseg).
    #[must_use]
    pub fn with_segments(mut self, segments: usize) -> Self {
        self.discretization = Discretization::Fixed(segments);
        self
    }

    /// Sets Ra, ohm cm.
    #[must_use]
    pub fn with_axial_resistance(mut self, ohm_cm: f64) -> Self {
        self.axial_resistance = ohm_cm;
        self
    }

    /// Sets cm, uF/cm2.
    #[must_use]
    pub fn with_membrane_capacitance(mut self, uf_per_cm2: f64) -> Self {
        self.membrane_capacitance = uf_per_cm2;
        self
    }

    /// The number of segments by its rule.
    pub fn segments(&self) -> usize {
        self.discretization.segments(&self.shape, self.axial_resistance, self.membrane_capacitance)
    }

    /// Length, diameter, number of segments and axial resistivity, to be printed: in one line, or with `{:#}` in four,
    /// in neurodamus's format.
    ///
    /// ```
    /// let info = loligo::Section::dendrite("dend", 100.0, 2.0).with_segments(5).info();
    /// assert_eq!((info.length, info.diameter, info.segments), (100.0, 2.0, 5)); // um, um
    /// assert_eq!(info.to_string(), "dend: L 100 um, diam 2 um, nseg 5, Ra 35.4 ohm cm");
    /// let lines = "|length: 100.0 um\n|diameter: 2.0 um\n|N_segments: 5\n|axial resistance: 35.4 ohm.cm\n";
    /// assert_eq!(format!("{info:#}"), lines);
    /// ```
    pub fn info(&self) -> SectionInfo {
        let segments = self.segments();
        let middle = (segments / 2).min(segments.saturating_sub(1));
        let geometry = SectionGeometry::of(0, &self.shape, segments, self.axial_resistance, false);
        let (length, diameter) = match (&geometry, &self.shape) {
            (Ok(geometry), _) => (geometry.length, geometry.diameter[middle]),
            (Err(_), Shape::Cylinder { length, diameters }) => {
                (*length, diameters.get(middle).or(diameters.first()).copied().unwrap_or(f64::NAN))
            }
            (Err(_), Shape::Points(_)) => (f64::NAN, f64::NAN),
        };
        SectionInfo { name: self.name.clone(), length, diameter, segments, axial_resistance: self.axial_resistance }
    }

    /// Checks its geometry by itself, independently of its attachment.
    pub fn check_geometry(&self) -> Result<(), CableError> {
        let alone = CableSection { parent: None, ..self.to_cable() };
        let cable = Cable::build(&[alone])?;
        cable.geometry[0].check_membrane(0, &self.shape, self.membrane_capacitance)
    }

    /// Position of its points in its file, if they have not been changed since they were read.
    pub(crate) fn current_places(&self) -> PointPlaces {
        match &self.shape {
            Shape::Points(points) if points.len() == self.places.len() => self.places.clone(),
            _ => PointPlaces::default(),
        }
    }

    /// Converts an error of the section's geometry to an error of a cell.
    pub fn geometry_error(&self, cell: &str, error: CableError) -> ModelError {
        let (cell, section) = (cell.to_owned(), self.name.clone());
        ModelError::Geometry { cell, section, error, places: self.current_places() }
    }

    /// The section in the form that the discretisation takes.
    pub(crate) fn to_cable(&self) -> CableSection {
        CableSection {
            shape: self.shape.clone(),
            segments: self.segments(),
            axial_resistance: self.axial_resistance,
            capacitance: self.membrane_capacitance,
            parent: self.parent,
        }
    }
}

/// Summary of a section, made by [`Cell::section_info`](crate::Cell::section_info); printed in one line, with `{:#}` in
/// four, as by neurodamus.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionInfo {
    /// Its name.
    pub name: String,
    /// L, um; NaN for a section with a single point.
    pub length: f64,
    /// The diameter in its middle, um, as NEURON's `section.diam`; NaN for a section with a single point.
    pub diameter: f64,
    /// Number of segments (nseg).
    pub segments: usize,
    /// Ra, ohm cm.
    pub axial_resistance: f64,
}

impl fmt::Display for SectionInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, length, diameter, segments, axial_resistance } = self;
        if f.alternate() {
            writeln!(f, "|length: {length:?} um")?;
            writeln!(f, "|diameter: {diameter:?} um")?;
            writeln!(f, "|N_segments: {segments}")?;
            return writeln!(f, "|axial resistance: {axial_resistance:?} ohm.cm");
        }
        write!(f, "{name}: L {length} um, diam {diameter} um, nseg {segments}, Ra {axial_resistance} ohm cm")
    }
}

/// The kind that a name indicates.
fn kind_of(name: &str) -> SectionKind {
    let name = name.to_ascii_lowercase();
    if name.starts_with("soma") {
        SectionKind::Soma
    } else if name.starts_with("ax") {
        SectionKind::Axon
    } else if name.starts_with("apic") {
        SectionKind::Apical
    } else {
        SectionKind::Dendrite
    }
}
