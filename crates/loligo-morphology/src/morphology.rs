//! A morphology: the section tree.

use serde::{Deserialize, Serialize};

use crate::section::Section;
use crate::section_kind::SectionKind;
use crate::warning::Warning;

/// The section tree of one neuron.
///
/// ```
/// use loligo_morphology::Morphology;
///
/// // A soma of one point, and a dendrite of 30 um that begins at its surface.
/// let text = "1 1  0 0 0  5.0 -1\n2 3  5 0 0  1.0 1\n3 3 35 0 0  0.5 2\n";
/// let cell = Morphology::from_swc_str(text).unwrap().morphology;
/// assert_eq!(cell.sections[0].name, "soma[0]");
/// assert_eq!(cell.sections[1].parent.unwrap().parent_x, 0.5);
/// assert_eq!(cell.length(), 40.0); // um: soma 10, dendrite 30, the wire between them 0
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Morphology {
    /// The sections in the order in which NEURON connects them: parents before children.
    /// [`creation_order`](Self::creation_order) gives the order in which NEURON creates them. A
    /// morphology built by a program must also have parents before children: otherwise
    /// [`summary`](Self::summary) and [`write_swc`](Self::write_swc) panic.
    pub sections: Vec<Section>,
}

/// A morphology read from a file, and warnings about the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The section tree.
    pub morphology: Morphology,
    /// Irregularities of the file that its author should check.
    pub warnings: Vec<Warning>,
}

impl Morphology {
    /// Total length of all sections, um.
    pub fn length(&self) -> f64 {
        self.sections.iter().map(Section::length).sum()
    }

    /// Total lateral area of all sections, um2.
    pub fn area(&self) -> f64 {
        self.sections.iter().map(Section::area).sum()
    }

    /// The section with this name, such as `dend[3]`.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Indices of the sections of one kind.
    pub fn of_kind(&self, kind: SectionKind) -> impl Iterator<Item = usize> {
        self.sections.iter().enumerate().filter(move |(_, section)| section.kind == kind).map(|(i, _)| i)
    }

    /// Indices of the sections in the order in which NEURON creates them: by SWC type number, then
    /// by index within the type. This determines the order of several roots.
    pub fn creation_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.sections.len()).collect();
        order.sort_by_key(|&i| self.sections[i].kind.code());
        order
    }
}
