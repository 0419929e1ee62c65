//! An unbranched piece of a cell.

use loligo_cable::{CableSection, Discretization, Shape};
use loligo_morphology::{Attachment, End, Point, SectionKind};
use serde::{Deserialize, Serialize};

/// An unbranched piece of a cell: its form, its electrical properties, and where it is attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its name, unique in its cell.
    pub name: String,
    /// What it is a piece of.
    pub kind: SectionKind,
    /// Cylinder or 3-D points, um.
    pub shape: Shape,
    /// The number of segments (nseg), or the rule for it.
    pub discretization: Discretization,
    /// Ra, ohm cm.
    pub axial_resistance: f64,
    /// cm, uF/cm2.
    pub membrane_capacitance: f64,
    /// Where it is attached; `None` for a root.
    pub parent: Option<Attachment>,
}

impl Section {
    /// Axial resistance of a section where none is given, ohm cm (NEURON's default).
    pub const DEFAULT_AXIAL_RESISTANCE: f64 = 35.4;

    /// A cylinder of a length and diameter (um): one segment, Ra 35.4 ohm cm, cm 1 uF/cm2. Its kind follows from its name
    /// (soma, axon, apic..., else dendrite).
    pub fn cylinder(name: impl Into<String>, length: f64, diameter: f64) -> Self {
        Self::new(name.into(), Shape::Cylinder { length, diameters: vec![diameter] })
    }

    /// A section along 3-D points (um), with the same defaults as [`cylinder`](Self::cylinder).
    pub fn points(name: impl Into<String>, points: Vec<Point>) -> Self {
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
        }
    }

    /// Attaches its 0 end to place `x` (0 to 1) of the section with index `parent`.
    #[must_use]
    pub fn attached_to(mut self, parent: usize, x: f64) -> Self {
        self.parent = Some(Attachment { parent, parent_x: x, child_end: End::Zero });
        self
    }

    /// Sets the number of segments.
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

    /// The number of segments that its rule gives.
    pub fn segments(&self) -> usize {
        self.discretization.segments(&self.shape, self.axial_resistance, self.membrane_capacitance)
    }

    /// The section ready to be discretised.
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

/// The kind that a name suggests.
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
