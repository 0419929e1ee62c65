//! A morphology: the section tree, and functions to read one from a file.

use std::io::Write;
use std::path::Path;

use loligo_io::{InputFile, USUAL_BYTES};
use serde::{Deserialize, Serialize};

use crate::error::MorphologyError;
use crate::format::Format;
use crate::section::{Section, SectionKind};
use crate::summary::Summary;
use crate::warning::Warning;
use crate::{asc, swc, write};

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
    /// Reads a morphology file: SWC, Neurolucida ASC, or, with the feature `hdf5`, H5.
    ///
    /// The format is determined by the content, then by the extension in upper or lower case: see
    /// [`Format::detect`].
    ///
    /// # Errors
    /// [`MorphologyError::InFile`] with the path, the fault and its position.
    pub fn read(path: impl AsRef<Path>) -> Result<Imported, MorphologyError> {
        let path = path.as_ref();
        let in_file =
            |source: MorphologyError| MorphologyError::InFile { path: path.to_owned(), source: Box::new(source) };
        let bytes = InputFile::open(path, USUAL_BYTES).and_then(InputFile::contents);
        let bytes = bytes.map_err(|error| in_file(error.into()))?;
        // Names and comments of old files are Latin-1; text that is not UTF-8 can only occur in
        // those.
        let text = || String::from_utf8_lossy(&bytes);
        match Format::detect(&bytes, path).map_err(in_file)? {
            Format::Swc => Self::from_swc_str(&text()).map_err(in_file),
            Format::Asc => Self::from_asc_str(&text()).map_err(in_file),
            #[cfg(feature = "hdf5")]
            Format::H5 => Self::from_h5(path),
            #[cfg(not(feature = "hdf5"))]
            Format::H5 => Err(in_file(MorphologyError::WithoutHdf5)),
        }
    }

    /// Reads the text of an SWC file; see [`swc`] for the rules.
    ///
    /// # Errors
    /// If there are no points, or ids, parents or numbers are too inconsistent to be interpreted.
    pub fn from_swc_str(text: &str) -> Result<Imported, MorphologyError> {
        swc::read(text)
    }

    /// Reads the text of a Neurolucida ASC file; see [`asc`] for the rules.
    ///
    /// # Errors
    /// If the brackets do not match, a number is missing, or there are no trees.
    pub fn from_asc_str(text: &str) -> Result<Imported, MorphologyError> {
        asc::read(text)
    }

    /// Reads an H5 file of version 1; see [`h5`](crate::h5) for the rules. Needs the feature `hdf5`.
    ///
    /// # Errors
    /// [`MorphologyError::InFile`] with the path, the fault and its row.
    #[cfg(feature = "hdf5")]
    pub fn from_h5(path: impl AsRef<Path>) -> Result<Imported, MorphologyError> {
        crate::h5::read(path)
    }

    /// Writes the morphology as SWC; see [`write`](mod@crate::write) for the limits of SWC.
    ///
    /// # Errors
    /// [`MorphologyError::Unwritable`] if writing to `out` fails.
    pub fn write_swc(&self, out: impl Write) -> Result<(), MorphologyError> {
        write::swc(self, out).map_err(MorphologyError::Unwritable)
    }

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

    /// Counts, lengths, areas and distances, printable as a tree.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }
}
