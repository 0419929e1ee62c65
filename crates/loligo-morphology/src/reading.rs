//! Reads a morphology from a file of any format.

use std::path::Path;

use loligo_io::{InputFile, USUAL_BYTES};

use crate::error::MorphologyError;
use crate::format::Format;
use crate::morphology::{Imported, Morphology};
use crate::{asc, swc};

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
}
