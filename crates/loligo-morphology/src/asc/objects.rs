//! The objects of an ASC file: contours and trees.

use crate::parsed_section::{ParsedPoint, ParsedSection};

/// A closed outline of a soma.
pub(crate) struct Contour {
    pub points: Vec<ParsedPoint>,
    /// Line of its first token.
    pub line: usize,
}

/// The contents of a file.
pub(crate) struct Objects {
    /// Soma contours in the order of the file.
    pub contours: Vec<Contour>,
    /// Sections of all trees, parents first; roots have no parent yet.
    pub trees: Vec<ParsedSection>,
}
