//! Detection of the format of a morphology file.

use std::path::Path;

use crate::error::MorphologyError;

/// A format of morphology files.
///
/// ```
/// use std::path::Path;
/// use loligo_morphology::Format;
///
/// // Clear content decides, then the extension in any case.
/// assert_eq!(Format::detect(b"1 1 0 0 0 6 -1\n", Path::new("cell.asc"))?, Format::Swc);
/// assert_eq!(Format::detect(b"id type x y z radius parent\n", Path::new("cell.SWC"))?, Format::Swc);
/// # Ok::<(), loligo_morphology::MorphologyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Lines of seven numbers: see [`swc`](crate::swc).
    Swc,
    /// Neurolucida's nested brackets: see [`asc`](crate::asc).
    Asc,
    /// The HDF5 layout of the Blue Brain Project, version 1.
    H5,
}

/// The first bytes of every HDF5 file.
const HDF5_SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";

impl Format {
    /// The format of a file that begins with `content`: determined by the content if that is unambiguous, else by the
    /// extension of `path`.
    ///
    /// # Errors
    /// [`MorphologyError::Unsupported`] for programs (`.hoc`) and XML, [`MorphologyError::Utf16`],
    /// [`MorphologyError::NotHdf5`] for a `.h5` file with other content, [`MorphologyError::UnknownFormat`] if neither
    /// content nor extension determines the format.
    pub fn detect(content: &[u8], path: &Path) -> Result<Self, MorphologyError> {
        if content.starts_with(HDF5_SIGNATURE) {
            return Ok(Self::H5);
        }
        if is_utf16(content) {
            return Err(MorphologyError::Utf16);
        }
        let text = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(content).trim_ascii_start();
        match text.first() {
            Some(b'(' | b';') => return Ok(Self::Asc),
            Some(b'#' | b'0'..=b'9' | b'+' | b'-' | b'.') => return Ok(Self::Swc),
            Some(b'<') => return Err(MorphologyError::Unsupported { format: kind_of_xml(text) }),
            _ => {}
        }
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        match extension.as_deref() {
            Some("swc") => Ok(Self::Swc),
            Some("asc") => Ok(Self::Asc),
            Some("h5" | "hdf5") => Err(MorphologyError::NotHdf5),
            Some("hoc") => Err(MorphologyError::Unsupported { format: "a HOC program" }),
            Some("xml" | "nml") => Err(MorphologyError::Unsupported { format: "XML" }),
            _ => Err(MorphologyError::UnknownFormat),
        }
    }
}

/// True for text of two bytes per character, recognised by its byte order mark or by zero bytes that other
/// texts do not have.
fn is_utf16(content: &[u8]) -> bool {
    let zero = |place: usize| content.get(place) == Some(&0);
    let one_of_two = (zero(0) && zero(2) && !zero(1) && !zero(3)) || (zero(1) && zero(3) && !zero(0) && !zero(2));
    content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff") || (content.len() >= 4 && one_of_two)
}

/// The kind of document indicated by the beginning of a text in angle brackets.
fn kind_of_xml(text: &[u8]) -> &'static str {
    const SEEN: usize = 4096;
    let head = String::from_utf8_lossy(&text[..text.len().min(SEEN)]).to_ascii_lowercase();
    let kinds = [
        ("neurolucida", "Neurolucida XML"),
        ("<mbf", "Neurolucida XML"),
        ("<neuroml", "NeuroML (XML)"),
        ("<morphml", "MorphML (XML)"),
        ("<html", "a web page (the download may have failed)"),
        ("<!doctype html", "a web page (the download may have failed)"),
    ];
    kinds.into_iter().find(|(mark, _)| head.contains(mark)).map_or("XML", |(_, kind)| kind)
}
